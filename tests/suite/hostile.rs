//! Bad input: each case ends in time and in bounded memory, says what is wrong, where and what to type, and leaves the
//! site that stood there as it was, byte for byte.
//!
//! A catalogue, a case after the other: that is why the file is long.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails where it stands, and tells what is slow")]
#![expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{FileTypeExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const CONFIG: &str = "title = \"T\"\nbase_url = \"https://example.org/\"\n";
const MIB: usize = 1 << 20;

/// No build of these tests takes longer, unless its case says so; most take a hundredth of it.
const PATIENCE: Duration = Duration::from_secs(90);

/// No build takes more memory, in bytes, unless its case says so.
const MEMORY: u64 = 700 << 20;

/// Files by their path.
pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// A site in a folder of its own.
pub(crate) struct Site {
    disk: tempfile::TempDir,
}

/// What one build came to.
pub(crate) struct Run {
    code: Option<i32>,
    /// Both streams.
    pub(crate) text: String,
    time: Duration,
    /// The most memory that it took, in bytes.
    memory: u64,
}

impl Site {
    /// A site of two pages, built.
    pub(crate) fn new() -> Self {
        let site = Self { disk: tempfile::tempdir().unwrap() };
        site.write("site.toml", CONFIG);
        site.write("content/_index.md", "# Home\n\nHello.\n");
        site.write("content/other.md", "# Other\n\nText.\n");
        site.build().fine();
        site
    }

    pub(crate) fn root(&self) -> &Path {
        self.disk.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Removes whatever stands at a path.
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path).unwrap(),
            Ok(_) => fs::remove_file(path).unwrap(),
            Err(_) => {}
        }
    }

    pub(crate) fn build(&self) -> Run {
        self.build_with(&[])
    }

    pub(crate) fn build_with(&self, options: &[&str]) -> Run {
        run(self.command().args(options), PATIENCE, &mut |_| {})
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("build").arg("--root").arg(self.root());
        command
    }

    /// Everything in the output folder.
    pub(crate) fn output(&self) -> Tree {
        tree(&self.path("public"))
    }

    /// A build with `path` in it is refused with this exit code and these words; then `path` is taken away again.
    fn refuses(&self, path: &str, bytes: impl AsRef<[u8]>, code: i32, words: &[&str]) {
        self.write(path, bytes);
        self.is_refused(&[], code, words);
        self.remove(path);
    }

    /// A build is refused, and the old site stays.
    fn is_refused(&self, options: &[&str], code: i32, words: &[&str]) {
        let before = self.output();
        self.build_with(options).refused(code, words);
        self.stays(&before);
    }

    fn stays(&self, before: &Tree) {
        let after = self.output();
        assert!(*before == after, "the site changed: {:?} to {:?}", before.keys(), after.keys());
    }

    /// A build with `path` in it is fine; then `path` is taken away again.
    fn takes(&self, path: &str, bytes: impl AsRef<[u8]>) -> Run {
        self.write(path, bytes);
        let run = self.build().fine();
        self.remove(path);
        run
    }
}

impl Run {
    /// It ended well, in bounded memory.
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.text);
        self.calm()
    }

    /// It failed with this code and these words.
    fn refused(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{words:?}: {}", self.text);
        for word in words {
            assert!(self.text.contains(word), "no {word:?} in: {}", self.text);
        }
        assert!(self.text.contains("error"), "{}", self.text);
        self.calm()
    }

    fn calm(self) -> Self {
        self.calm_within(MEMORY)
    }

    fn calm_within(self, memory: u64) -> Self {
        assert!(!self.text.contains("panicked"), "{}", self.text);
        assert!(self.memory <= memory, "{} MiB of memory: {}", self.memory >> 20, self.text);
        if self.time > Duration::from_secs(2) {
            let first = self.text.lines().next().unwrap_or("").chars().take(100).collect::<String>();
            eprintln!("slow: {:.1} s, {} MiB: {first}", self.time.as_secs_f64(), self.memory >> 20);
        }
        self
    }
}

/// Runs a command within `patience`, and calls `meanwhile` with the memory that it took so far, again and again until it ended.
pub(crate) fn run(command: &mut Command, patience: Duration, meanwhile: &mut dyn FnMut(u64)) -> Run {
    let text = tempfile::tempfile().unwrap();
    let begin = Instant::now();
    command.stdin(Stdio::null()).stdout(text.try_clone().unwrap()).stderr(text.try_clone().unwrap());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    let code = loop {
        let found = fs::read_to_string(&status).unwrap_or_default();
        let peak = found.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory = memory.max(peak.unwrap_or(0_u64) << 10);
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if begin.elapsed() > patience {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} did not end within {patience:?}: {}", read(text));
        }
        meanwhile(memory);
        std::thread::sleep(Duration::from_millis(2));
    };
    Run { code, text: read(text), time: begin.elapsed(), memory }
}

fn read(mut file: fs::File) -> String {
    use std::io::{Read, Seek};
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// All that is in a folder: the bytes of files, the targets of links, nothing for anything else.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    for path in everything(folder) {
        let Ok(kind) = fs::symlink_metadata(&path).map(|found| found.file_type()) else { continue };
        let bytes = match () {
            () if kind.is_dir() => continue,
            () if kind.is_symlink() => fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
            () if kind.is_file() => fs::read(&path).unwrap(),
            () => Vec::new(),
        };
        tree.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
    }
    tree
}

/// The paths of a folder and of all that is in it, links not followed.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(path) = found.get(next) {
        next += 1;
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
            let inside: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
            found.extend(inside);
        }
    }
    found
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

/// The same build by somebody who has no right to what is closed: root has a right to everything.
fn unprivileged(site: &Site) -> Command {
    let command = site.command();
    if !is_root() {
        return command;
    }
    // The site and the program must be theirs to reach.
    for path in everything(site.root()) {
        std::os::unix::fs::lchown(path, Some(65534), Some(65534)).unwrap();
    }
    let program = site.path("docweave");
    if !program.exists() {
        fs::copy(command.get_program(), &program).unwrap();
    }
    let mut lesser = Command::new("setpriv");
    lesser.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program).args(command.get_args());
    lesser
}

fn close(path: PathBuf, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn make_pipe(path: PathBuf) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(fs::metadata(path).unwrap().file_type().is_fifo());
}

