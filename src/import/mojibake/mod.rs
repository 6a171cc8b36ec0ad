//! Text whose UTF-8 bytes somebody read in a one-byte code page, put right: `ยท` is `·`, `â€™` is `’`.
//!
//! In: a text. Out: the same text with such characters encoded back into bytes and decoded as UTF-8.
//!
//! What must stay true: characters are put right only where their bytes are strictly UTF-8 and they stand side by side as
//! in no real writing; a text in Thai, Russian or French stays as it is. ASCII stays untouched, so lines keep their
//! numbers. The idea, judging by what never stands together, is that of ftfy's badness (Robyn Speer).

mod pages;
mod sorts;

use std::{cmp::Reverse, ops::Range};

use rustc_hash::FxHashMap;

use crate::import::{
    mojibake::{
        pages::{Bytes, PAGES},
        sorts::{Meaning, Script, Sort, meaning, never_meet, sort},
    },
    report::{Kind, Report},
};

/// Text is read wrongly so many times at most.
const ROUNDS: usize = 3;

/// What all evidence for a code page must come to.
const ENOUGH: u32 = 2;

/// So many different mends are told one by one.
const MOST_TOLD: usize = 12;

/// So many characters are judged at once.
const WINDOW: usize = 4096;

/// Puts `text` right, and tells each mend with its lines.
pub(super) fn mend(text: String, report: &mut Report) -> String {
    if text.is_ascii() {
        return text;
    }
    let table = pages::table();
    let mut mended: Option<(usize, String)> = None;
    let mut now = text.clone();
    for _ in 0..ROUNDS {
        let Some((page, next)) = round(&now, &table) else { break };
        now = next;
        let first_page = mended.as_ref().map_or(page, |(first, _)| *first);
        // Control characters are only a step on the way.
        if controls(&now) <= controls(&text) {
            mended = Some((first_page, now.clone()));
        }
    }
    tell_lost(&text, report);
    let Some((page, mended)) = mended else {
        tell_doubtful(&text, &table, report);
        return text;
    };
    tell(&text, &mended, page, report);
    mended
}

fn controls(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '\u{80}'..='\u{9f}')).count()
}

/// The text with the sequences of the likeliest page decoded; nothing where no page is likely.
fn round(text: &str, table: &FxHashMap<char, Bytes>) -> Option<(usize, String)> {
    let votes = vote(text, table);
    let best = (0..PAGES).max_by_key(|page| (votes[*page].score(), votes[*page].sequences, Reverse(*page)))?;
    if votes[best].score() < ENOUGH {
        return None;
    }
    let byte_of = |c: char| table.get(&c).map_or(0, |bytes| bytes.of[best]);
    let mut mended = String::with_capacity(text.len());
    let mut end = 0;
    let mut chars = Vec::new();
    for range in runs(text) {
        mended.push_str(&text[end..range.start]);
        end = range.end;
        let run = Run::new(text, &range, &mut chars);
        let bytes: Vec<u8> = run.chars.iter().map(|c| byte_of(*c)).collect();
        if votes[best].is_all() || run.judge(&|at| bytes[at]).is_sure() {
            run.decode(&bytes, &mut mended);
        } else {
            mended.push_str(&text[range]);
        }
    }
    mended.push_str(&text[end..]);
    Some((best, mended))
}

/// What speaks for one code page.
#[derive(Clone, Copy, Default)]
struct Votes {
    /// Evidence of all sequences.
    weight: u32,
    /// Evidence of those that stand in runs which are beyond doubt on their own.
    sure: u32,
    sequences: u32,
    /// Letters that are part of no sequence: somebody really writes in this script.
    strays: u32,
}

impl Votes {
    /// Whether all sequences are mended: the script of the page does not occur otherwise.
    fn is_all(&self) -> bool {
        self.strays * 10 <= self.sequences && self.weight >= ENOUGH
    }

    fn add(&mut self, judged: &Judgement) {
        self.weight += judged.weight();
        self.sequences += judged.sequences;
        self.strays += judged.strays;
        self.sure += if judged.is_sure() { judged.weight() } else { 0 };
    }

    fn score(&self) -> u32 {
        if self.is_all() { self.weight } else { self.sure }
    }
}

fn vote(text: &str, table: &FxHashMap<char, Bytes>) -> [Votes; PAGES] {
    let mut votes = [Votes::default(); PAGES];
    let (mut chars, mut bytes) = (Vec::new(), Vec::new());
    for range in runs(text) {
        for run in Run::new(text, &range, &mut chars).windows() {
            bytes.clear();
            bytes.extend(run.chars.iter().map(|c| table.get(c).copied().unwrap_or_default()));
            let leads = bytes.iter().fold(0, |leads, bytes| leads | bytes.leads);
            for (page, votes) in votes.iter_mut().enumerate().filter(|(page, _)| leads >> page & 1 == 1) {
                votes.add(&run.judge(&|at| bytes[at].of[page]));
            }
            // Where nothing begins a sequence, letters are all that there is to count.
            bytes.iter().for_each(|bytes| count(bytes.letters & !leads, &mut votes));
        }
    }
    votes
}

