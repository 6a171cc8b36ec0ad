use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use super::*;

const HEADER: &str = "# Sphinx inventory version 2\n# Project: P\n# Version: 1\n\
                      # The remainder of this file is compressed using zlib.\n";

fn sphinx(list: &[u8]) -> Vec<u8> {
    [HEADER.as_bytes(), &compress_to_vec_zlib(list, 6)].concat()
}

/// The entries, one a line, and the diagnostics with their help.
fn show(bytes: &[u8]) -> String {
    let (parsed, diagnostics) = parse("i", bytes);
    let mut lines: Vec<String> = Vec::new();
    if let Some(Parsed { base, entries }) = parsed {
        lines.extend(base);
        for Entry { kind, name, title, aliases, url } in entries {
            lines.push(format!("{kind} {name:?} {title:?} {aliases:?} {url}"));
        }
    }
    lines.extend(diagnostics.iter().map(|problem| format!("{problem} {}", problem.notes.join(" ")).trim().to_owned()));
    lines.join("\n")
}

#[test]
fn lists_of_sphinx_are_read_as_sphinx_reads_them() {
    let list = "library/json std:doc -1 library/json.html json: encode and decode\n\
                print py:function 1 library/functions.html#$ -\n\
                a term of words 2 std:term -1 glossary.html#$ -\r\n\
                an empty address std:label -1  Title\n\
                std::vector cpp:type 1 v.html -\n\
                \n";
    assert_eq!(
        show(&sphinx(list.as_bytes())),
        "std:doc \"library/json\" \"json: encode and decode\" [] library/json.html\n\
         py:function \"print\" \"print\" [] library/functions.html#print\n\
         std:term \"a term of words 2\" \"a term of words 2\" [] glossary.html#a%20term%20of%20words%202\n\
         std:label \"an empty address\" \"Title\" [] \n\
         cpp:type \"std::vector\" \"std::vector\" [] v.html"
    );
}

#[test]
fn lines_that_are_no_entries_are_told_with_their_line() {
    let list =
        b"fine std:doc -1 a.html Fine\nno entry\nb std:doc x b.html B\nc std:doc -1 c.html\nd \xff:doc -1 d.html D\n\
                 e\x07 std:doc -1 e.html E\n : -1 f F\n";
    assert_eq!(
        show(&sphinx(list)),
        "std:doc \"fine\" \"Fine\" [] a.html\n\
         i:6:1: warning[bad-inventory]: an entry of the packed list is left out: expected `name domain:role priority address title`\n\
         i:7:1: warning[bad-inventory]: an entry of the packed list is left out: expected `name domain:role priority address title`\n\
         i:8:1: warning[bad-inventory]: an entry of the packed list is left out: expected `name domain:role priority address title`\n\
         i:9:1: warning[bad-inventory]: an entry of the packed list is left out: it is not UTF-8\n\
         i:10:1: warning[bad-inventory]: an entry of the packed list is left out: its name or its title holds control characters\n\
         i:11:1: warning[bad-inventory]: an entry of the packed list is left out: expected `name domain:role priority address title`"
    );
    let many = show(&sphinx("x\n".repeat(1000).as_bytes()));
    assert_eq!(many.lines().count(), 10);
    assert!(many.ends_with("and 990 more entries like it"), "{many}");
}

