//! The one door of the suite: a whole site in one string, built from disk to disk through the library.
//!
//! In: files, one after the other, each below a line `-- path --` (or `-- path -> target --` for a symbolic link). Lines
//! before the first of them go into `site.toml`. Out: a folder in which a site can be built, changed and built again, and
//! checks of what came of it.
//!
//! What must stay true: a build through this door is the build of the command line, with its cache, its manifest and its
//! output folder, and nothing that a test leaves outlives it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use docweave::{
    build::{
        self, Facts, Fault, Given, Publish, Request, Session,
        run::{self, Places, Report, Reuse},
        store::Store,
        trace::Silent,
    },
    model::{Config, Diagnostic, Level},
    output::{MANIFEST, Manifest, MemoryStage},
    source::{disk::Folder, facts},
};
use tempfile::TempDir;

/// A theme that shows all that templates see, one fact a line, and none of the default theme's markup.
pub(crate) const BARE: &str = include_str!("bare_theme.txt");

/// What a site says about itself unless a test does.
const CONFIG: &[(&str, &str)] = &[
    ("title", "\"Site\""),
    ("base_url", "\"https://example.org/\""),
    ("theme", "\"bare\""),
    ("git_dates", "false"),
    ("language", "\"en\""),
];

/// Files that no test but those about them asks for, by the table that speaks of them.
const QUIET: &[(&str, &str)] =
    &[("markdown", "copies"), ("llms", "enabled"), ("manifest", "enabled"), ("social", "enabled")];

/// Output files by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A site in a folder of its own, and what its last build came to.
pub(crate) struct Site {
    folder: TempDir,
    request: Request,
    last: Option<Report>,
}

impl Site {
    /// Writes the site down.
    pub(crate) fn new(text: &str) -> Self {
        let (config, files) = parts(text);
        let mut site = Self::empty();
        site.configure(&config).add(files);
        if !text.contains("\n-- themes/") {
            site.add(parts(BARE).1);
        }
        site
    }

    /// A site without a single file.
    pub(crate) fn empty() -> Self {
        Self { folder: folder(), request: Request::default(), last: None }
    }

    /// Writes `site.toml` anew: `config` and, where it does not say otherwise, what all sites of the suite say.
    pub(crate) fn configure(&mut self, config: &str) -> &mut Self {
        let top_level = config.lines().take_while(|line| !line.starts_with('['));
        let says = |key: &str| top_level.clone().any(|line| line.starts_with(&format!("{key} =")));
        let rest: String =
            CONFIG.iter().filter(|(key, _)| !says(key)).map(|(key, value)| format!("{key} = {value}\n")).collect();
        let speaks_of = |table: &str| config.lines().any(|line| line.starts_with(&format!("[{table}")));
        let quiet = QUIET.iter().filter(|(table, _)| !speaks_of(table));
        let quiet: String = quiet.map(|(table, key)| format!("\n[{table}]\n{key} = false\n")).collect();
        self.write("site.toml", rest + config.trim_start_matches('\n') + &quiet)
    }

    /// Adds the files of `text`, written like a site.
    pub(crate) fn and(&mut self, text: &str) -> &mut Self {
        self.add(parts(text).1)
    }

    fn add(&mut self, files: Vec<(String, Entry)>) -> &mut Self {
        for (path, entry) in files {
            match entry {
                Entry::File(text) => self.write(&path, text),
                Entry::Link(target) => self.link(&path, &target),
            };
        }
        self
    }

    /// What builds are asked for.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// The site's folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes one file.
    pub(crate) fn write(&mut self, path: &str, bytes: impl AsRef<[u8]>) -> &mut Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn link(&mut self, path: &str, target: &str) -> &mut Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    /// The text of one file of the site.
    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Puts `to` in the place of `from`, which the file must hold once.
    pub(crate) fn edit(&mut self, path: &str, from: &str, to: &str) -> &mut Self {
        let text = self.text(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {path}:\n{text}");
        self.write(path, text.replace(from, to))
    }

    /// Removes a file.
    pub(crate) fn remove(&mut self, path: &str) -> &mut Self {
        fs::remove_file(self.at(path)).unwrap();
        self
    }

    /// Moves a file.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> &mut Self {
        fs::create_dir_all(self.at(to).parent().unwrap()).unwrap();
        fs::rename(self.at(from), self.at(to)).unwrap();
        self
    }

    /// From now on drafts are built if they were not, and are not if they were.
    pub(crate) fn toggle_drafts(&mut self) -> &mut Self {
        self.request.publish = match self.request.publish {
            Publish::Today => Publish::Everything,
            Publish::Everything => Publish::Today,
        };
        self
    }

