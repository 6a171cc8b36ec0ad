//! The live preview under thousands of random edits, against cold builds: what it shows is what a build would write, and it
//! takes no more memory at the end than at the beginning. `DOCWEAVE_SOAK=10000` makes so many edits.

#![allow(clippy::print_stderr, reason = "a long run tells what it saw")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{random::Random, site::tree};

const ARTICLES: usize = 30;

/// Edits between two comparisons.
const BURST: usize = 12;

/// How long the preview may take to show what was saved.
const PATIENCE: Duration = Duration::from_secs(60);

struct Soak {
    disk: tempfile::TempDir,
    preview: Child,
    /// `127.0.0.1:PORT`.
    host: String,
    random: Random,
    /// Branches of the repository that the site is; the one that is checked out is 0 or 1.
    branch: usize,
}

impl Soak {
    fn begin() -> Self {
        let disk = tempfile::tempdir().unwrap();
        let root = disk.path();
        fs::create_dir_all(root.join("content/more")).unwrap();
        let config = "title = \"T\"\nbase_url = \"/\"\ngit_dates = false\n[topics.tools]\ntitle = \"Tools\"\n";
        fs::write(root.join("site.toml"), config).unwrap();
        fs::write(root.join(".gitignore"), "/public\n/.docweave\n").unwrap();
        let mut random = Random::new();
        for number in 0..ARTICLES {
            fs::write(article(root, number), text(number, &mut random)).unwrap();
        }
        git(root, &["init", "--quiet", "--initial-branch", "b0"]);
        git(root, &["add", "."]);
        git(root, &["commit", "--quiet", "--message", "first"]);
        git(root, &["branch", "b1"]);
        let mut preview = Command::new(env!("CARGO_BIN_EXE_docweave"))
            .args(["serve", "--port", "0", "--root"])
            .arg(root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(preview.stdout.take().unwrap()).lines();
        let line = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("serving ")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let host = line.trim_start_matches("serving http://").split('/').next().unwrap().to_owned();
        Self { disk, preview, host, random, branch: 0 }
    }

    fn root(&self) -> &Path {
        self.disk.path()
    }

    /// Does something that people do to a site.
    fn edit(&mut self) {
        let (number, other) = (self.random.below(ARTICLES), self.random.below(ARTICLES));
        let (path, other) = (article(self.root(), number), article(self.root(), other));
        match self.random.below(12) {
            0 => drop(fs::remove_file(path)),
            1 => drop(fs::rename(path, other)),
            // As editors save: beside it, then over it.
            2 | 3 => {
                let beside = path.with_extension("md~");
                fs::write(&beside, text(number, &mut self.random)).unwrap();
                fs::rename(beside, path).unwrap();
            }
            4 => fs::write(&path, "+++\ntitle = broken\n+++\n").unwrap(),
            5 => {
                let folder = self.root().join("content/new");
                match folder.exists() {
                    true => fs::remove_dir_all(folder).unwrap(),
                    false => {
                        fs::create_dir(&folder).unwrap();
                        fs::write(folder.join("page.md"), text(number, &mut self.random)).unwrap();
                    }
                }
            }
            6 => {
                git(self.root(), &["add", "--all"]);
                git(self.root(), &["commit", "--quiet", "--allow-empty", "--message", "more"]);
                self.branch = 1 - self.branch;
                git(self.root(), &["checkout", "--quiet", &format!("b{}", self.branch)]);
            }
            7 => drop(fs::write(self.root().join("static.txt"), text(number, &mut self.random))),
            _ => fs::write(&path, text(number, &mut self.random)).unwrap(),
        }
    }

    /// What a cold build writes; nothing where the content has an error.
    fn cold(&self) -> Option<BTreeMap<String, Vec<u8>>> {
        let elsewhere = tempfile::tempdir().unwrap();
        let output = elsewhere.path().join("public");
        let built = Command::new(env!("CARGO_BIN_EXE_docweave"))
            .args(["build", "--quiet", "--no-cache", "--base-url", &format!("http://{}/", self.host), "--root"])
            .arg(self.root())
            .arg("--output")
            .arg(&output)
            .output()
            .unwrap();
        let files = tree(&output);
        built.status.success().then_some(files)
    }

    fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), answer[end + 4..].to_vec())
    }

    /// The first page that the preview shows otherwise than a build would write it.
    fn difference(&self, cold: &BTreeMap<String, Vec<u8>>) -> Option<String> {
        let pages = cold.iter().filter(|(path, _)| path.ends_with("index.html"));
        for (path, bytes) in pages {
            let (status, shown) = self.get(path.trim_end_matches("index.html"));
            if status != 200 || without_reload(&shown) != without_reload(bytes) {
                return Some(format!("{path}: {status}"));
            }
        }
        let is_gone = |number: &usize| !article(self.root(), *number).exists();
        (0..ARTICLES).filter(is_gone).map(|number| format!("{}p{number}/", ["", "more/"][number % 2])).find_map(
            |path| {
                let (status, _) = self.get(&path);
                (status != 404 && !cold.contains_key(&format!("{path}index.html")))
                    .then(|| format!("{path} is still there"))
            },
        )
    }

    /// Waits until the preview shows what a build would write.
    fn settles(&self, edits: usize) {
        let Some(cold) = self.cold() else { return };
        let began = Instant::now();
        while let Some(difference) = self.difference(&cold) {
            assert!(began.elapsed() < PATIENCE, "after {edits} edits: {difference}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// The memory of the preview in KiB; nothing where the system does not tell.
    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.preview.id())).ok()?;
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
    }
}

