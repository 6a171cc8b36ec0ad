//! `docweave check`: levels, comments, the baseline, what is mended, and the forms of reports.

use docweave::model::{Level, RULES, Rule};
use serde_json::Value;

use crate::site::Site;

/// Two broken links, one of them to an article that moved.
const BROKEN: &str =
    "-- content/a.md --\nRead [the start](start.md) and [the plan](plan.md).\n-- content/guides/start.md --\n";

fn json(site: &Site, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    serde_json::from_str(&site.run(&arguments).ends(code).stdout).unwrap()
}

#[test]
fn a_check_says_what_a_build_says_and_gives_advice() {
    let site = Site::new(BROKEN);
    let built = site.run(&["build"]).ends(0);
    assert!(built.stderr.contains("warning[broken-link]") && !built.stderr.contains("advice"), "{built:?}");
    let checked = site.run(&["check"]).ends(0);
    for text in ["warning[broken-link]", "advice[orphan]", "advice[missing-description]", "2 warnings"] {
        assert!(checked.stderr.contains(text), "{text}: {checked:?}");
    }
    assert!(checked.stdout.starts_with("2 articles checked in "), "{checked:?}");
    site.run(&["check", "--deny", "warnings"]).ends(1);
    let quiet = Site::new(
        "[check]\norphan = \"allow\"\n-- content/a.md --\n+++\ndescription = \"A.\"\n+++\n[b](b.md)\n-- content/b.md --\n+++\ndescription = \"B.\"\n+++\n[a](a.md)\n",
    );
    let said = quiet.run(&["check", "--deny", "advice"]).ends(0);
    assert!(said.stderr.is_empty() && said.stdout.ends_with(": nothing to mend\n"), "{said:?}");
    Site::new(BROKEN).run(&["check", "--deny", "advice"]).ends(1).says(["error[orphan]"]);
}

#[test]
fn a_check_writes_nothing_and_finds_the_same_warm() {
    let site = Site::new(BROKEN);
    let first = json(&site, &[], 0);
    assert!(!site.root().join("public").exists());
    assert_eq!(json(&site, &[], 0), first);
    site.run(&["build"]).ends(0);
    assert_eq!(json(&site, &[], 0), first, "after a build, which is recalled");
    assert_eq!(json(&site, &["--no-cache"], 0), first);
    let built = site.run(&["build"]).ends(0);
    assert!(built.stdout.contains("0 of 5 pages rendered"), "a check leaves the memos of a build: {built:?}");
}

#[test]
fn levels_are_set_for_all_files_and_for_some() {
    let site = Site::new(
        "[check]\nbroken-link = \"error\"\norphan = \"warning\"\n\n[check.paths.\"content/old/**\"]\nbroken-link = \"warning\"\norphan = \"allow\"\n\n\
         [check.paths.\"content/old/b.md\"]\nbroken-link = \"allow\"\n\
         -- content/a.md --\n[x](x.md)\n-- content/old/a.md --\n[x](x.md)\n-- content/old/b.md --\n[x](x.md)\n",
    );
    let report = json(&site, &[], 1);
    let found =
        report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "broken-link" || f["rule"] == "orphan");
    let found: Vec<String> =
        found.map(|f| format!("{} {} {}", f["path"], f["rule"], f["level"]).replace('"', "")).collect();
    assert_eq!(
        found,
        ["content/a.md orphan warning", "content/a.md broken-link error", "content/old/a.md broken-link warning"]
    );
    Site::new("[check.paths.\"content/[\"]\norphan = \"allow\"\n-- content/a.md --\n")
        .run(&["check"])
        .ends(1)
        .says(["invalid-value", "is no pattern"]);
    Site::new("[check.fields.\"content/**\"]\nowner = \"txt\"\n-- content/a.md --\n")
        .run(&["check"])
        .ends(1)
        .says(["invalid-value", "no such type"]);
    Site::new("[check]\nbrokn-link = \"error\"\n-- content/a.md --\n")
        .run(&["check"])
        .ends(1)
        .says(["unknown-rule", "did you mean `broken-link`?"]);
}