fn count(mut pages: u32, votes: &mut [Votes; PAGES]) {
    while pages != 0 {
        votes[pages.trailing_zeros() as usize].strays += 1;
        pages &= pages - 1;
    }
}

/// The ranges of `text` that are not ASCII, each as long as can be.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|byte| !byte.is_ascii())?;
        at = bytes[start..].iter().position(u8::is_ascii).map_or(bytes.len(), |length| start + length);
        Some(start..at)
    })
}

/// Characters that are not ASCII, and the ASCII around them.
struct Run<'c> {
    chars: &'c [char],
    before: Option<char>,
    after: Option<char>,
}

impl<'c> Run<'c> {
    /// A range of `text`, whose characters are kept in `chars`.
    fn new(text: &str, range: &Range<usize>, chars: &'c mut Vec<char>) -> Self {
        chars.clear();
        chars.extend(text[range.clone()].chars());
        let before = text[..range.start].chars().next_back();
        Self { chars, before, after: text[range.end..].chars().next() }
    }

    /// The run itself, cut where it is very long.
    fn windows(self) -> impl Iterator<Item = Self> {
        let count = self.chars.len().div_ceil(WINDOW);
        self.chars.chunks(WINDOW).enumerate().map(move |(number, chars)| Self {
            chars,
            before: if number == 0 { self.before } else { None },
            after: if number + 1 == count { self.after } else { None },
        })
    }

    /// The evidence that this run gives for a page, of which `byte` gives the byte of each character, or 0.
    fn judge(&self, byte: &impl Fn(usize) -> u8) -> Judgement {
        let mut judged = Judgement::default();
        let mut at = 0;
        while at < self.chars.len() {
            match self.sequence(byte, at) {
                Some((length, c)) => {
                    let is_odd = (at..at + length).any(|at| self.never_meets_before(at))
                        || (at + length == self.chars.len() && self.never_meets_after());
                    judged.add(c, is_odd, self.touches_ascii_letter(at, length));
                    at += length;
                }
                None => {
                    judged.strays += u32::from(matches!(sort(self.chars[at]), Sort::Letter(_)) && byte(at) != 0);
                    judged.is_partial = true;
                    judged.last = None;
                    at += 1;
                }
            }
        }
        judged
    }

    /// The character of a strict UTF-8 sequence at `at`, and how many characters stand for its bytes.
    fn sequence(&self, byte: &impl Fn(usize) -> u8, at: usize) -> Option<(usize, char)> {
        let length = match byte(at) {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        if at + length > self.chars.len() {
            return None;
        }
        let mut bytes = [0; 4];
        bytes.iter_mut().zip(at..at + length).for_each(|(slot, at)| *slot = byte(at));
        let c = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        let is_possible = match meaning(c) {
            Meaning::Nonsense => false,
            Meaning::Letter(Script::Latin) | Meaning::Sign => true,
            Meaning::Letter(_) => !self.touches_ascii_letter(at, length),
        };
        is_possible.then_some((length, c))
    }

    fn never_meets_before(&self, at: usize) -> bool {
        let before = if at == 0 { self.before } else { Some(self.chars[at - 1]) };
        before.is_some_and(|before| never_meet(before, self.chars[at]))
    }

    fn never_meets_after(&self) -> bool {
        let (Some(last), Some(after)) = (self.chars.last(), self.after) else { return false };
        never_meet(*last, after)
    }

    fn touches_ascii_letter(&self, at: usize, length: usize) -> bool {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        (at == 0 && is_letter(self.before)) || (at + length == self.chars.len() && is_letter(self.after))
    }

    /// Writes the run with its sequences decoded.
    fn decode(&self, bytes: &[u8], mended: &mut String) {
        let mut at = 0;
        while at < self.chars.len() {
            let (length, c) = self.sequence(&|at| bytes[at], at).unwrap_or((1, self.chars[at]));
            mended.push(c);
            at += length;
        }
    }
}

/// What one run says about one page.
#[derive(Default)]
struct Judgement {
    sequences: u32,
    strays: u32,
    /// Some of it is in no sequence.
    is_partial: bool,
    /// Evidence of characters that stand together as in no real writing.
    odd: u32,
    /// Evidence of letters within words.
    letters: u32,
    /// Signs that any text has, on their own.
    signs: u32,
    /// A letter of a script that few pages lead to: words in other scripts come to such by chance.
    has_other: bool,
    /// How many letters of one script follow each other, and which.
    last: Option<Script>,
    row: u32,
    longest_row: u32,
}

impl Judgement {
    fn add(&mut self, c: char, is_odd: bool, touches_ascii_letter: bool) {
        self.sequences += 1;
        let Meaning::Letter(script) = meaning(c) else {
            self.last = None;
            if is_odd {
                self.odd += 2;
            } else {
                self.signs += 2;
            }
            return;
        };
        self.has_other |= script == Script::Other;
        let is_in_word = touches_ascii_letter || self.last == Some(script);
        self.row = if self.last == Some(script) { self.row + 1 } else { 1 };
        self.longest_row = self.longest_row.max(self.row);
        self.last = Some(script);
        match (is_odd, is_in_word) {
            (true, true) => self.odd += 2,
            (true, false) => self.odd += 1,
            (false, true) => self.letters += u32::from(script == Script::Latin),
            (false, false) => {}
        }
    }