#[test]
fn front_matter_that_cannot_be_read() {
    let site = Site::new();
    let deep = |open: &str| open.repeat(100_000);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    let toml = |text: &str| format!("+++\n{text}\n+++\nText.\n");
    let yaml = |text: &str| format!("---\n{text}\n---\nText.\n");
    let cases: Vec<(String, &str, &[&str])> = vec![
        (toml("title = "), "2:9", &["a key without a value", "write a value after `=`"]),
        (toml("title = 3"), "2:9", &["expected a string for `title`, found an integer", "put the value in quotes"]),
        (toml("draft = \"yes\""), "2:9", &["expected true or false for `draft`", "without quotes"]),
        (toml("weight = \"1\""), "2:10", &["expected an integer for `weight`"]),
        (toml("weight = 99999999999999999999"), "2:10", &["number too large"]),
        (toml("topics = 4"), "2:10", &["expected a list for `topics`"]),
        (toml("aliases = [1]"), "2:12", &["expected a string for an item of `aliases`"]),
        (toml("titel = \"x\""), "2:1", &["unknown key `titel`", "did you mean `title`?"]),
        (toml("tags = [\"x\"]"), "2:1", &["unknown key `tags`", "`tags` is `topics` here"]),
        (toml("date = 2024-02-31"), "2:8", &["invalid date", "write a date such as"]),
        (toml("date = \"yesterday\""), "2:8", &["`yesterday` is not a date such as"]),
        (toml("title = \"a\"\ntitle = \"b\""), "3:1", &["duplicate key `title`", "remove one of the two"]),
        (toml(&format!("extra = {}", deep("["))), "2:", &["nested more than 64 levels deep"]),
        (toml(&format!("{}b = 1", deep("a."))), "", &["nested more than 64 levels deep"]),
        (toml(&format!("title = \"{}\"", "x".repeat(2 * MIB))), "1:1", &["front matter of 2097", "below 1 MiB"]),
        ("+++\ntitle = \"x\"\n\nText.\n".to_owned(), "1:1", &["does not end", "add a line `+++`"]),
        ("---\ntitle: x\n\nText.\n".to_owned(), "1:1", &["does not end", "add a line `---`"]),
        (yaml("title: [a"), "2:8", &["this is not YAML", "close it, or put the value in quotes"]),
        (yaml("title: a\n\tb: c"), "2:8", &["found a tab", "indent with spaces"]),
        (yaml("title: {a: 1}"), "2:8", &["expected a string for `title`, found a table"]),
        (yaml("titel: x"), "2:1", &["did you mean `title`?"]),
        (yaml("date: 2024-13-01"), "2:7", &["is not a date such as"]),
        (yaml("title: a\ntitle: b"), "3:1", &["duplicate key `title`", "remove one of the two"]),
        (yaml(bomb), "5:", &["more than 5000 values", "in TOML"]),
        (yaml("a: &a [*a]"), "2:8", &["this is not YAML"]),
        (yaml(&format!("extra: {}", deep("["))), "2:", &["recursion limit exceeded"]),
        (yaml(&format!("extra: {}", deep("{a: "))), "2:", &["nested more than 64 levels deep"]),
        (yaml(&format!("title: {}", "x".repeat(2 * MIB))), "1:1", &["front matter of 2097", "below 1 MiB"]),
    ];
    for (text, place, words) in cases {
        let place = format!("content/case.md:{place}");
        site.refuses("content/case.md", text, 1, &[words, &[place.as_str()]].concat());
    }
}

#[test]
fn texts_that_are_no_text() {
    let site = Site::new();
    let save = "save the file as UTF-8";
    site.refuses(
        "content/case.md",
        b"ok\n\xc3(",
        1,
        &["content/case.md:2:1", "not UTF-8: byte 0xc3 at offset 3", save],
    );
    site.refuses("content/case.md", b"+++\ntitle = \"\xfc\"\n+++\n", 1, &["content/case.md:2:10", save]);
    site.refuses("content/case.md", b"\xff\xfeh\0i\0", 1, &["content/case.md:1:1", "0xff", save]);
    site.refuses("themes/default/templates/page.html", b"a\n\xff", 1, &["templates/page.html:2:1", save]);
    site.refuses("site.toml", b"title = \"\xff\"", 1, &["site.toml:1:10", save]);
    site.write("site.toml", CONFIG);

    let run = site.takes("content/case.md", b"+++\ntitle = \"a\0b\"\n+++\nx\x01y\0\n");
    assert!(run.text.contains("content/case.md:2:11") && run.text.contains("(U+0000)"), "{}", run.text);
    let page = fs::read_to_string(site.path("public/case/index.html")).unwrap();
    assert!(page.contains("x\u{fffd}y\u{fffd}") && !page.contains(['\0', '\x01']));
    for text in ["", "+++\n+++\n", "---\n", "\u{feff}# x", "\u{feff}\u{feff}", "a\r\rb\r", "\u{202e}\u{200b}"] {
        site.takes("content/case.md", text);
    }
}

#[test]
fn control_characters_that_are_written_as_escapes_reach_no_page() {
    let site = Site::new();
    let words = ["a control character (U+001B) in a string", "take the escape out"];
    site.refuses(
        "content/case.md",
        "+++\ntitle = \"a\\u001bb\"\n+++\n",
        1,
        &["content/case.md:2:9", words[0], words[1]],
    );
    site.refuses(
        "content/case.md",
        "---\nextra: {a: [\"\\e\"]}\n---\n",
        1,
        &["content/case.md:2:13", words[0], words[1]],
    );
    site.refuses("site.toml", CONFIG.replace('T', "\\u001b"), 1, &["site.toml:1:9", words[0], words[1]]);
    site.write("site.toml", CONFIG);

    site.write("content/case.md", "+++\ndate = 2024-01-01\n+++\n# a&#1;b\n\nx&#27;y &#x7f; *&#2;*\n");
    site.build().fine();
    let is_control = |b: &u8| b.is_ascii_control() && !b"\t\n\r".contains(b);
    for (path, bytes) in site.output() {
        let is_text = path.extension().is_some_and(|extension| extension == "html" || extension == "xml");
        assert!(!is_text || !bytes.iter().any(is_control), "{}", path.display());
    }
}

#[test]
fn large_articles() {
    let site = Site::new();
    let words = ["the", "pipeline", "of *data*", "and", "its [owners](other.md)", "who", "train", "models"];
    let mut prose = String::with_capacity(51 * MIB);
    for i in 0.. {
        if prose.len() > 50 * MIB {
            break;
        }
        if i % 40 == 0 {
            prose.push_str("\n\n## Section\n\n");
        }
        prose.push_str(words[(i * i + i / 7) % words.len()]);
        prose.push(if i % 13 == 0 { '\n' } else { ' ' });
    }
    // Three times as dense in links and headings as real documentation: it may be refused, but clearly.
    site.refuses("content/case.md", &prose, 1, &["content/case.md:1:1", "lines and marks", "split it into several"]);

    let plain = "Ordinary words of *somebody* who wrote\nmuch, and [linked](other.md) it.\n\n".repeat(50 * MIB / 74);
    site.write("content/case.md", &plain);
    let run = site.build();
    assert_eq!(run.code, Some(0), "{}", run.text);
    run.calm_within(1500 << 20);
    drop((prose, plain));
    site.remove("content/case.md");

    site.refuses("content/case.md", vec![b'x'; 65 * MIB], 1, &["content/case.md", "more than 64 MiB", "split it"]);
    for marks in [">", "[", "# a\n", "\n", "*a "] {
        let text = marks.repeat(50 * MIB / marks.len());
        site.refuses("content/case.md", text, 1, &["content/case.md:1:1", "lines and marks", "split it"]);
    }
    site.takes("static/large.bin", vec![0; 65 * MIB]);
    site.refuses(
        "themes/default/assets/large.bin",
        vec![0; 65 * MIB],
        2,
        &["large.bin", "larger than 64 MiB", "split"],
    );
}