#[test]
fn all_rules_tell_at_once_whatever_their_levels() {
    let text = "-- content/a.md --\n[x](none.md)\n\n![m](map.webp)\n\n<!-- check: allow broken-link -->\nWords.\n\
                -- content/map.webp --\nRIFFzzzzWEBPVP8Lzzzz/zzzz\n";
    let site = Site::new(&format!("[check]\nbroken-link = \"error\"\n{text}"));
    site.run(&["build"]).ends(1).says(["error[broken-link]", "warning[huge-image]", "nothing was written"]);
    site.run(&["check"]).ends(1).says(["error[broken-link]", "warning[huge-image]", "advice[unused-allowance]"]);
    let denied = Site::new(text);
    let said = denied.run(&["check", "--deny", "warnings"]).ends(1);
    assert!(said.stderr.contains("error[broken-link]") && said.stderr.contains("error[huge-image]"), "{said:?}");
}

#[test]
fn a_comment_allows_its_line_the_block_below_it_or_the_file() {
    let mut site = Site::new(
        "[check]\norphan = \"allow\"\ndead-end = \"allow\"\nmissing-description = \"allow\"\n\
         -- content/a.md --\n[one](1.md) <!-- check: allow broken-link -->\n[two](2.md)\n\n<!-- check: allow broken-link -->\n\n[three](3.md)\n[four](4.md)\n\n[five](5.md)\n\
         -- content/b.md --\n<!-- check: allow-file broken-link -->\n\n[one](1.md)\n\n## A\n\n[two](2.md)\n",
    );
    let lines = |site: &Site| {
        let report = json(site, &[], 0);
        let of = |f: &Value| format!("{} {}", f["path"].as_str().unwrap(), f["region"]["start_line"]);
        report["findings"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(lines(&site), ["content/a.md 2", "content/a.md 9"]);
    site.build().check("a/index.html", ["<a href=\"1.md\">one</a>"]).lacks("a/index.html", ["check: allow"]);
    // An included file speaks for itself.
    site.write("content/_part.md", "<!-- check: allow broken-link -->\n[six](6.md)\n");
    site.write("content/c.md", "--8<-- \"_part.md\"\n");
    assert_eq!(lines(&site), ["content/a.md 2", "content/a.md 9"]);
}

#[test]
fn a_baseline_accepts_what_was_there_and_shrinks() {
    let mut site = Site::new(&format!("[check]\nbroken-link = \"error\"\n{BROKEN}"));
    site.run(&["build"]).ends(1);
    site.run(&["check", "--write-baseline"]).ends(0).says(["check-baseline.txt accepts "]);
    let accepted = site.text("check-baseline.txt");
    assert_eq!(accepted.matches("\tbroken-link\tcontent/a.md\t").count(), 2, "{accepted}");
    let said = site.run(&["check"]).ends(0);
    assert!(
        said.stdout.contains("nothing to mend") && said.stdout.contains("accepted by check-baseline.txt"),
        "{said:?}"
    );
    site.run(&["build"]).ends(0);
    site.run(&["build", "--deny", "warnings"]).ends(0);
    // Lines move, and one more is new.
    site.edit("content/a.md", "Read", "Words.\n\n[New](new.md). Read");
    site.run(&["check"]).ends(1).says(["`new.md` leads to nothing", "1 error\n"]);
    site.run(&["build"]).ends(1);
    // One is mended: it is taken out, unless the baseline is locked.
    site.edit("content/a.md", "[New](new.md). ", "").edit("content/a.md", "(start.md)", "(guides/start.md)");
    site.run(&["check", "--locked"]).ends(0).says(["2 findings of check-baseline.txt no longer found"]);
    assert_eq!(site.text("check-baseline.txt"), accepted);
    site.run(&["check"]).ends(0).says(["no longer found and taken out of check-baseline.txt"]);
    assert_eq!(site.text("check-baseline.txt").matches("broken-link").count(), 1);
    // It comes back: now it is new.
    site.edit("content/a.md", "(guides/start.md)", "(start.md)");
    site.run(&["check"]).ends(1).says(["`start.md` leads to nothing"]);
    // What is no rule's can't be accepted.
    site.write("content/bad.md", "+++\ntitle = 1\n+++\n");
    let before = site.text("check-baseline.txt");
    site.run(&["check", "--write-baseline"]).ends(1).says(["the baseline is as it was"]);
    assert_eq!(site.text("check-baseline.txt"), before);
}

#[test]
fn a_baseline_that_is_all_mended_goes_away() {
    let mut site = Site::new(&format!(
        "[check]\norphan = \"allow\"\ndead-end = \"allow\"\nmissing-description = \"allow\"\n{BROKEN}"
    ));
    site.run(&["check", "--write-baseline"]).ends(0);
    site.write("content/a.md", "[The start](guides/start.md).\n");
    site.run(&["check"]).ends(0).says(["it is removed"]);
    assert!(!site.root().join("check-baseline.txt").exists());
}

#[test]
fn what_has_one_right_answer_is_mended() {
    let mut site = Site::new(
        "[topics.case-studies]\ntitle = \"Case studies\"\n\
         -- content/a.md --\n+++\ntopics = [\"case_studies\"]\n+++\nRead [start.md](start.md?x=1#first-steps \"Start\") and [the plan](plan.md),\n\
         [steps](guides/start.md#First_Steps) at https://example.org/x.\n\n![](gate.svg \"Three gates\")\n\nA\u{200b}b <!-- check: allow broken-image -->\n\n[old]: https://example.org/old\n\
         -- content/guides/start.md --\n## First steps\n\nWords.\n\
         -- content/gate.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n",
    );
    let report = json(&site, &[], 0);
    let mended = report["findings"].as_array().unwrap().iter().filter(|finding| !finding["fix"].is_null());
    let unsaid: Vec<_> =
        mended.filter(|found| Rule::named(found["rule"].as_str().unwrap()).unwrap().fix.is_empty()).collect();
    assert!(unsaid.is_empty(), "their rules do not say that they can be mended: {unsaid:?}");
    let before = site.text("content/a.md");
    let said = site.run(&["check", "--fix", "--dry-run"]).ends(0);
    assert_eq!(site.text("content/a.md"), before);
    assert!(
        said.stdout
            .starts_with("diff --git a/content/a.md b/content/a.md\n--- a/content/a.md\n+++ b/content/a.md\n@@ ")
            && said.stderr.ends_with("`docweave check --fix` does it\n"),
        "{said:?}"
    );
    let said = site.run(&["check", "--fix"]).ends(0);
    assert!(said.stderr.starts_with("8 places mended\n"), "{said:?}");
    assert_eq!(
        site.text("content/a.md"),
        "+++\ntopics = [\"case-studies\"]\n+++\nRead [start.md](guides/start.md?x=1#first-steps \"Start\") and [the plan](plan.md),\n\
         [steps](guides/start.md#first-steps) at <https://example.org/x>.\n\n![Three gates](gate.svg \"Three gates\")\n\nAb \n\n"
    );
    site.run(&["check", "--fix"]).ends(0).says(["nothing has one right answer"]);
    // The BOM and the line ends of Windows stay.
    site.write("content/b.md", "\u{feff}Words,\r\n[the start](start.md).\r\n");
    site.run(&["check", "--fix"]).ends(0);
    assert_eq!(site.text("content/b.md"), "\u{feff}Words,\r\n[the start](guides/start.md).\r\n");
}

#[test]
fn a_link_to_what_is_gone_is_not_turned_to_another_article_of_that_file_name() {
    let site = Site::new(
        "-- content/a.md --\nRead about [kinds of topics](notes/topics.md), [how](notes/topics.md#kinds) and [words](notes/start.md).\n\
         -- content/commands/topics.md --\n+++\ntitle = \"docweave topics\"\n+++\n## Options\n\
         -- content/commands/start.md --\n",
    );
    let before = site.text("content/a.md");
    site.run(&["check", "--fix"]).ends(0).says(["nothing has one right answer"]);
    assert_eq!(site.text("content/a.md"), before);
}

#[test]
fn a_link_that_may_mean_two_articles_is_left_to_its_author() {
    let site = Site::new("-- content/a.md --\n[start](start.md)\n-- content/b/start.md --\n-- content/c/start.md --\n");
    site.run(&["check", "--fix"]).ends(0).says(["nothing has one right answer"]);
    assert_eq!(site.text("content/a.md"), "[start](start.md)\n");
}

#[test]
fn reports_are_written_for_programs() {
    let site = Site::new(BROKEN);
    let said = site.run(&["check", "--format", "sarif", "--report", "out/findings.sarif"]).ends(0);
    assert!(said.stdout.is_empty() && said.stderr.is_empty(), "{said:?}");
    let log: Value = serde_json::from_str(&site.text("out/findings.sarif")).unwrap();
    let first = &log["runs"][0]["results"][0];
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules[first["ruleIndex"].as_u64().unwrap() as usize]["id"], first["ruleId"]);
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/a.md");
    for (format, text) in [
        ("github", "::warning file=content/a.md,line=1,col=6,endColumn=27,title=broken-link::"),
        ("gitlab", "\"check_name\": \"broken-link\""),
        ("junit", "<testcase name=\"content/a.md:1:6\" classname=\"broken-link\">"),
        ("markdown", "| `broken-link` | warning | 2 |"),
        ("human", "checked in"),
    ] {
        site.run(&["check", "--format", format]).ends(0).says([text]);
    }
    site.run(&["check", "--report", "x"]).ends(2);
    // From the folder above, paths lead to where a runner looks.
    let above = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(site.root(), above.path().join("docs")).unwrap();
    let said = crate::site::docweave(above.path(), &["check", "--root", "./docs", "--format", "github"]).ends(0);
    assert!(said.stdout.contains("file=docs/content/a.md,"), "{said:?}");
}

#[test]
fn a_runner_of_github_gets_annotations_by_itself() {
    let site = Site::new(BROKEN);
    let run = |value: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docweave"));
        let output = command.current_dir(site.root()).arg("check").env("GITHUB_ACTIONS", value).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run("true").contains("::warning file=content/a.md,line=1"));
    assert!(!run("false").contains("::"));
}

