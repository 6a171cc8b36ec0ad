use proptest::prelude::*;

use super::*;

/// What `text` is split into: the front matter's filled keys, the body, and the diagnostics with their help.
fn show(text: &str) -> String {
    let (front, body, diagnostics) = split("a.md", text);
    let json = serde_json::to_value(&front).expect("JSON");
    let empty = serde_json::to_value(FrontMatter::default()).expect("JSON");
    let mut shown = Vec::new();
    for (key, value) in json.as_object().expect("a table") {
        if empty[key] != *value {
            shown.push(format!("{key}={}", plain(value)));
        }
    }
    shown.push(format!("| {:?}", &text[body..]));
    for diagnostic in diagnostics {
        let help = diagnostic.help.as_deref().unwrap_or("-");
        shown.push(format!("\n{} ({help})", diagnostic.to_string().replacen("a.md:", "", 1)));
    }
    shown.join(" ").replace(" \n", "\n")
}

/// A value as JSON; `Spanned` as `value@line:column`.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Object(map) => match map.get("span") {
            Some(span) => format!("{}@{}:{}", plain(&map["value"]), span["line"], span["column"]),
            None => {
                let entries = map.iter().map(|(key, value)| format!("{key}:{}", plain(value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
        },
        other => other.to_string(),
    }
}

fn check(text: &str, expected: &str) {
    let found = show(text);
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn front_matter_ends_and_the_body_begins() {
    for (text, expected) in [
        ("", r#"| """#),
        ("# Hello\n", r##"| "# Hello\n""##),
        ("+++\n+++\nx", r#"| "x""#),
        ("---\n---\nx", r#"| "x""#),
        ("---\n\n---\nx", r#"| "x""#),
        ("---\n# only a comment\n---\nx", r#"| "x""#),
        ("+++\ntitle = 'A'\n+++", r#"title="A" | """#),
        ("+++\r\ntitle = 'A'\r\n+++\r\nx", r#"title="A" | "x""#),
        ("---\r\ntitle: A\r\ndate: 2026-01-02\r\n---\r\nx", r#"title="A" date="2026-01-02" | "x""#),
        ("\u{feff}+++\ntitle = 'A'\n+++\nx", r#"title="A" | "x""#),
        ("\u{feff}x", r#"| "x""#),
        ("+++  \ntitle = 'A'\n+++\t \nx", r#"title="A" | "x""#),
        ("---\ntitle: A\n...\nx", r#"title="A" | "x""#),
        ("\n+++\ntitle = 'A'\n+++\n", r#"| "\n+++\ntitle = 'A'\n+++\n""#),
        ("++++\n", r#"| "++++\n""#),
        (" ---\ntitle: A\n---\n", r#"| " ---\ntitle: A\n---\n""#),
        ("+++\ntitle = '''\n +++\n'''\n+++\nx", r#"title="+++" | "x""#),
        (
            "+++\ntitle = 'A'\n",
            "| \"title = 'A'\\n\"\n\
                 1:1: error[front-matter]: front matter that begins with `+++` does not end (add a line `+++` after its last key)",
        ),
        (
            "+++",
            "| \"\"\n1:1: error[front-matter]: front matter that begins with `+++` does not end (add a line `+++` after its last key)",
        ),
        (
            "---\ntitle: A\n\nText.\n",
            "| \"title: A\\n\\nText.\\n\"\n\
                 1:1: error[front-matter]: front matter that begins with `---` does not end (add a line `---` after its last key)",
        ),
        (
            "---\ntags:\n  - a\n- b\n",
            "| \"tags:\\n  - a\\n- b\\n\"\n\
                 1:1: error[front-matter]: front matter that begins with `---` does not end (add a line `---` after its last key)",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_thematic_break_is_not_front_matter() {
    for text in [
        "---",
        "---\n",
        "---\nProse.\n",
        "---\nNote: this is prose.\n",
        "---\nProse.\n---\nMore.\n",
        "---\n\nTwo: words of it\nand more\n",
        "---\n- a\n- b\n---\nMore.\n",
        "---\n[link](http://example.org)\n---\n",
        "---\n`: [` {\n---\n",
    ] {
        check(text, &format!("| {text:?}"));
    }
}

#[test]
fn every_key_is_read() {
    for (text, expected) in [
        ("+++\ntitle = \" A \"\ndescription = 'B'\n+++\n", r#"title="A" description="B" | """#),
        (
            "+++\ndate = 2026-01-02\nupdated = '2026-01-03'\npublish_on = 2026-01-04T05:06:07Z\nexpires_on = 2026-02-01 10:00:00\nreview_by = '2027-01-01'\n+++\n",
            r#"date="2026-01-02" updated="2026-01-03" publish_on="2026-01-04" expires_on="2026-02-01" review_by="2027-01-01" | """#,
        ),
        (
            "---\ndate: 2026-01-02\nupdated: '2026-01-03'\npublish_on: 2026-01-04T05:06:07Z\n---\n",
            r#"date="2026-01-02" updated="2026-01-03" publish_on="2026-01-04" | """#,
        ),
        (
            "+++\ndraft = true\nweight = -3\ntoc = false\nsearch = true\n+++\n",
            r#"draft=true weight=-3 toc=false search=true | """#,
        ),
        ("---\ndraft: true\nweight: 3\ntoc: false\n---\n", r#"draft=true weight=3 toc=false | """#),
        (
            "+++\nslug = 'a'\nurl = '/b/'\naliases = ['/c/', 'd']\ntemplate = 'wide'\n+++\n",
            r#"slug="a"@2:8 url="/b/"@3:7 aliases=["/c/"@4:12,"d"@4:19] template="wide"@5:12 | """#,
        ),
        (
            "+++\ntopics = 'one'\nauthors = 'Ann'\naliases = 'c'\nwatches = 'src/a.rs'\n+++\n",
            r#"aliases=["c"@4:11] topics=["one"@2:10] authors=["Ann"] watches=["src/a.rs"@5:11] | """#,
        ),
        (
            "---\ntopics:\n  - one\n  - two\nauthors: [Ann, Bea]\n---\n",
            r#"topics=["one"@3:5,"two"@4:5] authors=["Ann","Bea"] | """#,
        ),
        (
            "+++\nrelated = { pin = ['a.md'], block = 'b.md' }\n+++\n",
            r#"related={pin:["a.md"@2:20],block:["b.md"@2:37]} | """#,
        ),
        ("---\nrelated:\n  block: [b.md]\n---\n", r#"related={pin:[],block:["b.md"@3:11]} | """#),
        (
            "+++\ncards = 'tools'\ndata = 'team'\n[extra]\na = [1, { b = 2026-01-02 }]\n+++\n",
            r#"cards=[{File:"tools"@2:9}] data=["team"@3:8] extra={a:[1,{b:"2026-01-02"}]} | """#,
        ),
        (
            "+++\nhero = { text = ' T ', actions = [{ title = 'A', url = 'a.md' }] }\n+++\n",
            r#"hero={title:"",text:"T",image:null,actions:[{title:"A",url:"a.md"@2:56}]} | """#,
        ),
        ("---\ntitle:\ntopics:\ndraft:\nextra:\n  a: ~\n---\n", r#"extra={a:null} | """#),
        (
            "---\ntitle: \"\"\ncards: [{title: A}]\n---\n",
            r#"cards=[{Here:{title:"",cards:[{label:"",title:"A",text:"",url:null,meta:[],image:null}]}}] | """#,
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn every_mistake_is_told_and_the_rest_is_kept() {
    for (text, expected) in [
        (
            "+++\ntitel = 'A'\ndate = 'soon'\nweight = '1'\ndraft = 'yes'\ntopics = [1, 'b', true]\ndescription = 'kept'\n+++\n",
            "description=\"kept\" topics=[\"b\"@6:14] | \"\"\n\
                 2:1: error[unknown-key]: unknown key `titel` (did you mean `title`?)\n\
                 3:8: error[invalid-value]: invalid value for `date`: `soon` is not a date such as 2026-11-20 (-)\n\
                 4:10: error[wrong-type]: expected an integer for `weight`, found a string (write the number without quotes)\n\
                 5:9: error[wrong-type]: expected true or false for `draft`, found a string (write `true` or `false`, without quotes)\n\
                 6:11: error[wrong-type]: expected a string for an item of `topics`, found an integer (put the value in quotes)\n\
                 6:19: error[wrong-type]: expected a string for an item of `topics`, found true or false (put the value in quotes)",
        ),
        (
            "---\ntitel: A\nTitle: B\ndate: 2026-13-01\nweight: heavy\ndraft: yes\ndescription: kept\n---\n",
            "description=\"kept\" | \"\"\n\
                 2:1: error[unknown-key]: unknown key `titel` (did you mean `title`?)\n\
                 3:1: error[unknown-key]: unknown key `Title` (did you mean `title`?)\n\
                 4:7: error[invalid-value]: invalid value for `date`: `2026-13-01` is not a date such as 2026-11-20 (-)\n\
                 5:9: error[wrong-type]: expected an integer for `weight`, found a string (-)\n\
                 6:8: error[wrong-type]: expected true or false for `draft`, found a string (write `true` or `false`, without quotes)",
        ),
        (
            "---\ntitle: 2026\ndescription: true\ndate: 2026\n---\n",
            "| \"\"\n\
                 2:8: error[wrong-type]: expected a string for `title`, found an integer (put the value in quotes)\n\
                 3:14: error[wrong-type]: expected a string for `description`, found true or false (put the value in quotes)\n\
                 4:7: error[wrong-type]: expected a date such as 2026-11-20 for `date`, found an integer (-)",
        ),
        (
            "---\ntags: [a]\ncategories: b\nlastmod: 2026-01-01\npermalink: /x/\nsidebar_position: 1\n---\n",
            "| \"\"\n\
                 2:1: error[unknown-key]: unknown key `tags` (`tags` is `topics` here)\n\
                 3:1: error[unknown-key]: unknown key `categories` (`categories` is `topics` here)\n\
                 4:1: error[unknown-key]: unknown key `lastmod` (`lastmod` is `updated` here)\n\
                 5:1: error[unknown-key]: unknown key `permalink` (`permalink` is `url` here)\n\
                 6:1: error[unknown-key]: unknown key `sidebar_position` (`sidebar_position` is `weight` here)",
        ),
        (
            "---\nsummary: s\nlayout: l\nauthor: a\norder: 1\nnav_order: 1\nmodified: x\n---\n",
            "| \"\"\n\
                 2:1: error[unknown-key]: unknown key `summary` (`summary` is `description` here)\n\
                 3:1: error[unknown-key]: unknown key `layout` (`layout` is `template` here)\n\
                 4:1: error[unknown-key]: unknown key `author` (`author` is `authors` here)\n\
                 5:1: error[unknown-key]: unknown key `order` (`order` is `weight` here)\n\
                 6:1: error[unknown-key]: unknown key `nav_order` (`nav_order` is `weight` here)\n\
                 7:1: error[unknown-key]: unknown key `modified` (`modified` is `updated` here)",
        ),
        (
            "---\nms.topic: conceptual\nbanner: x\n---\n",
            "| \"\"\n\
                 2:1: error[unknown-key]: unknown key `ms.topic` (the known keys are `title`, `description`, `date`, `updated`, `draft`, `publish_on`, `expires_on`, `weight`, `slug`, `url`, `aliases`, `kind`, `keywords`, `topics`, `auto_topics`, `see_also`, `related`, `template`, `terms`, `toc`, `search`, `authors`, `review_by`, `watches`, `cards`, `hero`, `data`, `image`, `translations`, `extra`; what only a template reads goes into `extra`)\n\
                 3:1: error[unknown-key]: unknown key `banner` (the known keys are `title`, `description`, `date`, `updated`, `draft`, `publish_on`, `expires_on`, `weight`, `slug`, `url`, `aliases`, `kind`, `keywords`, `topics`, `auto_topics`, `see_also`, `related`, `template`, `terms`, `toc`, `search`, `authors`, `review_by`, `watches`, `cards`, `hero`, `data`, `image`, `translations`, `extra`; what only a template reads goes into `extra`)",
        ),
        (
            "+++\nrelated = { pins = [], block = [1] }\n+++\n",
            "| \"\"\n\
                 2:13: error[unknown-key]: unknown key `pins` in `related` (did you mean `pin`?)\n\
                 2:33: error[wrong-type]: expected a string for an item of `related.block`, found an integer (put the value in quotes)",
        ),
        (
            "+++\nrelated = ['a']\naliases = { a = 1 }\n+++\n",
            "| \"\"\n\
                 2:11: error[wrong-type]: expected a table for `related`, found a list (-)\n\
                 3:11: error[wrong-type]: expected a list for `aliases`, found a table (-)",
        ),
        (
            "+++\nweight = 1.5\ntitle = ['a']\nslug = 1\ndate = 07:32:00\n+++\n",
            "| \"\"\n\
                 2:10: error[wrong-type]: expected an integer for `weight`, found a number (-)\n\
                 3:9: error[wrong-type]: expected a string for `title`, found a list (-)\n\
                 4:8: error[wrong-type]: expected a string for `slug`, found an integer (put the value in quotes)\n\
                 5:8: error[invalid-value]: invalid value for `date`: `07:32:00` is not a date such as 2026-11-20 (-)",
        ),
        (
            "+++\ntitle = A\ndate = \n+++\nx",
            "| \"x\"\n\
                 2:9: error[syntax]: this is not TOML: text without quotes (put the value in quotes)\n\
                 3:8: error[syntax]: this is not TOML: a key without a value (write a value after `=`, or remove the key)",
        ),
        (
            "---\ntitle: A: B\n---\nx",
            "| \"x\"\n\
                 2:9: error[syntax]: this is not YAML: a second `:` in one line (put the value in quotes)",
        ),
        (
            "---\ntitle: A\ntitle: B\n---\nx",
            "| \"x\"\n\
                 3:1: error[syntax]: duplicate key `title` (remove one of the two)",
        ),
        ("---\n- title: A\n- b\n---\nx", r#"| "---\n- title: A\n- b\n---\nx""#),
        (
            "---\ntitle: A\nprose\n---\nx",
            "| \"x\"\n\
                 3:1: error[syntax]: this is not YAML: a line without `:` (write `key: value`, or remove the line)",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn front_matter_is_bounded() {
    let long = format!("+++\ntitle = '{}'\n+++\nx", "a".repeat(LARGEST));
    let (front, body, diagnostics) = split("a.md", &long);
    assert_eq!((front, &long[body..], diagnostics.len()), (FrontMatter::default(), "x", 1));
    let many = format!("+++\n{}+++\n", (0..20_000).map(|i| format!("k{i} = {i}\n")).collect::<String>());
    assert!(split("a.md", &many).2.len() < 100);
    let value = format!("+++\ndate = '{}'\n+++\n", "x".repeat(100_000));
    assert!(split("a.md", &value).2[0].message.len() < 300);
}

proptest! {
    #[test]
    fn any_text_is_split(
        fence in "(---|\\+\\+\\+|\u{feff}---|)",
        text in "((title|date|topics|x)(: | = )|\\[|\\]|\\{|\\}|,|\"|'|\n|\r\n|\t| |- |1|true|#|б|---\n|\\+\\+\\+\n|2026-01-02|.){0,30}",
    ) {
        let text = format!("{fence}\n{text}");
        let (_, body, diagnostics) = split("a.md", &text);
        prop_assert!(text.is_char_boundary(body));
        for diagnostic in diagnostics {
            let span = diagnostic.place.span.expect("a place");
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            let before = &text[..span.start as usize];
            prop_assert_eq!(span.line as usize, before.matches('\n').count() + 1);
        }
    }
}
