//! What the command line tells of topics: `export topics`, `explain topics`, `topics suggest`.

use crate::site::Site;

const SITE: &str = "
[topics.tools]
title = \"Tools\"
[topics.kubernetes]
title = \"Kubernetes\"
keywords = [\"cluster\", \"pod\", \"node pool\"]
parent = \"tools\"
-- content/f/_index.md --
+++
topics = [\"tools\"]
+++
-- content/f/below.md --
# Below
Whatever stands here belongs to the topic of the folder, and nothing is guessed about it.
-- content/a.md --
# Notes
Short.

## Restarting pods
Each pod of the cluster is restarted when its node pool is drained, and the cluster waits until every pod is ready again.

## Lunch
Fry the onions in butter until they are golden, add rice and stock, and stir slowly until the risotto is creamy.

## Hidden {auto_topics=false}
Each pod of the cluster is restarted when its node pool is drained, and the cluster waits until every pod is ready again.

## Tools of ours {topics=\"tools\"}
A hammer, a saw, and whatever else lies about in the shed behind the house where we work all day.
";

#[test]
fn the_best_topic_of_each_section_is_exported() {
    let said = Site::new(SITE).run(&["export", "topics"]).ends(0);
    let expected = "{\n  \"a.md\": [\n    \"kubernetes\",\n    null,\n    null,\n    \"tools\"\n  ],\n  \"f/_index.md\": [],\n  \
                    \"f/below.md\": [\n    \"tools\"\n  ]\n}\n";
    assert_eq!(said.stdout, expected);
}

#[test]
fn topics_are_explained_with_scores_and_reasons() {
    let site = Site::new(SITE);
    let said = site.run(&["explain", "topics", "content/a.md"]).ends(0);
    let sections: Vec<&str> = said.stdout.split("\n\n").map(str::trim_end).collect();
    assert_eq!(sections[0], "content/a.md: Notes");
    assert_eq!(sections[1], "(the beginning)\n  no topic: 1 words, fewer than 12");
    let given = "## Restarting pods\n  kubernetes    1.00  text says: ";
    assert!(sections[2].starts_with(given) && sections[2].contains("heading says: pod"), "{}", sections[2]);
    assert!(
        sections[3].starts_with("## Lunch\n") && !sections[3].contains("\n  "),
        "no topic is given: {}",
        sections[3]
    );
    assert_eq!(sections[4], "## Hidden\n  no topic: automatic topics are switched off here");
    assert_eq!(sections[5], "## Tools of ours\n  tools         written on the heading");
    site.run(&["explain", "topics", "f/below.md"]).ends(0).says(["tools         written in content/f/_index.md"]);
    site.run(&["explain", "topics", "f/belov.md"])
        .ends(2)
        .says(["there is no article `f/belov.md` in this site", "did you mean `content/f/below.md`?"]);
}

#[test]
fn topics_are_suggested_for_folders_and_for_groups() {
    let mut text = String::new();
    for (number, way) in ["north", "south", "east", "west", "inland"].iter().enumerate() {
        let sea = "sail and rudder, harbour and tide, the sailor reads the tide tables before the harbour is left";
        let bread = "dough and yeast, oven and crust, the baker kneads the dough before the oven is heated";
        let stars = "telescope and mirror, planet and orbit, the observer turns the telescope to the planet at night";
        text.push_str(&format!("-- content/sea/s{number}.md --\n# Sailing {way}\nTo the {way}: {sea}.\n"));
        text.push_str(&format!("-- content/b{number}.md --\n# Loaf of the {way}\nIn the {way}: {bread}.\n"));
        text.push_str(&format!("-- content/c{number}.md --\n# Sky of the {way}\nIn the {way}: {stars}.\n"));
    }
    let mut site = Site::new(&text);
    let said = site.run(&["topics", "suggest"]).ends(0).stdout;
    assert!(said.starts_with("# 5 articles in content/sea/\n[topics.sea]\ntitle = \"Sea\"\nkeywords = ["), "{said}");
    for (word, other) in [("tide", "dough"), ("dough", "tide"), ("telescope", "oven")] {
        let holds = |topic: &&str| topic.contains(&format!("\"{word}\"")) && !topic.contains(&format!("\"{other}\""));
        assert_eq!(said.split("\n\n").filter(holds).count(), 1, "`{word}` sets one group apart:\n{said}");
    }
    // What was suggested can be kept as it is, and is not suggested again.
    let config = site.text("site.toml") + &said;
    site.write("site.toml", config).build().warns([]);
    site.run(&["topics", "suggest"]).ends(0).says(["# No topics to suggest"]);
}