#[test]
fn many_findings_are_counted_by_rule_with_a_way_to_begin() {
    let mut site = Site::new("-- content/a.md --\n[x](none.md)\n");
    let said = site.run(&["check"]).ends(0);
    assert!(!said.stderr.contains("dead-end  "), "{said:?}");
    site.write("content/a.md", "[x](none.md)\n".repeat(30));
    let said = site.run(&["check"]).ends(0);
    assert!(said.stderr.contains("    30  warning  broken-link          a link to an article"), "{said:?}");
    assert!(!said.stderr.contains("--write-baseline"), "{said:?}");
    site.write("content/a.md", "[x](none.md)\n".repeat(200));
    site.run(&["check"]).ends(0).says(["   200  warning  broken-link", "docweave check --write-baseline"]);
    site.run(&["check", "--explain", "broken"]).ends(2).says(["`broken-anchor` or `broken-external`"]);
    let told = site.run(&["check", "--explain", "broken-link"]).ends(0).stdout;
    assert!(
        told.contains("`<!-- check: allow broken-link -->`") && told.contains("`broken-link = \"allow\"`"),
        "{told}"
    );
}

#[test]
fn rules_are_listed_and_explained() {
    let site = Site::new("-- content/a.md --\n");
    let list = site.run(&["check", "--list"]).ends(0).stdout;
    assert_eq!(list.lines().count(), RULES.len());
    for rule in RULES {
        assert!(list.lines().any(|line| line.starts_with(rule.name) && line.ends_with(rule.about)), "{list}");
        let told = site.run(&["check", "--explain", rule.name]).ends(0).stdout;
        assert!(told.contains(rule.reason), "{told}");
        let is_mended =
            list.lines().any(|line| line.starts_with(&format!("{} ", rule.name)) && line.contains(" --fix "));
        assert!(is_mended != rule.fix.is_empty() && told.contains("--fix` mends it") == is_mended, "{told}\n{list}");
    }
    site.run(&["check", "--explain", "brokn-link"]).ends(2).says(["did you mean `broken-link`?"]);
}