    /// From now on builds overlook a dependency.
    pub(crate) fn planting(&mut self, fault: Option<Fault>) -> &mut Self {
        self.request.fault = fault;
        self
    }

    /// Builds the site into its output folder, as a new process would: the cache is opened anew.
    pub(crate) fn build(&mut self) -> &mut Self {
        let places = Places { root: self.root().to_owned(), output: None };
        let report = run::run(&places, &self.request, Reuse::Everything, &Silent);
        self.last = Some(report.unwrap_or_else(|error| panic!("the environment failed: {error}")));
        self
    }

    /// Runs the binary in the site's folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        docweave(self.root(), arguments)
    }

    /// What the last build came to.
    pub(crate) fn report(&self) -> &Report {
        self.last.as_ref().expect("a test builds before it asks")
    }

    /// What is wrong in the site.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.report().outcome.diagnostics
    }

    /// The files in the output folder, the manifest left aside.
    pub(crate) fn output(&self) -> Files {
        let mut files = tree(&self.report().output);
        files.remove(MANIFEST);
        files
    }

    /// The text of one output file.
    pub(crate) fn page(&self, path: &str) -> String {
        let told = self.told();
        let bytes = fs::read(self.report().output.join(path)).unwrap_or_else(|_| {
            let files: Vec<_> = self.output().into_keys().collect();
            panic!("no {path} was written, but {files:?}\n{told}")
        });
        String::from_utf8(bytes).unwrap()
    }

    /// An output file holds each of these texts.
    pub(crate) fn check<const N: usize>(&mut self, path: &str, expected: [&str; N]) -> &mut Self {
        let page = self.page(path);
        for text in expected {
            assert!(page.contains(text), "{path} lacks `{text}`:\n{page}\n{}", self.told());
        }
        self
    }

    /// An output file holds none of these texts.
    pub(crate) fn lacks<const N: usize>(&mut self, path: &str, unexpected: [&str; N]) -> &mut Self {
        let page = self.page(path);
        for text in unexpected {
            assert!(!page.contains(text), "{path} holds `{text}`:\n{page}");
        }
        self
    }

    /// The lines of an output file that begin with the word `name` say exactly this, in this order.
    pub(crate) fn says<const N: usize>(&mut self, path: &str, name: &str, expected: [&str; N]) -> &mut Self {
        let page = self.page(path);
        let facts = page.split("\n---\n").next().unwrap_or(&page);
        let said: Vec<_> =
            facts.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(str::trim_end).collect();
        assert_eq!(said, expected, "`{name}` of {path}\n{page}\n{}", self.told());
        self
    }

    /// These files, and no others of their kind, are in the output folder. Paths end in `.html`.
    pub(crate) fn pages<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        let mut pages: Vec<_> = self.output().into_keys().filter(|path| path.ends_with(".html")).collect();
        pages.retain(|path| path != "404.html");
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(pages, expected, "{}", self.told());
        self
    }

    /// A file is not in the output folder.
    pub(crate) fn is_gone(&mut self, path: &str) -> &mut Self {
        assert!(!self.report().output.join(path).exists(), "{path} is there");
        self
    }

    /// The last build wrote exactly these output files.
    pub(crate) fn rendered<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        let plan = self.report().outcome.plan.as_ref().unwrap_or_else(|| panic!("nothing written\n{}", self.told()));
        let written: Vec<_> = plan.staged().iter().map(|path| path.as_str()).collect();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(written, expected);
        self
    }

    /// The last build parsed so many articles, composed so many bodies and rendered so many pages.
    pub(crate) fn counts(&mut self, parsed: usize, bodies: usize, pages: usize) -> &mut Self {
        let trace = &self.report().outcome.trace;
        let counted = (trace.parsed.get(), trace.bodies.get(), trace.pages.get());
        assert_eq!(counted, (parsed, bodies, pages), "(parsed, bodies, pages)\n{}", self.told());
        self
    }

    /// The last build wrote the site and warned of exactly this, each given as a part of its line.
    pub(crate) fn warns<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        assert!(self.report().outcome.plan.is_some(), "nothing was written\n{}", self.told());
        compare_diagnostics(self.diagnostics().iter().collect(), &expected);
        self
    }

    /// The last build wrote nothing, because of exactly these errors, each given as a part of its line.
    pub(crate) fn fails<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        assert!(self.report().outcome.plan.is_none() && self.report().summary.is_none(), "the site was written");
        let errors = self.diagnostics().iter().filter(|diagnostic| diagnostic.level == Level::Error);
        compare_diagnostics(errors.collect(), &expected);
        self
    }

    /// A cold build of the same files gives the same bytes and the same diagnostics.
    pub(crate) fn same_as_cold(&mut self) -> &mut Self {
        if let Some(difference) = self.difference_from_cold() {
            panic!("a cold build differs: {difference}");
        }
        self
    }

    /// What the output folder and the diagnostics of the last build have that a cold build has not, or the reverse.
    pub(crate) fn difference_from_cold(&self) -> Option<String> {
        let (cold, diagnostics) = cold(self.root(), &Request { fault: None, ..self.request.clone() });
        if diagnostics != self.diagnostics() {
            let cold: Vec<_> = diagnostics.iter().map(line).collect();
            return Some(format!("warm: {}\ncold: {cold:#?}", self.told()));
        }
        // With an error the site stays as it was.
        self.report().outcome.plan.as_ref()?;
        difference(&self.output(), &cold)
    }

    /// All diagnostics of the last build, for messages.
    fn told(&self) -> String {
        self.last.as_ref().map_or_else(String::new, |report| {
            report.outcome.diagnostics.iter().map(|diagnostic| line(diagnostic) + "\n").collect()
        })
    }
}