    /// Words of four letters and more don't come about by chance.
    fn row(&self) -> u32 {
        if self.longest_row >= 4 && !self.is_partial { 2 } else { 0 }
    }

    fn weight(&self) -> u32 {
        self.odd + self.letters + self.row() + if self.is_partial { 0 } else { self.signs }
    }

    /// Beyond doubt even where the script of the page occurs elsewhere.
    fn is_sure(&self) -> bool {
        !self.is_partial && ((self.odd >= ENOUGH && !self.has_other) || self.longest_row >= 5)
    }
}

/// Tells what became of each run. A round turns no character into ASCII, so runs stay runs.
fn tell(before: &str, after: &str, page: usize, report: &mut Report) {
    type Mend<'t> = (&'t str, &'t str, Vec<(u32, u32)>);
    let mut mends: Vec<Mend<'_>> = Vec::new();
    let mut known: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    let mut others: Vec<(u32, u32)> = Vec::new();
    for ((line, from), (_, to)) in runs_with_lines(before).zip(runs_with_lines(after)).filter(|(a, b)| a.1 != b.1) {
        match known.get(&(from, to)) {
            Some(index) => mends[*index].2.push((line, line)),
            None if mends.len() < MOST_TOLD => {
                known.insert((from, to), mends.len());
                mends.push((from, to, vec![(line, line)]));
            }
            None => others.push((line, line)),
        }
    }
    let name = pages::names()[page];
    for (number, (from, to, lines)) in mends.iter().enumerate() {
        let why = if number == 0 { format!(", UTF-8 that was read as {name}") } else { String::new() };
        report.tell(Kind::Mended, lines, format!("`{}` to `{}`{why}", short(from), short(to)));
    }
    if !others.is_empty() {
        report.tell(Kind::Mended, &others, format!("{} more of the same", others.len()));
    }
}

fn tell_lost(text: &str, report: &mut Report) {
    let lines: Vec<_> =
        runs_with_lines(text).filter(|(_, run)| run.contains('\u{fffd}')).map(|(line, _)| (line, line)).collect();
    if !lines.is_empty() {
        report.tell(Kind::Uncertain, &lines, "characters that were lost before: `\u{fffd}` stands for each");
    }
}

/// Tells of runs that may be wrong, but that are not beyond doubt.
fn tell_doubtful(text: &str, table: &FxHashMap<char, Bytes>, report: &mut Report) {
    let votes = vote(text, table);
    let doubtful = |page: &usize| votes[*page].weight > 0 && votes[*page].strays == 0;
    let Some(page) = (0..PAGES).find(doubtful) else { return };
    let mut chars = Vec::new();
    for range in runs(text) {
        let run = Run::new(text, &range, &mut chars);
        let bytes: Vec<u8> = run.chars.iter().map(|c| table.get(c).map_or(0, |bytes| bytes.of[page])).collect();
        if run.judge(&|at| bytes[at]).weight() > 0 {
            let mut mended = String::new();
            run.decode(&bytes, &mut mended);
            let line = 1 + text[..range.start].matches('\n').count() as u32;
            let what = format!("`{}` may stand for `{}`; it stays as it is", short(&text[range]), short(&mended));
            // One is all that there can be: two would have been enough.
            return report.tell(Kind::Uncertain, &[(line, line)], what);
        }
    }
}

fn runs_with_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let (mut line, mut at) = (1, 0);
    runs(text).map(move |range| {
        line += text.as_bytes()[at..range.start].iter().filter(|byte| **byte == b'\n').count() as u32;
        at = range.start;
        (line, &text[range])
    })
}

fn short(run: &str) -> String {
    match run.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &run[..end]),
        None => run.to_owned(),
    }
}

#[cfg(test)]
mod tests;