impl Drop for Soak {
    fn drop(&mut self) {
        drop(self.preview.kill());
        drop(self.preview.wait());
    }
}

fn article(root: &Path, number: usize) -> PathBuf {
    root.join(["content", "content/more"][number % 2]).join(format!("p{number}.md"))
}

fn text(number: usize, random: &mut Random) -> String {
    let (title, next, topic) = (random.below(9), random.below(ARTICLES), ["", "tools"][random.below(2)]);
    let topics = if topic.is_empty() { String::new() } else { format!("topics = [\"{topic}\"]\n") };
    let folder = ["..", "../more"][next % 2];
    let folder =
        if number.is_multiple_of(2) { folder.trim_start_matches("../").replace("..", ".") } else { folder.to_owned() };
    let code = "fn f() {}\n".repeat(random.below(5));
    format!(
        "+++\ntitle = \"Page {number} {title}\"\n{topics}+++\n\nWords {}. [Next]({folder}/p{next}.md)\n\n## Part {}\n\n```rust\n{code}```\n",
        random.below(1000),
        random.below(3),
    )
}

fn git(root: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "gc.auto=0"];
    let done = Command::new("git").arg("-C").arg(root).args(identity).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A page without the script by which the preview reloads it.
fn without_reload(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    match page.split_once("<script type=\"module\" src=\"/__docweave/") {
        Some((before, rest)) => {
            format!("{before}{}", rest.split_once("</script>").map_or("", |(_, after)| after.trim_start()))
        }
        None => page.into_owned(),
    }
}

#[test]
fn the_preview_keeps_up_and_stays_small() {
    let edits = std::env::var("DOCWEAVE_SOAK").ok().and_then(|edits| edits.parse().ok()).unwrap_or(60);
    let mut soak = Soak::begin();
    let mut memory: Vec<u64> = soak.memory().into_iter().collect();
    let began = Instant::now();
    for done in (0..edits).step_by(BURST) {
        for _ in 0..BURST {
            soak.edit();
            let pause = soak.random.below(30);
            std::thread::sleep(Duration::from_millis(pause as u64));
        }
        soak.settles(done + BURST);
        memory.extend(soak.memory());
    }
    let half = memory.len() / 2;
    let most = |some: &[u64]| some.iter().copied().max().unwrap_or(0);
    let (first, second) = (most(&memory[..half]), most(&memory[half..]));
    let at = |place: usize| memory.get(place).copied().unwrap_or(0);
    eprintln!("{edits} edits in {:?}, memory in KiB:", began.elapsed());
    eprintln!("{} at the start, {} in the middle, {} at the end;", at(0), at(half), at(memory.len().saturating_sub(1)));
    eprintln!("at most {first} in the first half and {second} in the second");
    assert!(second <= first + first / 4 + (32 << 10), "memory grew from {first} KiB to {second} KiB");
}
