use proptest::prelude::*;

use super::*;
use crate::model::{Digest, target::Address};

/// How a configuration differs from one of `title = "T"` and `base_url = "/"` alone, and the diagnostics with their help.
fn show(text: &str) -> String {
    let (config, diagnostics) = parse(text, "site.toml");
    let config = serde_json::to_value(&config).expect("JSON");
    let plain = serde_json::to_value(Config::new("T", nowhere())).expect("JSON");
    let mut shown = Vec::new();
    for (key, value) in config.as_object().expect("a table") {
        if plain[key] != *value {
            shown.push(format!("{key}={}", compact(value)));
        }
    }
    let mut shown = shown.join(" ");
    for diagnostic in diagnostics {
        let help = diagnostic.help.as_deref().unwrap_or("-");
        shown.push_str(&format!("\n{} ({help})", diagnostic.to_string().replacen("site.toml:", "", 1)));
    }
    shown
}

/// A value as JSON without defaults; `Spanned` as `value@line:column`.
fn compact(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(",")),
        serde_json::Value::Object(map) => match map.get("span") {
            Some(span) => format!("{}@{}:{}", compact(&map["value"]), span["line"], span["column"]),
            None => {
                let is_said = |value: &serde_json::Value| !["[]", "null", "\"\""].contains(&value.to_string().as_str());
                let entries = map.iter().filter(|(key, value)| *key != "place" && is_said(value));
                let entries = entries.map(|(key, value)| format!("{key}:{}", compact(value)));
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

/// The same below a title and a base URL, which are lines 1 and 2.
fn check_more(text: &str, expected: &str) {
    let found = show(&format!("title = 'T'\nbase_url = '/'\n{text}"));
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn a_title_and_an_address_are_enough() {
    for (text, expected) in [
        ("title = 'T'\nbase_url = '/'", ""),
        ("\u{feff}title = 'T'\r\nbase_url = '/'\r\n", ""),
        (
            "",
            "title=\"\"\n\
             1:1: error[missing-key]: missing key `base_url` (add a line `base_url = \"https://example.org/\"` at the top, with the address of the site)\n\
             1:1: error[missing-key]: missing key `title` (add a line `title = \"The name of the site\"` at the top)",
        ),
        (
            "title = 'T'",
            "\n\
                 1:1: error[missing-key]: missing key `base_url` (add a line `base_url = \"https://example.org/\"` at the top, with the address of the site)",
        ),
        (
            "title = ' '\nbase_url = '/'",
            "title=\"\"\n\
                 1:9: error[invalid-value]: invalid value for `title`: it is empty (write the name of the site)",
        ),
        (
            "title = 1\nbase_url = 2",
            "title=\"\"\n\
                 1:9: error[wrong-type]: expected a string for `title`, found an integer (put the value in quotes)\n\
                 2:12: error[wrong-type]: expected a string for `base_url`, found an integer (put the value in quotes)",
        ),
        (
            "title = 'T'\n[markdown]\nbase_url = '/'",
            "\n\
                 1:1: error[missing-key]: missing key `base_url` (add a line `base_url = \"https://example.org/\"` at the top, with the address of the site)\n\
                 3:1: error[unknown-key]: unknown key `base_url` in `markdown` (put the line `base_url = ..` above the first `[table]` of the file)",
        ),
        (
            "title = T",
            "title=\"\"\n\
                 1:9: error[syntax]: this is not TOML: text without quotes (put the value in quotes)",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn every_key_is_read() {
    for (text, expected) in [
        (
            "description = ' D '\nlanguage = 'pt-BR'\nauthors = ['Ann']\ntheme = 'mine'\noutput = 'dist'",
            r#"description="D" language="pt-BR" authors=["Ann"] theme="mine" output="dist""#,
        ),
        (
            "uglyurls = true\ngit_dates = false\nedit_url = 'https://example.org/{path}'",
            r#"uglyurls=true git_dates=false edit_url="https://example.org/{path}""#,
        ),
        (
            "[markdown]\nhighlight = false\nsmart_punctuation = true\ntoc_depth = 4\nquestions = ['Fragen']\ncopies = true",
            r#"markdown={highlight:false,smart_punctuation:true,toc_depth:4,extensions:["abbreviations","alerts","attributes","autolinks","code","comments","components","containers","definition-lists","diagrams","emoji","footnotes","includes","keys","marks","math-blocks","media","questions","scripts","strikethrough","tables","task-lists","wikilinks"],questions:["Fragen"],copies:true,untrusted:{}}"#,
        ),
        (
            "[markdown]\nuntrusted = true\nuntrusted_components = ['figure']",
            r#"markdown={highlight:true,smart_punctuation:false,toc_depth:3,extensions:["abbreviations","alerts","attributes","autolinks","code","comments","components","containers","definition-lists","diagrams","emoji","footnotes","includes","keys","marks","math-blocks","media","questions","scripts","strikethrough","tables","task-lists","wikilinks"],questions:["Q&A","FAQ","Questions","Questions and answers","Frequently asked questions"],copies:true,untrusted:{folders:[""],components:["figure"]}}"#,
        ),
        (
            "[markdown]\nuntrusted = ['community/', 'a/b']",
            r#"markdown={highlight:true,smart_punctuation:false,toc_depth:3,extensions:["abbreviations","alerts","attributes","autolinks","code","comments","components","containers","definition-lists","diagrams","emoji","footnotes","includes","keys","marks","math-blocks","media","questions","scripts","strikethrough","tables","task-lists","wikilinks"],questions:["Q&A","FAQ","Questions","Questions and answers","Frequently asked questions"],copies:true,untrusted:{folders:["community","a/b"]}}"#,
        ),
        (
            "[nav]\nwindow = 10\nlinks = [{ title = 'A', to = 'a.md' }]",
            r#"nav={links:[{title:"A",to:"a.md"@5:30}],window:10,sidebar:true,open:0}"#,
        ),
        (
            "[[nav.links]]\ntitle = 'A'\nto = 'a.md'\n[[nav.links]]\ntitle = 'B'\nto = 'https://example.org'",
            r#"nav={links:[{title:"A",to:"a.md"@5:6},{title:"B",to:"https://example.org"@8:6}],window:60,sidebar:true,open:0}"#,
        ),
        ("[nav]\nsidebar = false\nopen = 2", "nav={window:60,sidebar:false,open:2}"),
        (
            "[footer]\ntext = ' By hand. '\nlinks = [{ title = 'A', to = 'a.md' }]",
            r#"footer={text:"By hand.",links:[{title:"A",to:"a.md"@5:30}]}"#,
        ),
        ("[archive]\nenabled = true", "archive={enabled:true}"),
        (
            "[callouts.experiment]\ntitle = 'Experiment'\nlike = 'tip'\n[callouts.deep-dive]",
            r#"callouts=[{name:"experiment",title:"Experiment",like:"tip"},{name:"deep-dive",title:"Deep dive",like:"note"}]"#,
        ),
        (
            "[feed]\nenabled = false\nlimit = 5\ncontent = 'full'",
            r#"feed={enabled:false,topics:true,sections:true,limit:5,content:"full"}"#,
        ),
        ("[llms]\nenabled = false\nfull = false", "llms={enabled:false,full:false}"),
        (
            "[[translations]]\nlanguage = 'de'\nbase_url = 'https://example.org/de'\ndefault = true",
            r#"translations=[{language:"de",base_url:{origin:"https://example.org",path:"/de/"},is_default:true}]"#,
        ),
        ("icon = 'a.svg'", r#"icon="a.svg"@3:8"#),
        (
            "[manifest]\nenabled = false\nshort_name = 'S'\ncolor = '#fff'\nbackground = 'teal'",
            r##"manifest={enabled:false,short_name:"S",colour:"#fff",background:"teal"}"##,
        ),
        ("[links]\nprefetch = false\npreviews = false", "links={prefetch:false,previews:false}"),
        (
            "[check]\nbroken-link = 'error'\n[check.external]\nallow = ['a/*']\nignore = ['b']\nsame_host = ['/c/*']\nprivate = true\nanchors = false\ntimeout = 1\nper_host = 3\nat_once = 4\nretries = 0\nredirects = 5\nbytes = 6\nexpires = 0",
            r#"check={levels:{broken-link:"error"}} external={allow:["a/*"],ignore:["b"],same_host:["/c/*"],private:true,anchors:false,timeout:1,per_host:3,at_once:4,retries:0,redirects:5,bytes:6,expires:0}"#,
        ),
        (
            "[css]\nminify = false\nbrowsers = { safari = '17.5', chrome = '100' }",
            r#"css={minify:false,browsers:[["chrome",6553600],["safari",1115392]]}"#,
        ),
        ("[js]\nminify = false", "js={minify:false}"),
        (
            "[social]\nenabled = true\nbackground = '#000'\ntext = '#ffffff'\naccent = '#010203'\nfonts = ['a.ttf']",
            r#"social={enabled:true,background:[0,0,0],text:[255,255,255],accent:[1,2,3],fonts:["a.ttf"@8:10]}"#,
        ),
        (
            "[check]\nbroken-link = 'error'\nplain-code = 'allow'\nduplicate-id = 'warning'",
            r#"check={levels:{broken-link:"error",duplicate-id:"warning",plain-code:"allow"}}"#,
        ),
        (
            "[check.paths.'content/b/**']\norphan = 'allow'\n[check.paths.'content/a.md']\norphan = 'advice'",
            r#"check={levels:{},paths:[["content/b/**",{orphan:"allow"}],["content/a.md",{orphan:"advice"}]]}"#,
        ),
        ("[check.images]\nbytes = 2000000", "check={levels:{},image_bytes:2000000}"),
        (
            "[check.samples.sh]\ncommand = 'sh {file}'",
            r#"check={levels:{},samples:[{language:"sh",command:"sh {file}",extension:"txt",timeout:10}]}"#,
        ),
        (
            "[check.fields.'**']\ndate = 'date?'\n'extra.level' = ['a', 'b']",
            r#"check={levels:{},fields:[["**",[{name:"date",is_required:false,kind:"Date"},{name:"extra.level",is_required:true,kind:{OneOf:["a","b"]}}]]]}"#,
        ),
        (
            "[publish.live]\nto = '../live'\nrelative = true\n[publish.pages]\nto = 'git@example.org:a/b'\nbranch = 'pages'",
            r#"publish={live:{to:{Folder:{path:"../live"}},relative:true,headers:{},removals:20},pages:{to:{Git:{url:"git@example.org:a/b",branch:"pages",history:true}},relative:false,headers:{},removals:20}}"#,
        ),
        (
            "[publish.a]\nto = 'git+https://x/y'\nbranch = 'a/b'\nhistory = false\ncname = 'a.b'\nbase_url = '/c'\nhost = 'nginx'\nremovals = 50\nheaders = { X-A = ' b ' }\n[publish.b]\nto = 'c'\nreleases = true\nkeep = 9\n[publish.c]\nto = 'C.ZIP'",
            r#"publish={a:{to:{Git:{url:"https://x/y",branch:"a/b",history:false,cname:"a.b"}},base_url:{path:"/c/"},relative:false,host:"nginx",headers:{X-A:"b"},removals:50},b:{to:{Folder:{path:"c",keep:9}},relative:false,headers:{},removals:20},c:{to:{Archive:{path:"C.ZIP",format:"Zip"}},relative:false,headers:{},removals:20}}"#,
        ),
        ("[extra]\na = [1, { b = 2026-01-02 }]", r#"extra={a:[1,{b:"2026-01-02"}]}"#),
        (
            "[topics.z]\n[topics.a-b]\ntitle = 'A'\nparent = 'z'\ncolor = '#fff'\nkeywords = ['k', 'l']\nterms = { z = '1', a = '2' }\n[topics.m]\ncolour = 'teal'\ndescription = 'D'",
            r##"topics=[{name:"z",title:"Z"},{name:"a-b",title:"A",keywords:["k","l"],terms:[["z","1"],["a","2"]],parent:"z"@6:10,colour:"#fff"},{name:"m",title:"M",description:"D",colour:"teal"}]"##,
        ),
        (
            "[topics]\nübung = { title = 'Ü' }\n'数据' = {}",
            "title=\"\"\n\
                 4:1: error[syntax]: this is not TOML: invalid unquoted key, expected letters, numbers, `-`, `_` (-)",
        ),
    ] {
        check_more(text, expected);
    }
}

#[test]
fn every_mistake_is_told() {
    for (text, expected) in [
        (
            "titel = 'x'\nlanguage = 1\nbaseURL = '/'\ndraft = true",
            "\n\
                 3:1: error[unknown-key]: unknown key `titel` (did you mean `title`?)\n\
                 4:12: error[wrong-type]: expected a string for `language`, found an integer (put the value in quotes)\n\
                 5:1: error[unknown-key]: unknown key `baseURL` (did you mean `base_url`?)\n\
                 6:1: error[unknown-key]: unknown key `draft` (the known keys are `title`, `base_url`, `description`, `language`, `authors`, `theme`, `output`, `uglyurls`, `git_dates`, `edit_url`, `markdown`, `callouts`, `topics`, `weave`, `nav`, `footer`, `archive`, `feed`, `llms`, `translations`, `icon`, `logo`, `manifest`, `links`, `related`, `terms`, `images`, `css`, `js`, `social`, `inventory`, `inventories`, `json`, `search`, `strings`, `check`, `publish`, `cache`, `extra`)",
        ),
        (
            "language = 'english language'\ntheme = '../x'\noutput = '.'\nedit_url = 'https://example.org/'",
            "\n\
                 3:12: error[invalid-value]: invalid value for `language`: it is not a language tag (write a tag such as `en`, `de` or `pt-BR`)\n\
                 4:9: error[invalid-value]: invalid value for `theme`: it is not the name of a folder (write `default`, or the name of a folder in `themes/`)\n\
                 5:10: error[invalid-value]: invalid value for `output`: it would mix the output with other files (write the name of a folder of its own, such as `public`)\n\
                 6:12: error[invalid-value]: invalid value for `edit_url`: it needs an address with `{path}` in it (write it like `https://example.org/edit/main/{path}`)",
        ),
        (
            "language = 'e'\ntheme = 'a/b'\noutput = ''\nedit_url = 'javascript:{path}'",
            "\n\
                 3:12: error[invalid-value]: invalid value for `language`: it is not a language tag (write a tag such as `en`, `de` or `pt-BR`)\n\
                 4:9: error[invalid-value]: invalid value for `theme`: it is not the name of a folder (write `default`, or the name of a folder in `themes/`)\n\
                 5:10: error[invalid-value]: invalid value for `output`: it would mix the output with other files (write the name of a folder of its own, such as `public`)\n\
                 6:12: error[invalid-value]: invalid value for `edit_url`: it needs an address with `{path}` in it (write it like `https://example.org/edit/main/{path}`)",
        ),
        (
            "theme = ''\noutput = '/'",
            "\n\
                 3:9: error[invalid-value]: invalid value for `theme`: it is not the name of a folder (write `default`, or the name of a folder in `themes/`)\n\
                 4:10: error[invalid-value]: invalid value for `output`: it would mix the output with other files (write the name of a folder of its own, such as `public`)",
        ),
        (
            "theme = '..'\noutput = './/../..'",
            "\n\
                 3:9: error[invalid-value]: invalid value for `theme`: it is not the name of a folder (write `default`, or the name of a folder in `themes/`)\n\
                 4:10: error[invalid-value]: invalid value for `output`: it would mix the output with other files (write the name of a folder of its own, such as `public`)",
        ),
        (
            "output = 'content/public'",
            "\n\
                 3:10: error[invalid-value]: invalid value for `output`: it would mix the output with other files (write the name of a folder of its own, such as `public`)",
        ),
        (
            "[markdown.extensions]\nmaths = true\nemoji = 1",
            "\n\
                 4:1: error[unknown-extension]: unknown extension `maths` (did you mean `math`?)\n\
                 5:9: error[wrong-type]: expected true or false for `markdown.extensions.emoji`, found an integer (-)",
        ),
        (
            "[callouts.Wow]\n[callouts.a]\nlike = 'fun'",
            "callouts=[{name:\"a\",title:\"A\",like:\"note\"}]\n\
                 3:11: error[invalid-value]: invalid name of a callout: `Wow` (write it in small letters, digits and hyphens: `[callouts.wow]`)\n\
                 5:8: error[invalid-value]: invalid value for `callouts.a.like`: it is not a kind that is built in (write one of `note`, `tip`, `important`, `warning`, `caution`, `info`, `danger`)",
        ),
        (
            "[markdown]\ntoc_depth = 7\nhighlight = 'yes'\ntoc = 1",
            "\n\
                 4:13: error[invalid-value]: invalid value for `markdown.toc_depth`: 7 is not from 2 to 6 (write a number from 2 to 6)\n\
                 5:13: error[wrong-type]: expected true or false for `markdown.highlight`, found a string (write `true` or `false`, without quotes)\n\
                 6:1: error[unknown-key]: unknown key `toc` in `markdown` (the known keys are `highlight`, `smart_punctuation`, `toc_depth`, `extensions`, `questions`, `copies`, `untrusted`, `untrusted_components`)",
        ),
        (
            "[markdown]\nuntrusted = ['../x', '']",
            "\n\
                 4:14: error[invalid-value]: invalid value for `markdown.untrusted`: it is no folder of `content/` (write its path below `content/`, such as `community`, or `untrusted = true` for all articles)\n\
                 4:22: error[invalid-value]: invalid value for `markdown.untrusted`: it is no folder of `content/` (write its path below `content/`, such as `community`, or `untrusted = true` for all articles)",
        ),
        (
            "[check.images]\nbytes = 0\nwidth = 1",
            "\n\
                 4:9: error[invalid-value]: invalid value for `check.images.bytes`: 0 is not from 1 to 1099511627776 (write a number from 1 to 1099511627776)\n\
                 5:1: error[unknown-key]: unknown key `width` in `check.images` (the known keys are `bytes`)",
        ),
        (
            "[check.external]\nsame_host = ['blog/*', '//x']",
            "\n\
                 4:14: error[invalid-value]: invalid value for `check.external.same_host`: a path on the same host begins with one `/` (write it as it stands in links, such as `\"/blog/*\"`)\n\
                 4:24: error[invalid-value]: invalid value for `check.external.same_host`: a path on the same host begins with one `/` (write it as it stands in links, such as `\"/blog/*\"`)",
        ),
        (
            "[markdown]\nuntrusted = 'x'",
            "\n\
                 4:13: error[wrong-type]: expected true, false or a list of folders for `markdown.untrusted`, found a string (-)",
        ),
        (
            "[nav]\nwindow = 9\nlinks = [{ title = 'A' }, { title = 'B', to = 'b.md' }, 1]",
            "nav={links:[{title:\"B\",to:\"b.md\"@5:47}],window:60,sidebar:true,open:0}\n\
                 4:10: error[invalid-value]: invalid value for `nav.window`: 9 is not from 10 to 100000 (write a number from 10 to 100000)\n\
                 5:10: error[missing-key]: missing key `to` in an item of `nav.links` (add a value for `to`)\n\
                 5:57: error[wrong-type]: expected a table for an item of `nav.links`, found an integer (-)",
        ),
        (
            "[related.weights]\nwords = -1\ntitles = 10.01\nword = 1\nmoon = 1\nfolder = nan",
            "\n\
                 4:9: error[invalid-value]: invalid value for `related.weights.words`: -1 is not from 0 to 10 (write a number from 0 to 10, such as `1.5`)\n\
                 5:10: error[invalid-value]: invalid value for `related.weights.titles`: 10.01 is not from 0 to 10 (write a number from 0 to 10, such as `1.5`)\n\
                 6:1: error[unknown-key]: unknown key `word` in `related.weights` (did you mean `words`?)\n\
                 7:1: error[unknown-key]: unknown key `moon` in `related.weights` (the known keys are `folder`, `folder_and_words`, `words`, `popular`, `linked_from_here`, `folder_and_titles`, `neighbours_link`, `lead_in_words`, `title_here`, `link_alike`, `title_in_code`, `title_there`, `near_what_links`, `links_here`, `linked_alike`, `titles`, `title_in_section`, `topics`)\n\
                 8:10: error[invalid-value]: invalid value for `related.weights.folder`: NaN is not from 0 to 10 (write a number from 0 to 10, such as `1.5`)",
        ),
        (
            "[feed]\nlimit = 0\nenable = true",
            "\n\
                 4:9: error[invalid-value]: invalid value for `feed.limit`: 0 is not from 1 to 10000 (write a number from 1 to 10000)\n\
                 5:1: error[unknown-key]: unknown key `enable` in `feed` (did you mean `enabled`?)",
        ),
        (
            "[check]\nbroken-link = 'eror'\nplain-code = 'off'\nduplicate-id = 1",
            "\n\
                 4:15: error[invalid-value]: unknown value `eror` for `check.broken-link` (did you mean `error`?)\n\
                 5:14: error[invalid-value]: unknown value `off` for `check.plain-code` (write one of `error`, `warning`, `advice`, `allow`)\n\
                 6:16: error[wrong-type]: expected a string for `check.duplicate-id`, found an integer (put the value in quotes)",
        ),
        (
            "[publish.live]\nbranch = 'x'\n[publish.two]\nto = 1",
            "\n\
                 3:1: error[missing-key]: missing key `to` in `publish.live` (add a value for `to`)\n\
                 6:6: error[wrong-type]: expected a string for `publish.two.to`, found an integer (put the value in quotes)",
        ),
        (
            "[publish.a]\nto = 'b'\nheaders = { 'a b' = 'c', D = \"é\" }",
            "publish={a:{to:{Folder:{path:\"b\"}},relative:false,headers:{},removals:20}}\n\
                 5:13: error[invalid-value]: invalid value for `publish.a.headers`: `a b` is no name of a header (write a name such as `Content-Security-Policy`)\n\
                 5:30: error[invalid-value]: invalid value for `publish.a.headers`: no header has the value `é` (write it in one line, in letters of ASCII)",
        ),
        (
            "[publish.a]\nto = 'rsync://me@example.org:2222/srv/www/'\n[publish.b]\nto = 'rsync://b/~/c'\n[publish.c]\nto = 'rsync://-oProxyCommand=x/y'\n[publish.d]\nto = 'rsync://a/b;c'\n[publish.e]\nto = 'rsync://a/../b'",
            "publish={a:{to:{Rsync:{host:\"me@example.org\",port:2222,path:\"/srv/www\",keep:2}},relative:false,headers:{},removals:20},b:{to:{Rsync:{host:\"b\",path:\"c\",keep:2}},relative:false,headers:{},removals:20}}\n\
                 8:6: error[invalid-value]: invalid value for `publish.c.to`: nothing can be sent there (write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, `sftp://`, `s3://`, `gs://`, `az://`, `git+https://`, `git+ssh://` or `git+file://`)\n\
                 10:6: error[invalid-value]: invalid value for `publish.d.to`: nothing can be sent there (write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, `sftp://`, `s3://`, `gs://`, `az://`, `git+https://`, `git+ssh://` or `git+file://`)\n\
                 12:6: error[invalid-value]: invalid value for `publish.e.to`: nothing can be sent there (write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, `sftp://`, `s3://`, `gs://`, `az://`, `git+https://`, `git+ssh://` or `git+file://`)",
        ),
        (
            "[publish.a]\nto = 'sftp://b:22/~/c'\n[publish.b]\nto = 's3://b.c/d e/f/'\nendpoint = 'https://s3.example.org'\nregion = 'eu-central-1'\ncompress = true\n[publish.c]\nto = 'az://$web'\naccount = 'mine'\nkeep = 7",
            "publish={a:{to:{Sftp:{host:\"b\",port:22,path:\"c\",keep:2}},relative:false,headers:{},removals:20},b:{to:{Bucket:{cloud:\"Amazon\",name:\"b.c\",prefix:\"d e/f\",endpoint:\"https://s3.example.org\",region:\"eu-central-1\",keep:2}},relative:false,headers:{},removals:20,compress:[\"gzip\"]},c:{to:{Bucket:{cloud:\"Azure\",name:\"$web\",account:\"mine\",keep:7}},relative:false,headers:{},removals:20}}",
        ),
        (
            "[publish.a]\nto = 's3://b/../c'\n[publish.b]\nto = 'gs://'\n[publish.c]\nto = 's3://c'\nendpoint = 'https://me:secret@d'\nregion = 'a b'\nkeep = 0\ncompress = ['br', 'gzip']\n[publish.d]\nto = 'e'\ncompress = ['gzip', 'zstd', 'br', 'br']\n[publish.e]\nto = 'f'\nhost = 'netlify'\ncompress = true",
            "publish={c:{to:{Bucket:{cloud:\"Amazon\",name:\"c\",keep:2}},relative:false,headers:{},removals:20,compress:[\"br\"]},d:{to:{Folder:{path:\"e\"}},relative:false,headers:{},removals:20,compress:[\"gzip\",\"br\"]},e:{to:{Folder:{path:\"f\"}},relative:false,host:\"netlify\",headers:{},removals:20}}\n\
                 4:6: error[invalid-value]: invalid value for `publish.a.to`: no bucket has this address (write it like `s3://bucket/folder`)\n\
                 6:6: error[invalid-value]: invalid value for `publish.b.to`: no bucket has this address (write it like `s3://bucket/folder`)\n\
                 9:12: error[invalid-value]: invalid value for `publish.c.endpoint`: it is not the address of a store (write it like `https://s3.example.org`)\n\
                 10:10: error[invalid-value]: invalid value for `publish.c.region`: it is not the name of a region (write a name such as `eu-central-1`)\n\
                 11:8: error[invalid-value]: invalid value for `publish.c.keep`: 0 is not from 1 to 1000 (write a number from 1 to 1000)\n\
                 12:19: error[invalid-value]: invalid value for `publish.c.compress`: a bucket holds each file once (take one out: `gzip` is for every browser and most programs, `br` is smaller)\n\
                 15:21: error[invalid-value]: invalid value for `publish.d.compress`: we know no such encoding (write `[\"gzip\"]`, `[\"br\"]` or both)\n\
                 19:12: error[invalid-value]: invalid value for `publish.e.compress`: `netlify` reads no files that were compressed before (take the line out: this host compresses by itself)",
        ),
        (
            "[publish.Live]\nto = 'a'\n[publish.a]\nto = 's3x://b'\n[publish.b]\nto = 'git+https://c'\n[publish.c]\nto = 'd'\nbranch = 'e'\nhost = 'netlfy'\n[publish.d]\nto = 'e.zip'\nkeep = 2\n[publish.e]\nto = 'git@e:f'\nbranch = '../g'\nreleases = true",
            "publish={c:{to:{Folder:{path:\"d\"}},relative:false,headers:{},removals:20},d:{to:{Archive:{path:\"e.zip\",format:\"Zip\"}},relative:false,headers:{},removals:20}}\n\
                 3:10: error[invalid-value]: invalid name of a target: `Live` (write it in small letters, digits and hyphens: `[publish.live]`)\n\
                 6:6: error[invalid-value]: invalid value for `publish.a.to`: nothing can be sent there (write a folder, a file `site.zip` or `site.tar.gz`, or an address that begins with `rsync://`, `sftp://`, `s3://`, `gs://`, `az://`, `git+https://`, `git+ssh://` or `git+file://`)\n\
                 8:6: error[invalid-value]: invalid value for `publish.b.to`: git needs a branch (add a line such as `branch = \"gh-pages\"`)\n\
                 11:10: error[invalid-value]: invalid value for `publish.c.branch`: it is for git only (take the line out)\n\
                 12:8: error[invalid-value]: invalid value for `publish.c.host`: we know no such host (did you mean `netlify`?)\n\
                 15:8: error[invalid-value]: invalid value for `publish.d.keep`: it is for folders, other machines, object stores only (take the line out)\n\
                 18:10: error[invalid-value]: invalid value for `publish.e.branch`: it is not the name of a branch (write a name such as `gh-pages` or `pages`)\n\
                 19:12: error[invalid-value]: invalid value for `publish.e.releases`: it is for folders only (take the line out)",
        ),
        (
            "extra = 1\nmarkdown = 2\ntopics = []",
            "\n\
                 3:9: error[invalid-value]: invalid value for `extra`: it is not a table (write `[extra]`, and the keys below it)\n\
                 4:12: error[wrong-type]: expected a table for `markdown`, found an integer (-)\n\
                 5:10: error[wrong-type]: expected a table for `topics`, found a list (-)",
        ),
        (
            "[topics.'Case Studies']\n[topics.'a/b']\n[topics.'-']\n[topics.'']",
            "\n\
                 3:9: error[invalid-value]: invalid name of a topic: `Case Studies` (write it in small letters, digits and hyphens: `[topics.case-studies]`)\n\
                 4:9: error[invalid-value]: invalid name of a topic: `a/b` (write it in small letters, digits and hyphens: `[topics.a-b]`)\n\
                 5:9: error[invalid-value]: invalid name of a topic: `-` (write it in small letters, digits and hyphens: `[topics.name]`)\n\
                 6:9: error[invalid-value]: invalid name of a topic: `` (write it in small letters, digits and hyphens: `[topics.name]`)",
        ),
        (
            "[topics.tools]\n[topics.a]\nparent = 'tolls'\n[topics.b]\nparent = 'nowhere'\ncolour = 'red;}'",
            "topics=[{name:\"tools\",title:\"Tools\"},{name:\"a\",title:\"A\"},{name:\"b\",title:\"B\"}]\n\
                 5:10: error[unknown-parent]: unknown topic `tolls` as the parent of `a` (did you mean `tools`?)\n\
                 7:10: error[unknown-parent]: unknown topic `nowhere` as the parent of `b` (declare it: `[topics.nowhere]`)\n\
                 8:10: error[invalid-value]: invalid value for `topics.b.colour`: it is not a CSS colour (write a colour such as `#2f6f4f` or `teal`)",
        ),
        (
            "[topics.a]\nparent = 'b'\n[topics.b]\nparent = 'c'\n[topics.c]\nparent = 'a'\n[topics.d]\nparent = 'd'\n[topics.e]\nparent = 'a'",
            "topics=[{name:\"a\",title:\"A\",parent:\"b\"@4:10},{name:\"b\",title:\"B\",parent:\"c\"@6:10},{name:\"c\",title:\"C\"},{name:\"d\",title:\"D\"},{name:\"e\",title:\"E\",parent:\"a\"@12:10}]\n\
                 8:10: error[topic-cycle]: topic `c` is above itself (remove `parent = \"a\"`, or name another topic)\n\
                 10:10: error[topic-cycle]: topic `d` is above itself (remove `parent = \"d\"`, or name another topic)",
        ),
        (
            "[terms.avoid]\n'a  b' = 'c'\nd = ['e', ' ']\nf = []\n'...' = 'g'\nh = 'h'\ni = 1",
            "terms={links:true,limit:30,glossary:true,avoid:[{phrase:\"a b\",instead:[\"c\"]},{phrase:\"d\",instead:[\"e\"]},{phrase:\"f\"}]}\n\
                 7:1: error[invalid-value]: invalid value for `terms.avoid`: it has no word that could be found (write a word or a phrase)\n\
                 8:1: error[invalid-value]: invalid value for `terms.avoid`: it is to be written in its own place (write other words for it)\n\
                 9:5: error[wrong-type]: expected a text, or a list of texts for `terms.avoid.i`, found an integer (-)",
        ),
        (
            "[topics.a]\nterms = { x = 1, y = 'kept' }\nkeyword = ['x']",
            "topics=[{name:\"a\",title:\"A\",terms:[[\"y\",\"kept\"]]}]\n\
                 4:15: error[wrong-type]: expected a string for `topics.a.terms.x`, found an integer (put the value in quotes)\n\
                 5:1: error[unknown-key]: unknown key `keyword` in `topics.a` (did you mean `keywords`?)",
        ),
    ] {
        check_more(text, expected);
    }
}

#[test]
fn addresses_have_two_halves() {
    for (text, expected) in [
        ("https://example.org", "https://example.org + /"),
        ("https://example.org/", "https://example.org + /"),
        ("HTTPS://Example.ORG/Docs", "https://example.org + /Docs/"),
        ("http://localhost:8080//a//b", "http://localhost:8080 + /a/b/"),
        ("http://[::1]:80/", "http://[::1]:80 + /"),
        ("http://127.0.0.1", "http://127.0.0.1 + /"),
        ("https://bücher.example/", "https://bücher.example + /"),
        ("/", " + /"),
        ("/docs", " + /docs/"),
        ("", "it is neither an address nor a path"),
        ("example.org", "it is neither an address nor a path; did you mean `https://example.org`?"),
        ("//example.org/a", "it is neither an address nor a path; did you mean `https://example.org/a`?"),
        ("docs/", "it is neither an address nor a path"),
        ("ftp://example.org", "it is neither an address nor a path"),
        ("javascript:alert(1)", "it is neither an address nor a path"),
        ("https://", "it has no host that could be reached"),
        ("https:///a", "it has no host that could be reached"),
        ("https://a..b/", "it has no host that could be reached"),
        ("https://user:word@example.org/", "it has no host that could be reached"),
        ("https://example.org:port/", "it has no host that could be reached"),
        ("https://example.org/?a", "it has a query or a fragment"),
        ("https://example.org/#a", "it has a query or a fragment"),
        ("/a/../b", "its path has `.` or `..` in it"),
        ("https://example.org/a b", "an address has no  "),
        ("https://example.org/\"><script>", "an address has no \\\""),
    ] {
        let found = match base_url(text) {
            Ok(BaseUrl { origin, path, .. }) => format!("{origin} + {path}"),
            Err(BadBaseUrl { reason, help }) if help.starts_with("did") => format!("{reason}; {help}"),
            Err(BadBaseUrl { reason, .. }) => reason,
        };
        assert_eq!(found, expected, "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_configuration_or_refused(
        text in "((title|base_url|topics|parent|output|nav|x)( = |\\.)|\\[(topics\\.[a-cÄ]|nav|check|markdown)\\]\n|\\[|\\]|\\{|\\}|,|\"|'|\n|/|1|true|б|.){0,30}",
    ) {
        let (_, diagnostics) = parse(&text, "site.toml");
        for diagnostic in diagnostics {
            if let Some(span) = diagnostic.place.span {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
}

#[test]
fn a_shared_cache_is_a_folder_or_a_bucket_and_names_no_site() {
    let read = |cache: &str| parse(&format!("title = 'T'\nbase_url = '/'\n[cache]\n{cache}"), "site.toml").0;
    let folder = read("remote = ' ../c '").cache.expect("a cache");
    assert_eq!(folder.to, Address::Folder { path: "../c".to_owned(), keep: None });
    assert_eq!((folder.push, folder.timeout.as_secs()), (true, 60));
    let bucket = read("remote = 's3://b/c'\nendpoint = 'https://d'\nregion = 'e'\npush = false\ntimeout = 5");
    let cache = bucket.cache.clone().expect("a cache");
    assert_eq!((cache.push, cache.timeout.as_secs()), (false, 5));
    let Address::Bucket(found) = cache.to else { panic!("a bucket") };
    assert_eq!((found.shown(), found.endpoint.as_deref()), ("s3://b/c".to_owned(), Some("https://d")));
    assert_eq!(Digest::of_value(&bucket), Digest::of_value(&read("")));
    for (text, expected) in [
        ("", ""),
        (
            "push = false",
            "\n4:8: error[invalid-value]: invalid value for `cache.push`: no remote cache is named (add a line such as `remote = \"s3://bucket/folder\"` to `[cache]`)",
        ),
        (
            "remote = 's3://'",
            "\n4:10: error[invalid-value]: invalid value for `cache.remote`: no bucket has this address (write it like `s3://bucket/folder`)",
        ),
        (
            "remote = 'sftp://a/b'\ntimeout = 0",
            "\n4:10: error[invalid-value]: invalid value for `cache.remote`: nothing can be cached there (write a folder, or an address that begins with `s3://`, `gs://` or `az://`)\n\
             5:11: error[invalid-value]: invalid value for `cache.timeout`: 0 is not from 1 to 3600 (write a number from 1 to 3600)",
        ),
        (
            "remote = 'a'\nregion = 'b'",
            "\n5:10: error[invalid-value]: invalid value for `cache.region`: it is for object stores only (take the line out)",
        ),
        (
            "remote = 'az://a'\nendpoint = 'b'\naccount = 'c d'",
            "\n5:12: error[invalid-value]: invalid value for `cache.endpoint`: it is not the address of a store (write it like `https://s3.example.org`)\n\
             6:11: error[invalid-value]: invalid value for `cache.account`: it is not the name of an account (write it like `mysite`)",
        ),
        ("remotes = 'a'", "\n4:1: error[unknown-key]: unknown key `remotes` in `cache` (did you mean `remote`?)"),
    ] {
        check_more(&format!("[cache]\n{text}"), expected);
    }
}

#[test]
fn inventories_have_a_file_and_an_address() {
    check_more(
        "[inventory]\nenabled = false\n[inventories.python]\nfile = 'p.inv'\nurl = 'https://docs.python.org/3'\n\
         [inventories.other]\nfile = 'a/o.json'\n[json]\npages = true",
        "inventory={enabled:false} \
         inventories={other:{file:\"a/o.json\"@9:8},python:{file:\"p.inv\"@6:8,url:\"https://docs.python.org/3/\"}} \
         json={pages:true}",
    );
    for url in ["docs.python.org", "//x/", "javascript:x", "https://", "https://a b/", "https://a/?q", "ftp://x/"] {
        check_more(
            &format!("[inventories.a]\nfile = 'a'\nurl = '{url}'"),
            "inventories={a:{file:\"a\"@4:8,url:\"/\"}}\n\
             5:7: error[invalid-value]: invalid value for `inventories.a.url`: it is not the address of a site \
             (write where that site lives: `\"https://docs.example.org/\"`)",
        );
    }
    check_more(
        "[inventories.a]\nurl = '/b'",
        "\n3:1: error[missing-key]: missing key `file` in `inventories.a` (add a value for `file`)",
    );
}
