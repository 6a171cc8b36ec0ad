//! Automatic topics: from a topic's own words and from what editors gave it, and how they are switched off.

use crate::site::Site;

const TOPICS: &str = "
[topics.tools]
title = \"Tools\"
[topics.kubernetes]
title = \"Kubernetes\"
keywords = [\"cluster\", \"pod\", \"node pool\"]
parent = \"tools\"
[topics.docker]
title = \"Docker\"
keywords = [\"container image\", \"registry\"]
parent = \"tools\"
[topics.interviews]
title = \"Interviews\"
keywords = [\"candidate\", \"hiring\"]
";

/// Sections about one thing each.
const PODS: &str = "Each pod of the cluster is restarted when its node pool is drained, and the cluster waits until \
                    every pod is ready again before the next node pool follows.\n";
const HIRING: &str = "A candidate meets two people of the team. After the interview the hiring manager asks both, and \
                      the candidate hears from us within a week.\n";
const COOKING: &str = "Fry the onions in butter until they are golden, add rice and stock, and stir slowly for eighteen \
                       minutes until the risotto is creamy.\n";

#[test]
fn sections_are_given_the_topics_that_their_words_speak_for() {
    Site::new(&format!(
        "{TOPICS}-- content/a.md --\n# Notes\n\n## Restarting pods\n{PODS}\n## Whom we ask\n{HIRING}\n## Lunch\n{COOKING}"
    ))
    .build()
    .says("topics/kubernetes/index.html", "section", [&excerpt("/a/#restarting-pods Restarting pods", PODS)])
    .says("topics/interviews/index.html", "section", [&excerpt("/a/#whom-we-ask Whom we ask", HIRING)])
    .says("a/index.html", "topic", ["/topics/kubernetes/ Kubernetes", "/topics/interviews/ Interviews"])
    .warns([]);
}

#[test]
fn what_counts_for_a_topic_counts_for_its_parent() {
    let mut site = Site::new(&format!(
        "{TOPICS}-- content/a.md --\n# Notes\n\n## Restarting pods\n{PODS}\n## Lunch\n{COOKING}\n-- content/b.md --\n\
         # Other notes\n\n## Whom we ask {{topics=\"docker\"}}\n{HIRING}"
    ));
    site.build().says(
        "topics/tools/index.html",
        "section",
        [&excerpt("/a/#restarting-pods Restarting pods", PODS), &excerpt("/b/#whom-we-ask Whom we ask", HIRING)],
    );
    // Words of both children speak for neither enough, and for their parent together.
    let both = "The registry keeps a container image of every pod, and the cluster pulls the container image from the \
                registry before a node pool starts.\n";
    site.write("content/a.md", format!("# Notes\n\n## What runs\n{both}\n## Lunch\n{COOKING}")).build().says(
        "topics/tools/index.html",
        "section",
        [&excerpt("/a/#what-runs What runs", both), &excerpt("/b/#whom-we-ask Whom we ask", HIRING)],
    );
}

#[test]
fn what_editors_tagged_teaches() {
    let lighthouse = |number: usize| {
        format!(
            "# Lighthouse {number}\n\nThe keeper trims the wick, winds the clockwork of the lens and logs every passing \
             ship until dawn, when the lamp is put out.\n"
        )
    };
    let mut text = format!("[topics.shore]\ntitle = \"Shore\"\n-- content/lunch.md --\n# Lunch\n{COOKING}");
    text.push_str(&format!("-- content/people.md --\n# People\n{HIRING}"));
    for number in 0..4 {
        let front = if number < 3 { "+++\ntopics = [\"shore\"]\n+++\n" } else { "" };
        text.push_str(&format!("-- content/l{number}.md --\n{front}{}", lighthouse(number)));
    }
    let mut site = Site::new(&text);
    let three = ["/l0/ Lighthouse 0", "/l1/ Lighthouse 1", "/l2/ Lighthouse 2", "/l3/ Lighthouse 3"];
    let shown = |page: &str| -> Vec<String> {
        let lines = page.lines().filter_map(|line| line.strip_prefix("member "));
        lines.map(|line| line.split(':').next().unwrap_or(line).to_owned()).collect()
    };
    assert_eq!(shown(&site.build().page("topics/shore/index.html")), three);
    for number in 0..3 {
        site.edit(&format!("content/l{number}.md"), "topics = [\"shore\"]", "");
    }
    assert!(shown(&site.build().page("topics/shore/index.html")).is_empty(), "nobody taught the topic");
}

#[test]
fn where_editors_wrote_anything_nothing_is_guessed() {
    Site::new(&format!(
        "{TOPICS}-- content/a.md --\n+++\ntopics = [\"docker\"]\n+++\n# Notes\n\n## Restarting pods\n{PODS}\n-- content/b.md --\n\
         # Other\n\n## Restarting pods {{topics=\"interviews\"}}\n{PODS}\n## Not of any topic {{topics=\"none\"}}\n{PODS}"
    ))
    .build()
    .says("topics/kubernetes/index.html", "member", [])
    .says("a/index.html", "topic", ["/topics/docker/ Docker"])
    .says("b/index.html", "topic", ["/topics/interviews/ Interviews"])
    .warns([]);
}

#[test]
fn automatic_topics_can_be_switched_off() {
    let text = |config: &str, index: &str, front: &str, heading: &str| {
        format!(
            "{config}{TOPICS}-- content/f/_index.md --\n+++\n{index}\n+++\n-- content/f/g/a.md --\n+++\n{front}\n+++\n# Notes\n\n\
             ## Restarting pods{heading}\n{PODS}\n## Lunch\n{COOKING}"
        )
    };
    let off = "auto_topics = false";
    for (config, index, front, heading) in [
        ("[weave]\nauto_topics = false\n", "", "", ""),
        ("[weave]\nauto_topics = false\n", "", "auto_topics = true", " {auto_topics=true}"),
        ("[weave]\ntopic_threshold = 1.0\n", "", "", ""),
        ("", off, "", ""),
        ("", "", off, ""),
        ("", "", "", " {auto_topics=false}"),
        ("", "", "topics = [\"none\"]", ""),
    ] {
        let mut site = Site::new(&text(config, index, front, heading));
        site.build().says("topics/kubernetes/index.html", "section", []).warns([]);
    }
    let given = excerpt("/f/g/a/#restarting-pods Restarting pods", PODS);
    for (index, front, heading) in [("", "", ""), (off, "auto_topics = true", ""), (off, "", " {auto_topics=true}")] {
        let mut site = Site::new(&text("", index, front, heading));
        site.build().says("topics/kubernetes/index.html", "section", [given.as_str()]).warns([]);
    }
}

#[test]
fn a_folders_topics_are_those_of_its_articles() {
    Site::new(&format!(
        "{TOPICS}-- content/f/_index.md --\n+++\ntitle = \"F\"\ntopics = [\"docker\"]\n+++\n-- content/f/a.md --\n# A\n{PODS}\
         -- content/f/g/b.md --\n+++\ntopics = [\"interviews\"]\n+++\n# B\n-- content/f/c.md --\n+++\ntopics = [\"none\"]\n+++\n# C\n{PODS}"
    ))
    .build()
    .says("f/index.html", "topic", ["/topics/docker/ Docker"])
    .says("f/a/index.html", "topic", ["/topics/docker/ Docker"])
    .says("f/g/b/index.html", "topic", ["/topics/docker/ Docker", "/topics/interviews/ Interviews"])
    .says("f/c/index.html", "topic", [])
    .warns([]);
}

#[test]
fn short_sections_are_left_alone() {
    Site::new(&format!("{TOPICS}-- content/a.md --\n# Pods\n\n## Cluster\nA pod of the cluster in a node pool.\n"))
        .build()
        .says("topics/kubernetes/index.html", "member", []);
}

/// A section as the page of a topic shows it.
fn excerpt(link: &str, text: &str) -> String {
    format!("{link}: {}", text.trim_end())
}