#[test]
fn markdown_that_makes_parsers_slow() {
    let n = 100_000;
    let each = |line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let cases: Vec<(&str, String)> = vec![
        ("a deep heading", format!("{} x", "#".repeat(n))),
        ("headings in one", "# ".repeat(n)),
        ("brackets", "[".repeat(n)),
        ("pairs of brackets", "[".repeat(n) + &"]".repeat(n)),
        ("links in links", "[a](".repeat(n)),
        ("empty links", "[](".repeat(n)),
        ("images in images", "![".repeat(n)),
        ("wiki brackets", "[[".repeat(n) + &"]]".repeat(n)),
        ("stars", "*".repeat(n) + "a"),
        ("mixed emphasis", "*a **b ".repeat(n / 2)),
        ("underscores", "_a __b ".repeat(n / 2)),
        ("emphasis inside words", "a**b".repeat(n)),
        ("struck", "~~a ~b".repeat(n)),
        ("quotes", ">".repeat(n)),
        ("quotes with spaces", format!("{}x", "> ".repeat(n))),
        ("lines of quotes", format!("{}a\n", "> ".repeat(500)).repeat(500)),
        ("lazy lines", format!("{}a\n{}", ">".repeat(1000), "a\n".repeat(5000))),
        ("lists", format!("{}x", "- ".repeat(n))),
        ("numbered lists", "1. ".repeat(n)),
        ("lists in quotes", "> - ".repeat(n)),
        ("deeper lists", (0..2000).map(|i| format!("{}- a\n", "  ".repeat(i))).collect()),
        ("ticks", "`".repeat(n)),
        ("ticks of all lengths", (1..600).map(|i| "`".repeat(i) + " ").collect()),
        ("angle brackets", "<".repeat(n)),
        ("tags", "<a ".repeat(n)),
        ("comments", "<!-- ".repeat(n)),
        ("instructions", "<?".repeat(n)),
        ("character data", "<![CDATA[".repeat(n)),
        ("ids", "<p id=\"".repeat(n)),
        ("entities", "&".repeat(n)),
        ("backslashes", "\\".repeat(n)),
        (
            "footnotes in a ring",
            (0..3000).map(|i| format!("[^{i}]: to [^{}]\n\n", (i + 1) % 3000)).collect::<String>() + "[^0]",
        ),
        ("a footnote in itself", "a[^a]\n\n[^a]: b[^a] [^a]\n".to_owned()),
        ("footnotes in one", "[^a]: ".repeat(n)),
        ("a wide table", format!("{}|\n{}|\n{}|\n", "|a".repeat(10_000), "|-".repeat(10_000), "|b".repeat(10_000))),
        (
            "a table that is cut",
            format!("{}|\n{}|\n{}", "|a".repeat(10_000), "|-".repeat(10_000), "|b|\n".repeat(20_000)),
        ),
        (
            "references",
            each(&|i| format!("[r{i}]: /u{i}\n")) + &(0..100).map(|i| format!("[r{i}] ")).collect::<String>(),
        ),
        ("one reference", "[a]: /u\n".repeat(n)),
        ("equal headings", "# a\n".repeat(n / 2)),
        ("headings", (0..n / 2).map(|i| format!("## a{i}\n\n")).collect()),
        ("a long id", format!("## a {{#{}}}\n", "x".repeat(n))),
        ("many attributes", format!("## a {{{}}}\n", ".x ".repeat(n))),
        ("dashes", "- - - ".repeat(n)),
        ("quotation marks", "\"".repeat(n) + &"'".repeat(n)),
        ("a long heading", format!("## {}\n", "word ".repeat(n))),
        ("accents", "e".to_owned() + &"\u{301}".repeat(n)),
        ("a word", "x".repeat(n)),
        ("one line of 10 MB", "word ".repeat(2_000_000)),
        ("one word of 10 MB", "x".repeat(10_000_000)),
        ("links", "[a](other.md) ".repeat(n)),
    ];
    let site = Site::new();
    for (name, text) in cases {
        site.write("content/case.md", text);
        let run = site.build();
        assert_eq!(run.code, Some(0), "{name}: {}", run.text.chars().take(2000).collect::<String>());
        assert!(run.time < Duration::from_secs(10), "{name}: {:?}", run.time);
        run.calm();
    }
}

#[test]
fn constructs_that_make_parsers_slow() {
    let pieces = [
        ":::note\n",
        "::::note\n:::\n",
        ":::example\n",
        ":::tabs\n:::tab\n",
        ":::note [[a|",
        "- :::note\n  ",
        "{% a() %}\n",
        "{% a() %} ",
        "{{ x(",
        "{{ x() }} ",
        "{{ x() }}\n",
        "[[",
        "[[a]]",
        "[[a|b]] ",
        "[[a]]\n",
        "==",
        "==a ",
        "==a*b*== ",
        "*a*{.b}",
        "{.a}\n",
        "- a\n{.a}\n",
        "*[A]: b\n",
        "*[A]: b\n\nA\n\n",
        "> [!NOTE]\n",
        "> [!NOTE] a\n\n",
        "++a",
        "++a++",
        ":a",
        ":a:",
        "x^",
        "x^2^",
        "x~",
        "<!--",
        "<!-- -->",
        "--8<-- \"a.md\"\n",
        "a\n: b\n\n",
        ":a\n: b\n",
        "## FAQ\n\n1. a?\n   b\n\n",
        "\n## FAQ\n",
    ];
    let site = Site::new();
    for piece in pieces {
        for end in ["", "\n:::\n", "\n{% end %}\n"] {
            if !end.is_empty() && !piece.contains([':', '%']) {
                continue;
            }
            let part = if end.is_empty() { MIB / 4 } else { MIB / 8 };
            let ends = end.repeat(part.checked_div(end.len()).unwrap_or(0));
            site.write("content/case.md", piece.repeat(part / piece.len()) + &ends);
            let run = site.build();
            assert!(
                run.code.is_some_and(|code| code < 2),
                "{piece:?}: {}",
                run.text.chars().take(2000).collect::<String>()
            );
            assert!(run.time < Duration::from_secs(6), "{piece:?} and {end:?}: {:?}", run.time);
        }
    }
}

#[test]
fn thousands_of_mistakes_in_one_line_are_told_in_linear_time() {
    let site = Site::new();
    let run = site.takes("content/case.md", "[a](nowhere.md) ".repeat(50_000));
    assert!(run.text.contains("50000 warnings") && run.time < Duration::from_secs(8), "{:?}", run.time);
}

#[test]
fn large_code_stays_plain() {
    let site = Site::new();
    let line = format!("```rust\n{}\n```\n", "fn a() { let x = 1; } ".repeat(600 * 1024 / 22));
    let run = site.takes("content/case.md", &line);
    assert!(run.text.contains("content/case.md:1:1") && run.text.contains("stays without colours"), "{}", run.text);
    let page = fs::read_to_string(site.path("public/case/index.html")).unwrap();
    assert!(page.len() > line.len() && page.contains("fn a() { let x = 1; } fn a()"));
}