#[test]
fn files_that_are_no_inventory_are_refused() {
    for (bytes, expected) in [
        (&b""[..], "i:1:1: error[inventory]: this is no inventory"),
        (b"hello", "i:1:1: error[inventory]: this is no inventory"),
        (b"# Sphinx inventory version 1\n", "begins with `# Sphinx inventory version 2`"),
        (b"# Sphinx inventory version 22\n", "begins with `# Sphinx inventory version 2`"),
        (
            b"# Sphinx inventory version 2\n# Version: 1\n",
            "i:2:1: error[inventory]: not an inventory of Sphinx: expected a line that begins with `# Project:`",
        ),
        (HEADER.as_bytes(), "i:5:1: error[inventory]: not an inventory of Sphinx: the packed list behind"),
        (
            &sphinx(b"a std:doc -1 a A\n")[..HEADER.len() + 9],
            "the packed list behind the four lines of the header is damaged",
        ),
        (b"{", "error[syntax]: this is not JSON"),
        (b"{\"a\": \xff}", "i:1:7: error[not-utf8]"),
        (b"{}", "i:1:1: error[inventory]: this is no inventory: expected `\"format\": \"docweave-inventory\"`"),
        (b"{\"format\": \"other\", \"version\": 1}", "i:1:12: error[inventory]: this is no inventory"),
        (b"{\"format\": \"docweave-inventory\"}", "i:1:12: error[inventory]"),
        (
            b"{\"format\": \"docweave-inventory\", \"version\": 2}",
            "i:1:45: error[inventory]: an inventory of version 2: this docweave reads version 1",
        ),
        (b"{\"format\": \"docweave-inventory\", \"version\": 1, \"entries\": 3}", "error[wrong-type]"),
        (b"{\"format\": \"docweave-inventory\", \"version\": 1, \"entries\": [{}]}", "error[missing-key]"),
        (
            b"{\"format\": \"docweave-inventory\", \"version\": 1, \"url\": \"javascript:x\"}",
            "i:1:55: error[invalid-value]: invalid value for `url`",
        ),
    ] {
        let found = show(bytes);
        assert!(found.contains(expected), "{}\n{found}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn our_own_inventories_are_read_and_later_keys_left_aside() {
    let entries = "{\"kind\":\"page\",\"title\":\"A page\",\"url\":\"a/\",\"aliases\":[\"a\", \"\"],\"later\":{}},\n\
                   {\"kind\":\"term\",\"title\":\"T\",\"url\":\"/t/\"},\n\
                   {\"kind\":\"picture\",\"title\":\"T\",\"url\":\"t/\"},\n\
                   {\"kind\":\"page\",\"title\":\" \",\"url\":\"t/\"},\n\
                   {\"kind\":\"page\",\"title\":\"T\",\"url\":\"a b\"}";
    let text = format!(
        "\u{feff}{{\"format\": \"docweave-inventory\", \"version\": 1, \"url\": \"https://example.org/x\", \"new\": 1, \"entries\": [\n{entries}]}}"
    );
    assert_eq!(
        show(text.as_bytes()),
        "https://example.org/x/\n\
         page \"A page\" \"A page\" [\"a\"] a/\n\
         term \"T\" \"T\" [] t/\n\
         i:4:1: warning[bad-inventory]: an entry is left out: its `kind` is none of `page`, `heading`, `topic` and `term`\n\
         i:5:1: warning[bad-inventory]: an entry is left out: its `title` is empty, or holds control characters\n\
         i:6:1: warning[bad-inventory]: an entry is left out: its `url` is no address"
    );
}

#[test]
fn sizes_are_bounded_before_anything_is_unpacked() {
    // 65 MiB of one line pack into 65 KiB.
    let bomb = sphinx(&vec![b'a'; LARGEST_LIST + 1]);
    assert!(bomb.len() < 1 << 17);
    assert_eq!(show(&bomb), "i:1:1: error[too-large]: an inventory whose list is larger than 64 MiB");
    let lines = sphinx(&b"a a:b 1 a -\n".repeat(MOST_ENTRIES + 1));
    assert_eq!(show(&lines), "i:1:1: error[too-large]: an inventory of more than 1000000 entries");
    assert_eq!(show(&vec![b'#'; LARGEST + 1]), "i:1:1: error[too-large]: an inventory of more than 32 MiB");
    let values = format!("{{\"entries\": [{}0]}}", "0,".repeat(1_000_001));
    assert_eq!(show(values.as_bytes()), "i:1:1: error[too-large]: an inventory of more than a million values");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_list_is_too_strange(list in proptest::collection::vec(any::<u8>(), 0..400), cut in any::<prop::sample::Index>()) {
        let whole = sphinx(&list);
        parse("i", &whole[..cut.index(whole.len() + 1)]);
        let (parsed, _) = parse("i", &whole);
        prop_assert!(parsed.is_some());
    }

    #[test]
    fn no_line_is_too_strange(list in "([a:$# -]|std:doc|-1|\u{e9}|\n){0,60}") {
        let (parsed, _) = parse("i", &sphinx(list.as_bytes()));
        for entry in parsed.expect("a list").entries {
            prop_assert!(!entry.name.is_empty() && !entry.title.is_empty());
            prop_assert!(!entry.url.contains(' '));
        }
    }

    #[test]
    fn no_json_is_too_strange(text in "[{}\\[\\]\",:a1 ]{0,40}") {
        parse("i", format!("{{{text}").as_bytes());
    }
}