/// What the binary said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// What a run of the binary said.
    pub(crate) fn of(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It ended with `code`.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Standard output or standard error hold each of these texts.
    pub(crate) fn says<const N: usize>(self, expected: [&str; N]) -> Self {
        for text in expected {
            assert!(self.stdout.contains(text) || self.stderr.contains(text), "lacks `{text}`: {self:#?}");
        }
        self
    }
}

/// The first day of 2024, as the binary is told in place of the clock.
const TODAY: &str = "1704067200";

/// Runs the binary in a folder, on the first day of 2024.
pub(crate) fn docweave(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
    command.args(arguments).current_dir(folder).env("SOURCE_DATE_EPOCH", TODAY).env_remove("NO_COLOR");
    Said::of(command.output().unwrap())
}

fn compare_diagnostics(found: Vec<&Diagnostic>, expected: &[&str]) {
    let lines: Vec<_> = found.into_iter().map(line).collect();
    let all_there = lines.len() == expected.len() && lines.iter().zip(expected).all(|(a, b)| a.contains(b));
    assert!(all_there, "expected {expected:#?}\nfound {lines:#?}");
}

/// A diagnostic in one line, with its help.
pub(crate) fn line(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{diagnostic}{help}")
}

/// Where two trees differ first.
pub(crate) fn difference(a: &Files, b: &Files) -> Option<String> {
    if let Some(path) = a.keys().find(|path| !b.contains_key(*path)) {
        return Some(format!("{path} is in the first only"));
    }
    b.iter().find_map(|(path, second)| {
        let Some(first) = a.get(path) else { return Some(format!("{path} is in the second only")) };
        if first == second {
            return None;
        }
        let (first, second) = (String::from_utf8_lossy(first), String::from_utf8_lossy(second));
        let same = first.lines().zip(second.lines()).take_while(|(a, b)| a == b).count();
        let at = |text: &str| text.lines().nth(same).unwrap_or("(its end)").to_owned();
        Some(format!("{path}, line {}:\n  {}\n  {}", same + 1, at(&first), at(&second)))
    })
}

/// Builds the site in `root` with no memo and in memory.
pub(crate) fn cold(root: &Path, request: &Request) -> (Files, Vec<Diagnostic>) {
    let files = Folder::open(root).unwrap();
    let nothing = Manifest::default();
    let given =
        Given { files: &files, facts: &facts_of_today, request, old: &nothing, missing: &[], progress: &Silent };
    let stage = MemoryStage::new();
    let outcome = build::build(&Session::new(Store::off()), &given, &stage).unwrap();
    let files = stage.into_files().into_iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())).collect();
    (files, outcome.diagnostics)
}

/// Facts of a site that no repository holds.
pub(crate) fn facts_of_today(_: &Config) -> Facts {
    Facts { today: facts::today(), changed: Arc::default(), watched: docweave::build::Watched::default() }
}

/// All files below a folder by their path in it; nothing where it does not exist.
pub(crate) fn tree(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder_here) = waiting.pop() {
        for entry in fs::read_dir(&folder_here).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// A folder that vanishes with its test: in memory where the system has such a place, so that no test waits for a disk.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

enum Entry {
    File(String),
    Link(String),
}

/// The lines before the first file, and the files.
fn parts(text: &str) -> (String, Vec<(String, Entry)>) {
    let mut before = String::new();
    let mut files: Vec<(String, Entry)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(name) => files.push(match name.split_once(" -> ") {
                Some((path, target)) => (path.to_owned(), Entry::Link(target.to_owned())),
                None => (name.to_owned(), Entry::File(String::new())),
            }),
            None => match files.last_mut() {
                Some((_, Entry::File(content))) => content.push_str(line),
                Some((_, Entry::Link(_))) => {}
                None => before.push_str(line),
            },
        }
    }
    (before, files)
}