/// A theme whose `page.html` is `page`, and other files of the theme.
fn themed(page: &[u8], more: &[(&str, &str)]) -> Site {
    let site = Site::new();
    site.write("themes/t/theme.toml", "extends = \"default\"\n");
    site.write("themes/t/templates/page.html", page);
    site.write("site.toml", format!("theme = \"t\"\n{CONFIG}"));
    more.iter().for_each(|(path, text)| site.write(path, text));
    site
}

#[test]
fn templates_with_mistakes() {
    const PAGE: &str = "themes/t/templates/page.html";
    const B: &str = "themes/t/templates/b.html";
    let nested = |open: &str, close: &str, n: usize| open.repeat(n) + &close.repeat(n);
    let deep = [
        nested("{% if true %}", "{% endif %}", 20_000),
        nested("{% for a in [1] %}", "{% endfor %}", 3_000),
        format!("{{{{ {} }}}}", nested("(", ")", 100_000)),
        format!("{{{{ {} }}}}", "[".repeat(100_000)),
        format!("{{{{ {}1 }}}}", "1+".repeat(100_000)),
    ];
    let check =
        |page: &str, more: &[(&str, &str)], words: &[&str]| themed(page.as_bytes(), more).is_refused(&[], 1, words);

    check(
        "a\n{{ nothing }}",
        &[],
        &["page.html:2:4", "variable `nothing` is not defined", "while rendering content/", "correct the name"],
    );
    check("{{ page.nothing.more }}", &[], &["page.html:1:9", "field `nothing` is not defined", "correct the name"]);
    check("a\n{% if %}", &[], &["page.html:2:7", "expected one of"]);
    check("a\n{{ 1 | nofilter }}", &[], &["page.html:2:8", "unknown filter `nofilter`", "help: filters are"]);
    check("{{ nofunction() }}", &[], &["page.html:1:4", "unknown function `nofunction`", "help: functions are"]);
    check(
        "{% include \"bsae.html\" %}",
        &[],
        &["page.html:1:12", "unknown template `bsae.html`", "did you mean `base.html`?"],
    );
    check("{% extends \"bsae.html\" %}", &[], &["page.html:1:13", "does not exist", "did you mean `base.html`?"]);
    check("{% extends \"page.html\" %}", &[], &[PAGE, "includes or extends itself", "take one of these steps out"]);
    check("{% include \"page.html\" %}", &[], &[PAGE, "includes or extends itself"]);
    check("{% extends \"b.html\" %}", &[(B, "{% extends \"page.html\" %}")], &["includes or extends itself", "b.html"]);
    check("{% include \"b.html\" %}", &[(B, "{% include \"page.html\" %}")], &["includes or extends itself", "b.html"]);
    check(
        "{% component c() %}{{ <c /> }}{% endcomponent %}{{ <c /> }}",
        &[],
        &[PAGE, "recursion depth", "end a component that calls itself"],
    );
    check("{% for i in range(end=1000000000) %}{% endfor %}", &[], &["page.html:1:13", "exceeds the limit of 100000"]);
    check("{{ 1 / 0 }}", &[], &["page.html:1:8", "cannot divide by 0"]);
    check("{{ \"x\" | date }}", &[], &["page.html:1:10", "is not a date such as"]);
    check("{% block a %}{% block a %}{% endblock %}{% endblock %}", &[], &["page.html:1:23", "a block named `a`"]);
    check(&deep[0], &[], &["page.html:1:", "nesting is too deep"]);
    check(&deep[1], &[], &["page.html:1:", "nesting is too deep"]);
    check(&deep[2], &[], &["page.html:1:", "too complex"]);
    check(&deep[3], &[], &["page.html:1:", "maximum of 2 dimensions"]);
    check(&deep[4], &[], &["page.html:1:", "too complex"]);
    check("x", &[("themes/t/theme.toml", "extends = ")], &["theme.toml:1:11", "a key without a value"]);
    check("x", &[("themes/t/theme.toml", "extends = 3")], &["theme.toml:1:11", "expected a string"]);
    check("x", &[("themes/t/theme.toml", "extend = \"default\"")], &["theme.toml:1:1", "did you mean `extends`?"]);
    check("x", &[("themes/t/theme.toml", "")], &["has no template `404.html`", "extends = \"default\""]);
    check("x", &[("themes/t/theme.toml", "extends = \"t\"")], &["theme.toml:1:11", "let one of them extend `default`"]);
    check(
        "x",
        &[("themes/t/theme.toml", "extends = \"../../t\"")],
        &["theme.toml:1:11", "not the name of a theme", "a folder in `themes/`"],
    );
    check(
        "x",
        &[("themes/t/theme.toml", "extends = \"u\"")],
        &["theme.toml:1:11", "there is no theme `u`", "did you mean `t`?"],
    );
    check(
        "x",
        &[("themes/t/theme.toml", "extends = \"u\""), ("themes/u/theme.toml", "extends = \"t\"")],
        &["theme.toml:1:11", "extends `t`", "let one of them extend `default`"],
    );
    check(
        "x",
        &[("site.toml", "title = \"T\"\nbase_url = \"/\"\ntheme = \"defualt\"\n")],
        &["site.toml:3:9", "no theme `defualt`"],
    );
    check(
        "x",
        &[("site.toml", "title = \"T\"\nbase_url = \"/\"\ntheme = \"../x\"\n")],
        &["site.toml:3:9", "not the name of a folder"],
    );
    check(
        "x",
        &[("content/case.md", "+++\ntemplate = \"pgae\"\n+++\n")],
        &["content/case.md:2:12", "did you mean `page`?"],
    );
    check(
        "x",
        &[("content/case.md", "+++\ntemplate = \"../../x\"\n+++\n")],
        &["content/case.md:2:12", "below `templates/`"],
    );
    themed(b"", &[]).build().fine();
    themed(b"{{ 9223372036854775807 * 9223372036854775807 }}{{ \"a\" | indent(width=9999999999) }}", &[]).build();
}

/// Colouring takes quadratic time for some lines, which are too short to be left plain each for itself, and each another.
#[test]
fn code_without_end() {
    let site = Site::new();
    let lines: String = (0..60).map(|line| format!("a{line}:{}\n", "a:".repeat(2000))).collect();
    site.write("content/_index.md", "# Home\n\n[Nowhere](none.md)\n");
    site.write("content/code.md", format!("# Code\n\n```less\n{lines}```\n"));
    let before = site.output();
    let run = site.build();
    assert_eq!(run.code, Some(1), "{}", run.text);
    for word in ["content/code.md:3:1", "error[code-limit]", "more than 10 seconds", "help: write `text`", "none.md"] {
        assert!(run.text.contains(word), "no {word:?} in: {}", run.text);
    }
    site.stays(&before);
    site.write("content/code.md", format!("# Code\n\n```text\n{lines}```\n"));
    site.build().fine();
}