#[test]
fn examples_of_rules_break_them_and_are_mended() {
    for rule in RULES.iter().filter(|rule| !rule.example.0.is_empty()) {
        let (wrong, right) = rule.example;
        let config = format!("[markdown.extensions]\nmath = true\n\n[check]\n{} = \"warning\"\n", rule.name);
        let others = "-- content/limits.md --\n## Quotas\n-- content/start.md --\n-- content/next.md --\n\
                      -- content/guides/install.md --\n+++\ntitle = \"Install\"\n+++\n-- content/install.md --\n+++\ntitle = \"Install\"\n+++\n\
                      -- content/gates.png --\n";
        let article = |text: &str| {
            if text.starts_with("review_by") { format!("+++\n{text}\n+++\n") } else { format!("{text}\n") }
        };
        let found = |text: &str| {
            let mut site = Site::new(&format!("{config}{others}"));
            site.write("content/about/a.md", article(text).replace("](", "](../").replace("](../https", "](https"));
            site.build();
            site.diagnostics().iter().any(|problem| {
                problem.code == rule.name
                    && problem.place.path == "content/about/a.md"
                    && problem.level == Level::Warning
            })
        };
        // Calls of components, diagrams and dates need more around them than an example shows.
        if matches!(rule.name, "component-syntax" | "code-option" | "bad-diagram" | "overdue-review") {
            continue;
        }
        assert!(found(wrong), "{}: `{wrong}` does not break it", rule.name);
        assert!(!found(right), "{}: `{right}` breaks it", rule.name);
    }
}

