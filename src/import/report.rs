//! What an import made of each line of a text, for people to read.

use std::fmt;

/// What became of some lines. In the order in which people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Characters were put right that somebody had decoded wrongly.
    Mended,
    /// Recognised as something.
    Found,
    /// Turned into data beside the article.
    Data,
    /// Neither in the article nor in its data.
    LeftOut,
    /// Kept as text, or chosen for want of anything better.
    Uncertain,
}

/// What became of some lines of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What was done with them.
    pub kind: Kind,
    /// Which lines; none where it is about the file as a whole.
    pub lines: LineRanges,
    /// What they are, or were.
    pub what: String,
}

/// Lines of a text, counted from 1: ranges in rising order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineRanges(Vec<(u32, u32)>);

impl LineRanges {
    /// Takes ranges in any order; both ends belong to a range.
    pub fn of(ranges: &[(u32, u32)]) -> Self {
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// The first line.
    pub fn first(&self) -> Option<u32> {
        self.0.first().map(|(first, _)| *first)
    }

    /// `3, 8-20, 44`; of more than `most` ranges the first ones, how many there are beyond them, and the last.
    pub fn shown(&self, most: usize) -> String {
        let one = |(first, last): &(u32, u32)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        let join = |ranges: &[(u32, u32)]| ranges.iter().map(one).collect::<Vec<_>>().join(", ");
        match self.0.as_slice() {
            [first @ .., last] if first.len() >= most => {
                format!("{}, .., {}", join(&first[..most.saturating_sub(2).max(1)]), one(last))
            }
            all => join(all),
        }
    }
}

impl fmt::Display for LineRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown(usize::MAX))
    }
}

/// All that is to be told of one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    told: Vec<Told>,
}

impl Report {
    /// Adds something about these lines.
    pub(super) fn tell(&mut self, kind: Kind, lines: &[(u32, u32)], what: impl Into<String>) {
        self.told.push(Told { kind, lines: LineRanges::of(lines), what: what.into() });
    }

    /// By kind, then by line.
    pub(super) fn finish(mut self) -> Vec<Told> {
        self.told.sort_by_key(|told| (told.kind, told.lines.first()));
        self.told
    }

    /// Each told thing in a line, as it came.
    #[cfg(test)]
    pub(super) fn lines(&self) -> Vec<String> {
        self.told.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mended => "mended",
            Self::Found => "found",
            Self::Data => "data",
            Self::LeftOut => "left out",
            Self::Uncertain => "uncertain",
        })
    }
}

impl fmt::Display for Told {
    /// `left out 3, 8-20: reading time`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.lines.0.is_empty() { "" } else { " " };
        write!(f, "{}{separator}{}: {}", self.kind, self.lines, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_as_ranges() {
        let lines = LineRanges::of(&[(9, 12), (3, 3), (4, 5), (10, 11), (20, 20)]);
        assert_eq!(lines.to_string(), "3-5, 9-12, 20");
        assert_eq!(lines.shown(2), "3-5, .., 20");
        assert_eq!(lines.shown(3), "3-5, 9-12, 20");
        assert_eq!(lines.first(), Some(3));
        assert_eq!(LineRanges::of(&[(1, u32::MAX), (u32::MAX, u32::MAX)]).to_string(), format!("1-{}", u32::MAX));
        assert_eq!(LineRanges::default().to_string(), "");
    }
}