/// The template engine has no limit of its own: a thread beside it watches the time and the memory.
#[test]
fn templates_without_end() {
    let loops = "{% for i in range(end=100000) %}{% for j in range(end=100000) %}";
    let ends = "{% endfor %}{% endfor %}";
    let ten = "{% set x = \"0123456789\" %}";
    let cases = [
        (format!("{loops}{ends}"), "took more than 10 seconds"),
        (format!("{loops}0123456789{ends}"), "wrote more than 64 MiB around the article"),
        (format!("{ten}{}{{{{ x }}}}", "{% set x = x ~ x %}".repeat(60)), "MiB of memory"),
        (format!("{ten}{}{{{{ x }}}}", "{% set x = x | replace(from=\"0\", to=x) %}".repeat(60)), "MiB of memory"),
    ];
    for (page, words) in cases {
        let site = themed(page.as_bytes(), &[]);
        let before = site.output();
        // What else is wrong is told all the same.
        site.write("content/_index.md", "# Home\n\n[Nowhere](none.md)\n");
        let run = site.build();
        assert_eq!(run.code, Some(1), "{}", run.text);
        assert!(run.time < Duration::from_secs(25), "{:?}", run.time);
        for word in [
            "content/_index.md:3:1",
            "themes/t/templates/page.html:1:1",
            "rendering content/other.md",
            words,
            "help: look for a loop",
        ] {
            assert!(run.text.contains(word), "no {word:?} in: {}", run.text);
        }
        run.calm_within(6 << 30);
        site.stays(&before);
        site.write("themes/t/templates/page.html", "x");
        site.write("content/_index.md", "# Home\n\nHello.\n");
        site.build().fine();
        let left: Vec<_> = fs::read_dir(site.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".public")), "{left:?}");
    }
}

#[test]
fn pages_with_one_address() {
    let page = |front: &str| format!("+++\n{front}\n+++\n# x\n");
    let same = page("url = \"/same/\"");
    let topic = format!("{CONFIG}[topics.x]\ntitle = \"X\"\n");
    let check = |files: &[(&str, &str)], words: &[&str]| {
        let site = Site::new();
        files.iter().for_each(|(path, text)| site.write(path, text));
        site.is_refused(&[], 1, words);
    };

    check(
        &[("content/a.md", &same), ("content/b.md", &same)],
        &["content/b.md:2:7", "content/a.md", "same/index.html", "another `slug` or `url`"],
    );
    check(&[("content/A.md", "x"), ("content/a.md", "y")], &["content/a.md", "content/A.md", "a/index.html"]);
    check(&[("content/\u{e9}.md", "x"), ("content/e\u{301}.md", "y")], &["both be written to"]);
    check(&[("content/\u{212a}.md", "x"), ("content/k.md", "y")], &["both be written to"]);
    check(
        &[("content/a.md", "x"), ("content/b.md", "+++\nslug = \"A\"\n+++\n")],
        &["content/b.md:2:8", "content/a.md"],
    );
    check(
        &[("content/a.md", "x"), ("content/b.md", "+++\naliases = [\"/c/\", \"/A/\"]\n+++\n")],
        &["content/b.md:2:19", "an alias of content/b.md and content/a.md"],
    );
    check(&[("content/a.md", "+++\naliases = [\"/a/\"]\n+++\n")], &["content/a.md:2:12"]);
    check(
        &[("content/a.md", "+++\naliases = [\"/q/\"]\n+++\n"), ("content/b.md", "+++\naliases = [\"/q/\"]\n+++\n")],
        &["content/b.md:2:12", "taken already by content/a.md"],
    );
    check(&[("content/a.md", "x"), ("static/a/index.html", "y")], &["static/a/index.html and content/a.md"]);
    check(
        &[("content/a/index.html", "x"), ("static/a/index.html", "y")],
        &["static/a/index.html and content/a/index.html", "move or remove"],
    );
    check(&[("static/404.html", "x")], &["static/404.html", "the page for addresses not found"]);
    check(&[("content/a.md", &page("url = \"/404.html\""))], &["content/a.md:2:7", "the page for addresses not found"]);
    check(
        &[("site.toml", &topic), ("content/a.md", &page("url = \"/topics/x/\""))],
        &["the page of the topic `x`", "content/a.md"],
    );
    check(
        &[("site.toml", &topic), ("content/a.md", &page("url = \"/topics/\""))],
        &["the page of all topics", "content/a.md"],
    );
    check(
        &[("site.toml", &topic), ("static/topics/index.html", "y")],
        &["static/topics/index.html", "the page of all topics"],
    );
    check(
        &[("site.toml", &topic), ("content/a.md", &page("url = \"/Topics/X/2/\""))],
        &["content/a.md:2:7", "the pages that list a topic"],
    );
    check(&[("content/a.md", &page("url = \"/sitemap.xml/\""))], &["the sitemap", "content/a.md:2:7"]);
    check(&[("static/a", "y"), ("content/a.md", "x")], &["content/a.md", "static/a", "as a file"]);
    check(
        &[("content/a.md", &page("url = \"/x.html\"")), ("content/b.md", &page("url = \"/x.html/y/\""))],
        &["content/b.md:2:7", "content/a.md", "as a file"],
    );
    check(&[("static/assets", "y")], &["static/assets", "would be a file where the theme's style needs a folder"]);
}

#[test]
fn addresses_that_lead_out() {
    let site = Site::new();
    let long = "x".repeat(300);
    let deep = "x/".repeat(2000);
    let everywhere = [
        "..",
        "../x",
        "a/../../b",
        "a/..",
        "/a/../b",
        "",
        "a\\\\b",
        "..\\\\x",
        "a\\nb",
        "a?b",
        "a#b",
        "http://x.org/",
        "//host/x",
        &long,
        &deep,
        "   ",
        ".docweave-manifest",
    ];
    for written in everywhere.into_iter().chain([" ..", "a/ .. /b"]) {
        for (key, help) in
            [("url", "from the site's root"), ("aliases", "from the site's root"), ("slug", "a slug is one segment")]
        {
            let value = if key == "aliases" { format!("[\"{written}\"]") } else { format!("\"{written}\"") };
            let place = format!("content/case.md:2:{}", key.len() + if key == "aliases" { 5 } else { 4 });
            let text = format!("+++\n{key} = {value}\n+++\n# x\n");
            site.refuses("content/case.md", text, 1, &["is not a place inside the site", help, &place]);
        }
    }
    for written in ["/etc/passwd", "a//b", "./a"] {
        let text = format!("+++\nslug = \"{written}\"\n+++\n# x\n");
        site.refuses("content/case.md", text, 1, &["is not a place inside the site", "content/case.md:2:8"]);
    }
    let strange = [
        "%2e%2e",
        "%2e%2e/x",
        "..%2f..",
        "/etc/passwd",
        "CON",
        "NUL.txt",
        "aux.",
        "a ",
        "...",
        "C:/x",
        "javascript:alert(1)",
        "\\u202e",
        "<script>",
        "x&y",
        "{{x}}",
        "%00",
    ];
    for written in strange {
        for key in ["url", "slug", "aliases"] {
            if key == "slug" && written.contains('/') {
                continue;
            }
            let value = if key == "aliases" { format!("[\"{written}\"]") } else { format!("\"{written}\"") };
            site.takes("content/case.md", format!("+++\n{key} = {value}\n+++\n# x\n"));
            let beside: Vec<_> = fs::read_dir(site.root()).unwrap().map(|e| e.unwrap().file_name()).collect();
            assert_eq!(beside.len(), 4, "{written}: {beside:?}");
        }
    }
}

