//! Examples of the command line: each line that begins with `$` is run, and says what stands below it.
//!
//! The blocks of one page run in one folder, which is empty at first, one after the other. `...` on a line of its own
//! stands for any lines; how long a build took, sizes, and fingerprints in the names of assets, are not compared.
#![cfg(unix)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{fence::fences, read, tested_pages};

#[test]
fn every_console_example_says_what_is_shown() {
    let mut found = 0;
    let mut wrong = Vec::new();
    for path in tested_pages() {
        let disk = tempfile::tempdir().unwrap();
        let mut shell = Shell { folder: disk.path().to_owned() };
        for fence in fences(&read(&path)).iter().filter(|fence| fence.language() == "console") {
            for (command, expected) in steps(&fence.text) {
                let said = shell.run(&command);
                let place = format!("{path}:{}: `{command}`", fence.line);
                if !matches(&said, &expected) {
                    wrong.push(format!("{place}\nsays\n{said}\nand not\n{expected}"));
                }
                found += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 0, "no page has a console example");
}

/// The commands of a block, each with what it says.
fn steps(text: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, expected))) => expected.push_str(&format!("{line}\n")),
            (None, None) => panic!("a console block begins with a line `$ command`: {line}"),
        }
    }
    steps
}

struct Shell {
    folder: PathBuf,
}

impl Shell {
    /// Runs one line, with this build of the program first in the path, and gives all that it said.
    fn run(&mut self, command: &str) -> String {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return String::new();
        }
        let program = Path::new(env!("CARGO_BIN_EXE_docweave"));
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.parent().unwrap().display());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(&self.folder)
            .env_clear()
            .envs([("PATH", path.as_str()), ("SOURCE_DATE_EPOCH", "1795132800"), ("LC_ALL", "C.UTF-8")])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Whether what was said is what was shown, where a line `...` stands for any lines.
fn matches(said: &str, shown: &str) -> bool {
    let (said, shown) = (settled(said), settled(shown));
    let mut parts = shown.split("...\n");
    let Some(mut rest) = parts.next().and_then(|first| said.strip_prefix(first)) else { return false };
    let mut open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open = part.is_empty();
    }
    open || rest.is_empty()
}

/// `text` with times, sizes and fingerprints made equal, and without space at the ends of lines.
fn settled(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.trim_end().split(' ').collect();
        for at in 1..words.len() {
            let is_time = words[at].starts_with("ms") || words[at] == "s:";
            if is_time && words[at - 1].parse::<f64>().is_ok() {
                words[at - 1] = "0";
                words[at] = words[at].strip_prefix('m').unwrap_or(words[at]);
            }
            let is_size = ["B", "kB", "MB"].contains(&words[at].trim_end_matches([')', ',', ';', ':']));
            if is_size && words[at - 1].trim_start_matches('(').parse::<f64>().is_ok() {
                words[at - 1] = "0";
            }
        }
        lines.push_str(&words.join(" "));
        lines.push('\n');
    }
    lines
}
