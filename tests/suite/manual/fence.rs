//! The fenced blocks of a page, read line by line: this is not the parser under test.

/// A fenced block.
pub(super) struct Fence {
    /// Everything after the opening backticks: `toml,site`.
    pub(super) info: String,
    /// What stands inside, with its last line break.
    pub(super) text: String,
    /// What follows the closing line, blank lines left out.
    pub(super) after: String,
    /// The line of the opening backticks, from 1.
    pub(super) line: usize,
}

impl Fence {
    /// The language: what stands before the first comma or space.
    pub(super) fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap_or("")
    }

    /// Whether a word stands after the language.
    pub(super) fn says(&self, word: &str) -> bool {
        self.info.split([',', ' ']).skip(1).any(|part| part == word)
    }
}

/// All fenced blocks of a text, in order; the backticks may be indented.
pub(super) fn fences(text: &str) -> Vec<Fence> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut fences = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let trimmed = lines[at].trim_start();
        let ticks = trimmed.bytes().take_while(|byte| *byte == b'`').count();
        let info = trimmed[ticks..].trim();
        if ticks < 3 || info.contains('`') {
            at += 1;
            continue;
        }
        let indent = lines[at].len() - trimmed.len();
        let closes = |line: &&str| line.trim().len() >= ticks && line.trim().bytes().all(|byte| byte == b'`');
        let length = lines[at + 1..].iter().position(closes).expect("a fence that is closed");
        let inside = lines[at + 1..at + 1 + length].iter();
        let text = inside.map(|line| line.get(indent..).unwrap_or("\n")).collect();
        let after = lines[at + length + 2..].concat().trim_start_matches('\n').to_owned();
        fences.push(Fence { info: info.to_owned(), text, after, line: at + 1 });
        at += length + 2;
    }
    fences
}