#[test]
fn links_and_things_that_are_no_files() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.md"), "# secret words\n").unwrap();
    let secret = outside.path().join("secret.md");
    for folder in ["content", "static", "themes/default/templates", "themes/default/assets"] {
        let cases: [(&Path, &[&str]); 6] = [
            (&secret, &["this symbolic link leaves the site's folder", "copy what it points at into the site"]),
            (outside.path(), &["this symbolic link leaves the site's folder"]),
            (Path::new("/dev/zero"), &["this symbolic link leaves the site's folder"]),
            (Path::new("nowhere"), &["this symbolic link leads nowhere", "mend or remove the link"]),
            (Path::new("case.md"), &["this symbolic link leads nowhere"]),
            (Path::new("."), &["leads back to a folder that holds it", "remove the link"]),
        ];
        for (target, words) in cases {
            let site = Site::new();
            fs::create_dir_all(site.path(folder)).unwrap();
            symlink(target, site.path(folder).join("case.md")).unwrap();
            site.is_refused(&[], 1, &[words, &[&format!("{folder}/case.md")]].concat());
        }
        let site = Site::new();
        make_pipe(site.path(folder).join("case.md"));
        site.is_refused(&[], 1, &[&format!("{folder}/case.md"), "neither a file nor a folder", "move the pipe"]);
        site.remove(&format!("{folder}/case.md"));
        let _socket = std::os::unix::net::UnixListener::bind(site.path(folder).join("case.md")).unwrap();
        site.is_refused(&[], 1, &[&format!("{folder}/case.md"), "neither a file nor a folder"]);
    }
    let site = Site::new();
    fs::rename(site.path("content"), outside.path().join("content")).unwrap();
    symlink(outside.path().join("content"), site.path("content")).unwrap();
    site.is_refused(&[], 1, &["content:1:1", "leaves the site's folder"]);

    let site = Site::new();
    site.write("more/x.md", "# x\n");
    symlink("../more", site.path("content/more")).unwrap();
    site.build().fine();
    assert!(site.output().contains_key(Path::new("more/x/index.html")), "links inside the site are followed");
}

#[test]
fn configurations_that_cannot_be_used() {
    let site = Site::new();
    let cases: &[(&str, i32, &[&str])] = &[
        ("", 1, &["site.toml:1:1", "missing key `title`", "missing key `base_url`", "add a line `title ="]),
        ("title =", 1, &["site.toml:1:8", "a key without a value"]),
        ("title = \"T\"\nbase_url = \"/\"\ncolour = 1\n", 1, &["site.toml:3:1", "unknown key `colour`"]),
        ("title = \"T\"\nbase_url = 3\n", 1, &["site.toml:2:12", "expected a string for `base_url`"]),
        ("title = \"T\"\nbase_url = \"example.org\"\n", 1, &["site.toml:2:12", "did you mean `https://example.org`?"]),
        (
            "title = \"T\"\nbase_url = \"ftp://x/\"\n",
            1,
            &["site.toml:2:12", "write it like `https://example.org/docs/`"],
        ),
        ("title = \"T\"\nbase_url = \"https://x/../\"\n", 1, &["site.toml:2:12", "`.` or `..`"]),
        (
            "title = \"T\"\nbase_url = \"javascript:alert(1)\"\n",
            1,
            &["site.toml:2:12", "neither an address nor a path"],
        ),
        ("title = \"T\"\nbase_url = \"https://u:p@x/\"\n", 1, &["site.toml:2:12", "no host"]),
        ("title = \"T\"\nbase_url = \"/\"\noutput = \"content/out\"\n", 2, &["lies in the site's source", "--output"]),
        ("title = \"T\"\nbase_url = \"/\"\noutput = \"a/../static\"\n", 2, &["lies in the site's source", "--output"]),
        ("title = \"T\"\nbase_url = \"/\"\noutput = \"..\"\n", 1, &["site.toml:3:10", "a folder of its own"]),
        ("title = \"T\"\nbase_url = \"/\"\noutput = \"/\"\n", 1, &["site.toml:3:10", "a folder of its own"]),
    ];
    for (text, code, words) in cases {
        let code = if text.contains("content/out") { 1 } else { *code };
        let words: Vec<&str> =
            if code == 1 && text.contains("content/out") { vec!["site.toml:3:10"] } else { words.to_vec() };
        site.refuses("site.toml", text, code, &words);
    }
    let chain: String = (0..20_000).map(|i| format!("[topics.t{i}]\nparent = \"t{}\"\n", i + 1)).collect();
    let text = format!("{CONFIG}{chain}[topics.t20000]\n");
    site.refuses("site.toml", text, 1, &["site.toml:", "more than 12 levels deep", "nearer to the top"]);

    let begin = "begin one with `docweave init`";
    site.is_refused(&[], 2, &["could not read", "site.toml", begin]);
    fs::create_dir(site.path("site.toml")).unwrap();
    site.is_refused(&[], 2, &["site.toml", "not a regular file"]);
    site.remove("site.toml");
    make_pipe(site.path("site.toml"));
    site.is_refused(&[], 2, &["site.toml", "not a regular file"]);
    site.remove("site.toml");
    symlink("/dev/zero", site.path("site.toml")).unwrap();
    site.is_refused(&[], 2, &["site.toml", "leaves the site's folder"]);
    site.remove("site.toml");
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    fs::write(elsewhere.path(), CONFIG).unwrap();
    symlink(elsewhere.path(), site.path("site.toml")).unwrap();
    site.is_refused(&[], 2, &["site.toml", "leaves the site's folder", "copy what it points at"]);
    site.remove("site.toml");
    site.takes("site.toml", CONFIG.to_owned() + &"#".repeat(10 * MIB));
    site.write("site.toml", CONFIG);
    site.is_refused(&["--base-url", "example"], 2, &["--base-url", "write it like"]);
}

#[test]
fn what_may_not_be_read() {
    let cases: [(&str, &str, &[&str]); 5] = [
        ("content/closed.md", "content/closed.md", &["could not read"]),
        ("content/closed/x.md", "content/closed", &["could not read"]),
        ("static/closed", "static/closed", &["could not read"]),
        ("themes/default/templates/page.html", "themes/default/templates/page.html", &["could not read"]),
        ("site.toml", "site.toml", &["could not read"]),
    ];
    for (file, closed, words) in cases {
        let site = Site::new();
        site.write(file, CONFIG);
        let mut command = unprivileged(&site);
        close(site.path(closed), 0);
        let before = site.output();
        let run = run(&mut command, PATIENCE, &mut |_| {});
        run.refused(2, &[words, &[closed, "denied", "help: give the user who runs this the right"]].concat());
        site.stays(&before);
        close(site.path(closed), 0o755);
    }
}