/// A site with a sample that counts its runs in a file outside.
fn sampled(more: &str) -> Site {
    Site::new(&format!(
        "[check]\nmissing-description = \"allow\"\norphan = \"allow\"\ndead-end = \"allow\"\n\n\
         [check.samples.sh]\ncommand = \"sh {{file}}\"\nextension = \"sh\"\ntimeout = 1\n\
         -- content/a.md --\n```sh\necho run >> ../../../runs.txt\n```\n{more}"
    ))
}

#[test]
fn samples_run_when_asked_for_and_once_if_they_pass() {
    let mut site = sampled("");
    site.run(&["build"]).ends(0);
    site.run(&["check"]).ends(0);
    assert!(!site.root().join("runs.txt").exists(), "nothing runs unasked");
    site.run(&["check", "--samples"]).ends(0).says(["1 sample run"]);
    site.run(&["check", "--samples"]).ends(0).says(["0 samples run, 1 passed before"]);
    assert_eq!(site.text("runs.txt"), "run\n");
    site.edit("content/a.md", "echo run", "echo again");
    site.run(&["check", "--samples"]).ends(0).says(["1 sample run"]);
    let left: Vec<String> = crate::site::tree(&site.root().join(".docweave/samples")).into_keys().collect();
    assert!(left.iter().all(|path| path.starts_with("passed/")), "{left:?}");
}