#[test]
fn output_folders_that_would_hurt() {
    let site = Site::new();
    let at = |path: &str| site.path(path).display().to_string();
    let own = "name a folder of its own with `--output`";
    let cases: [(String, &[&str]); 14] = [
        (at("content"), &["lies in the site's source", own]),
        (at("content/out"), &["lies in the site's source", own]),
        (at("public/../content"), &["lies in the site's source", own]),
        (at("themes"), &["lies in the site's source", own]),
        (at("static/x"), &["lies in the site's source", own]),
        (at("."), &["is or holds the site itself", own]),
        (at(".."), &["is or holds the site itself", own]),
        (at(".git"), &["lies in the site's source", own]),
        (at(".docweave"), &["the site's source", own]),
        ("/".to_owned(), &["the root of the disk", own]),
        (std::env::home_dir().unwrap().display().to_string(), &["your home folder", own]),
        (at("site.toml"), &["not a folder", "site.toml", "name a folder"]),
        ("/dev/null".to_owned(), &["not a folder", "/dev/null", "name a folder"]),
        ("/proc/nowhere".to_owned(), &["could not create", "/proc/", "help:"]),
    ];
    for (output, words) in cases {
        site.is_refused(&["--output", &output], 2, words);
    }
    symlink("content", site.path("link")).unwrap();
    site.is_refused(&["--output", &at("link")], 2, &["lies in the site's source", own]);
    site.remove("link");
    symlink("nowhere", site.path("link")).unwrap();
    site.is_refused(&["--output", &at("link")], 2, &["link to a folder that does not exist", "remove the link"]);
}