#[test]
fn a_sample_that_fails_is_told_where_it_stands_and_fails_a_pipeline() {
    let mut site = sampled("\n- one\n\n  ```sh\n  set -e\n  no-such-command-at-all\n  ```\n");
    let said = site.run(&["check", "--samples"]).ends(0);
    for text in [
        "warning[failing-sample]: this sample in `sh` failed with exit code 127",
        "content/a.md:9:3",
        "no-such-command-at-all: ",
    ] {
        assert!(said.stderr.contains(text), "{text}: {said:?}");
    }
    site.run(&["check", "--samples", "--deny", "warnings"]).ends(1);
    // Hidden lines run as well; what never ends is ended, whatever it leaves behind.
    site.write("content/a.md", "```sh hide={1}\nexit 4\necho never\n```\n");
    site.run(&["check", "--samples"]).ends(0).says(["exit code 4"]);
    site.write("content/a.md", "```sh\nsleep 30 &\nsleep 30\n```\n");
    let start = std::time::Instant::now();
    site.run(&["check", "--samples"]).ends(0).says(["did not end within 1 s"]);
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn samples_need_a_command_that_is_there() {
    Site::new("-- content/a.md --\n")
        .run(&["check", "--samples"])
        .ends(2)
        .says(["of no language", "[check.samples.python]"]);
    let site =
        Site::new("[check.samples.sh]\ncommand = \"no-such-program {file}\"\n-- content/a.md --\n```sh\n:\n```\n");
    site.run(&["check", "--samples"]).ends(2).says(["could not run `no-such-program`"]);
    let site = Site::new("[check.samples.sh]\ncommand = \"sh\"\n-- content/a.md --\n");
    site.run(&["check"]).ends(1).says(["it does not say what to do with the file"]);
}

#[test]
fn other_sites_are_asked_when_asked_for_and_answers_are_settled_like_all_findings() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 2048];
            let length = stream.read(&mut request).unwrap_or(0);
            let asked = String::from_utf8_lossy(&request[..length]).into_owned();
            let status = match () {
                () if asked.contains(" /there ") => "200 OK",
                () if asked.contains(" /old ") => "301 Moved Permanently\r\nLocation: /there",
                () => "404 Not Found",
            };
            drop(write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
    });
    let mut site = Site::new(&format!(
        "[check]\nmissing-description = \"allow\"\norphan = \"allow\"\ndead-end = \"allow\"\n[check.external]\nprivate = true\n\
         -- content/a.md --\n[there]({address}/there)\n\n[gone]({address}/gone)\n\n\
         <!-- check: allow broken-external -->\n[meant]({address}/meant)\n"
    ));
    assert!(site.run(&["check"]).ends(0).stderr.is_empty(), "nothing is asked unasked");
    let said = site.run(&["check", "--external"]).ends(0).says(["3 addresses on other sites asked"]);
    assert_eq!(said.stderr.matches("warning[broken-external]").count(), 1, "{said:?}");
    assert!(said.stderr.contains("content/a.md:3:1"), "{said:?}");
    site.run(&["check", "--external", "--deny", "warnings"]).ends(1).says(["1 remembered"]);
    // What is accepted stays so while nobody asks, and is taken out when it is asked again and gone.
    site.run(&["check", "--external", "--write-baseline"]).ends(0);
    let accepted = site.text("check-baseline.txt");
    assert!(accepted.contains("1\tbroken-external\tcontent/a.md\t"), "{accepted}");
    let said = site.run(&["check"]).ends(0);
    assert!(said.stderr.is_empty() && site.text("check-baseline.txt") == accepted, "{said:?}");
    let said = site.run(&["check", "--external", "--deny", "warnings"]).ends(0);
    assert!(said.stdout.contains("1 accepted by check-baseline.txt"), "{said:?}");
    site.edit("content/a.md", &format!("[gone]({address}/gone)"), "Gone.");
    site.run(&["check"]).ends(0);
    assert_eq!(site.text("check-baseline.txt"), accepted);
    site.run(&["check", "--external"]).ends(0).says(["1 finding of check-baseline.txt no longer found"]);
    // One that has moved for good is mended, and what else is wrong keeps nobody from asking.
    site.write("content/a.md", format!("[old]({address}/old \"Old\"), [none](none.md)\n"));
    let said = site.run(&["check", "--external", "--deny", "warnings"]).ends(1);
    assert!(said.stderr.contains("error[moved-external]") && said.stderr.contains("error[broken-link]"), "{said:?}");
    site.run(&["check", "--external", "--fix"]).ends(0).says(["1 place mended"]);
    assert_eq!(site.text("content/a.md"), format!("[old]({address}/there \"Old\"), [none](none.md)\n"));
    site.write("content/b.md", "+++\ntitle = 1\n+++\n");
    site.run(&["check", "--external"]).ends(1).says(["nothing is asked or run before the errors are mended"]);
    // What is on this site's own host is asked where another site is said to be there.
    let beside = Site::new(&format!(
        "base_url = \"{address}/\"\n[[nav.links]]\ntitle = \"B\"\nto = \"/blog/c\"\n[check.external]\nprivate = true\nsame_host = [\"/blog/*\", \"/there\"]\n\
         -- content/a.md --\n[there](/there) [gone](/blog/gone) [gone]({address}/blog/gone) [own]({address}/a/) [own](/blog/own.md)\n-- content/blog/own.md --\n"
    ));
    let said = beside.run(&["check", "--external"]).ends(0).says(["3 addresses on other sites asked", "site.toml:"]);
    assert_eq!(said.stderr.matches("warning[broken-external]").count(), 3, "{said:?}");
    assert!(!said.stderr.contains("broken-link"), "{said:?}");
    let private = Site::new(&format!("-- content/a.md --\n[there]({address}/there)\n"));
    let said = private.run(&["check", "--external"]).ends(0);
    assert!(!said.stderr.contains("broken-external") && said.stderr.contains("private"), "{said:?}");
}

#[test]
fn the_suites_of_a_report_count_their_cases() {
    use quick_xml::events::Event;
    let mut site = Site::new(BROKEN);
    site.write("content/b.md", "A <b>\u{1} & [x](\"&<.md)\n\n[y](y.md)\n");
    let text = site.run(&["check", "--format", "junit"]).ends(0).stdout;
    let mut reader = quick_xml::Reader::from_str(&text);
    // Each suite as its attributes say, and its cases, failures and skipped ones as they are counted.
    let mut suites: Vec<(Vec<usize>, [usize; 3])> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                let number = |name: &str| {
                    let value = tag.try_get_attribute(name).unwrap().unwrap().value;
                    value.parse::<usize>().unwrap()
                };
                match tag.name().as_ref() {
                    "testsuite" => suites.push((["tests", "failures", "skipped"].map(number).to_vec(), [0; 3])),
                    "testcase" => suites.last_mut().unwrap().1[0] += 1,
                    "failure" => suites.last_mut().unwrap().1[1] += 1,
                    "skipped" => suites.last_mut().unwrap().1[2] += 1,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert!(suites.len() >= 3, "{text}");
    suites.iter().for_each(|(told, counted)| assert_eq!(told, counted, "{text}"));
    assert!(suites.iter().any(|(told, _)| told[1] > 0) && suites.iter().any(|(told, _)| told[2] > 0), "{text}");
}