#[test]
fn output_folders_with_other_things_in_them() {
    let change = |site: &Site| site.write("content/n.md", "# New\n");
    let cases: [(&str, &[&str]); 4] = [
        (
            "public/n/index.html",
            &["would replace something that docweave did not write", "public/n/index.html", "move it away"],
        ),
        ("public/n/index.html/mine", &["would replace something that docweave did not write", "public/n/index.html"]),
        ("public/n", &["would replace something that docweave did not write", "public/n", "move it away"]),
        (".public.docweave-stage/mine", &["something that docweave did not write is in the way", "move it away"]),
    ];
    for (path, words) in cases {
        let site = Site::new();
        change(&site);
        site.write(path, "mine");
        site.is_refused(&[], 2, words);
        assert_eq!(fs::read_to_string(site.path(path)).unwrap(), "mine");
    }

    let site = Site::new();
    change(&site);
    symlink("/etc", site.path("public/n")).unwrap();
    site.is_refused(&[], 2, &["a link is in the way", "public/n", "remove the link"]);
    site.remove("public/n");
    site.write("public/mine/x.html", "mine");
    site.write("public/other/mine.txt", "mine");
    site.remove("content/other.md");
    site.build().fine();
    assert_eq!(fs::read_to_string(site.path("public/mine/x.html")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(site.path("public/other/mine.txt")).unwrap(), "mine");

    let manifest = fs::read(site.path("public/.docweave-manifest")).unwrap();
    let what_to_do = ["delete that folder and build again", "another with `--output`"];
    let unusable: [(&[u8], &str); 5] = [
        (&manifest[..manifest.len() / 2], "damaged manifest"),
        (b"", "damaged manifest"),
        (b"hello\n", "damaged manifest"),
        (b"\xff\n", "damaged manifest"),
        (b"docweave manifest 99\n", "another version"),
    ];
    for (bytes, words) in unusable {
        site.write("public/.docweave-manifest", bytes);
        site.is_refused(&[], 2, &[words, ".docweave-manifest", what_to_do[0], what_to_do[1]]);
    }
    site.remove("public/.docweave-manifest");
    make_pipe(site.path("public/.docweave-manifest"));
    site.is_refused(&[], 2, &["not a file: the manifest", what_to_do[0]]);
}

#[test]
fn folders_that_may_not_be_written_to() {
    let refused = |closed: &[&str]| {
        let site = Site::new();
        site.write("content/n.md", "# New\n");
        let mut command = unprivileged(&site);
        closed.iter().for_each(|path| close(site.path(path), 0o555));
        let before = site.output();
        run(&mut command, PATIENCE, &mut |_| {}).refused(2, &["could not", "denied", "help: give the user"]);
        closed.iter().for_each(|path| close(site.path(path), 0o755));
        site.stays(&before);
    };
    refused(&["public"]);
    refused(&["public", "."]);

    let note = |prepare: &dyn Fn(&Site)| {
        let site = Site::new();
        site.write("content/n.md", "# New\n");
        prepare(&site);
        let run = run(&mut unprivileged(&site), PATIENCE, &mut |_| {}).fine();
        assert!(run.text.contains("note: could not create"), "{}", run.text);
        assert!(site.output().contains_key(Path::new("n/index.html")));
    };
    note(&|site| {
        site.remove(".docweave");
        site.write(".docweave", "a file");
    });
    note(&|site| {
        site.remove(".docweave/cache");
        site.write(".docweave/cache", "a file");
    });
    note(&|site| close(site.path(".docweave/cache"), 0o555));
}

/// A limit on the size of files stands for a full disk; where mounting is allowed, there is a small disk as well.
#[test]
fn a_full_disk() {
    let site = Site::new();
    site.write("content/large.md", "word ".repeat(100_000));
    let before = site.output();
    let limited = |blocks: u32| {
        let mut command = Command::new("sh");
        // Without the signal, a write beyond the limit is an error like any other.
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
        let build = site.command();
        command.arg(build.get_program()).args(build.get_args());
        run(&mut command, PATIENCE, &mut |_| {})
    };
    limited(16).refused(2, &["could not write", "public/large/index.html"]);
    site.stays(&before);
    site.build().fine();

    let disk = tempfile::tempdir().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=300k", "none"]).arg(disk.path()).output();
    if !mount.is_ok_and(|mounted| mounted.status.success()) {
        return;
    }
    let full = std::panic::catch_unwind(|| {
        let output = disk.path().join("public").display().to_string();
        site.build_with(&["--output", &output]).refused(2, &["could not write", "public/", "the disk is full"]);
        assert_eq!(tree(disk.path()), Tree::new(), "no left-overs");
        site.remove("content/large.md");
        site.build_with(&["--output", &output]).fine();
        let before = tree(disk.path());
        site.write("content/large.md", "word ".repeat(100_000));
        site.build_with(&["--output", &output]).refused(2, &["could not write", "public/", "the disk is full"]);
        assert!(tree(disk.path()) == before, "the site changed");
    });
    assert!(Command::new("umount").arg(disk.path()).status().unwrap().success());
    full.unwrap();
}

/// A large article takes its time, so that what is read after it can be changed after the folders were listed.
#[test]
fn files_that_change_under_the_build() {
    let site = Site::new();
    let vanish: &dyn Fn() = &|| site.remove("content/z.md");
    let become_folder = || {
        site.remove("content/z.md");
        fs::create_dir(site.path("content/z.md")).unwrap();
    };
    let become_pipe = || {
        site.remove("content/z.md");
        make_pipe(site.path("content/z.md"));
    };
    let cases = [
        (vanish, ["No such file", "if something removed it a moment ago, try again"]),
        (&become_folder, ["not a regular file", "move what has the file's name away"]),
        (&become_pipe, ["not a regular file", "move what has the file's name away"]),
    ];
    site.write("content/a.md", "Words.\n");
    let usual = run(site.command().args(["--no-cache", "--threads", "1"]), PATIENCE, &mut |_| {}).memory;
    for (change, words) in cases {
        site.write("content/a.md", "Words of *somebody* else.\n\n".repeat(20 * MIB / 27));
        site.write("content/z.md", "# Z\n");
        let before = site.output();
        let mut is_changed = false;
        // As soon as the large article is in memory, beside what the program takes by itself, the folders have been listed.
        let mut meanwhile = |memory: u64| {
            if memory > usual + (10 << 20) && !is_changed {
                change();
                is_changed = true;
            }
        };
        let run = run(site.command().args(["--no-cache", "--threads", "1"]), PATIENCE, &mut meanwhile);
        run.refused(2, &["could not read", "content/z.md", words[0], words[1]]);
        site.stays(&before);
        site.remove("content/z.md");
    }
}

#[test]
fn two_builds_at_once() {
    let site = Site::new();
    for i in 0..100 {
        site.write(&format!("content/p{i}.md"), format!("# Page {i}\n\nText.\n"));
    }
    let runs: Vec<Run> = std::thread::scope(|threads| {
        let builds: Vec<_> = (0..4).map(|_| threads.spawn(|| site.build())).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    runs.into_iter().for_each(|run| drop(run.fine()));
    site.build_with(&["--verify"]).fine();
}

#[test]
fn a_damaged_cache_changes_nothing() {
    let site = Site::new();
    for i in 0..20 {
        site.write(
            &format!("content/p{i}.md"),
            format!("# Page {i}\n\nTo [another](p{}.md) and [none](x.md).\n", (i + 1) % 20),
        );
    }
    let cold = site.build().fine();
    let good = site.output();
    let warnings = |run: &Run| run.text.matches("warning[").count();
    let expected = warnings(&cold);
    let cache = site.path(".docweave/cache");
    let segments = tree(&cache);
    assert!(segments.len() >= 3, "{:?}", segments.keys());
    let mut random = 1_u64;
    for round in 0..40 {
        for (name, bytes) in &segments {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (random >> 33) as usize % bytes.len();
            let mut bytes = bytes.clone();
            match round % 3 {
                0 => bytes[at] ^= 1 << (round % 8),
                1 => bytes.truncate(at),
                _ => bytes.extend_from_slice(b"more"),
            }
            fs::write(cache.join(name), bytes).unwrap();
        }
        // With and without a tree that stands, whose pages would be kept.
        if round % 2 == 0 {
            site.remove("public");
        }
        let run = site.build().fine();
        assert_eq!(warnings(&run), expected, "round {round}: {}", run.text);
        assert!(site.output() == good, "round {round}");
        site.remove(".docweave/cache");
        fs::create_dir_all(&cache).unwrap();
    }
}

#[test]
fn mistakes_are_told_again_by_a_build_that_has_nothing_to_do() {
    let site = Site::new();
    site.write("content/warned.md", "[a](nowhere.md) x\u{1}y\n");
    let first = site.build().fine();
    let again = site.build().fine();
    for word in ["broken-link", "control-character"] {
        assert!(first.text.contains(word) && again.text.contains(word), "{}", again.text);
    }
    symlink("nowhere", site.path("content/broken")).unwrap();
    for _ in 0..2 {
        site.is_refused(&[], 1, &["content/broken", "leads nowhere"]);
    }
    site.remove("content/broken");
    site.write("site.toml", format!("{CONFIG}colour = 1\n"));
    for _ in 0..2 {
        site.is_refused(&[], 1, &["unknown key `colour`"]);
    }
}

#[test]
fn empty_sites() {
    let site = Site::new();
    site.remove("content");
    site.build().fine();
    assert!(site.output().contains_key(Path::new("index.html")));
    fs::create_dir(site.path("content")).unwrap();
    site.build().fine();
    site.write("content/a/b/c.txt", "no article");
    site.build().fine();
    site.write("content/draft.md", "+++\ndraft = true\n+++\n");
    site.build_with(&["--verify"]).fine();
}

#[test]
fn strange_names_and_deep_folders() {
    let site = Site::new();
    let names = [
        "a b",
        "it's \"quoted\"",
        "c#d",
        "e?f",
        "100%",
        "%2e%2e",
        "\u{1f600}",
        "\u{5d0}\u{5d1}\u{202e}",
        "a&b<c>",
        "-",
        "a:b",
        "CON",
        "~x",
        "$HOME",
        "*",
        "(1)",
        "{{ x }}",
        "a;b",
        "a=b",
        "e\u{301}",
    ];
    for (i, name) in names.iter().enumerate() {
        site.write(&format!("content/names/{name}.md"), format!("# Name {i}\n\n[On](<../other.md>)\n"));
        site.write(&format!("static/names/{name}.txt"), "x");
    }
    let deep: String = (0..200).map(|i| format!("d{i}/")).collect();
    site.write(&format!("content/{deep}x.md"), "# Deep\n");
    let run = site.build_with(&["--verify"]).fine();
    let titles: Vec<_> =
        site.output().into_values().filter(|page| String::from_utf8_lossy(page).contains("<h1>Name")).collect();
    assert!(titles.len() >= names.len() || run.text.contains("warning"), "{} of {}", titles.len(), names.len());
    let pages = site.output().keys().filter(|path| path.starts_with("names") && path.ends_with("index.html")).count();
    assert_eq!(pages, names.len() + 1, "every article has a page");

    for name in ["a\nb.md", "a\\b.md", "a\u{1}b.md"] {
        site.refuses(&format!("content/{name}"), "x", 1, &["bad-name", "rename the file"]);
    }
    let name = std::os::unix::ffi::OsStrExt::from_bytes(b"content/a\xffb.md".as_slice());
    fs::write(site.root().join(Path::new::<std::ffi::OsStr>(name)), "x").unwrap();
    site.is_refused(&[], 1, &["bad-name", "not UTF-8", "rename the file"]);
}

#[test]
fn five_thousand_files_in_one_folder() {
    let site = Site::new();
    for i in 0..5000 {
        site.write(&format!("content/many/p{i}.md"), format!("# P{i}\n"));
    }
    let cold = site.build().fine();
    let warm = site.build().fine();
    assert!(warm.time < cold.time, "{:?} {:?}", cold.time, warm.time);
    assert_eq!(
        site.output().keys().filter(|path| path.starts_with("many") && path.ends_with("index.html")).count(),
        5001
    );
}
