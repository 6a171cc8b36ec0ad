//! A part of a site's files, so that several machines can render one site.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::model::Digest;

/// How many parts there may be: more than anybody has machines.
const MOST: u32 = 4096;

/// One of so many parts, each of which holds its share of the files: the first of one is all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 1 to `count`.
    number: NonZeroU32,
    /// How many parts there are.
    count: NonZeroU32,
}

impl Shard {
    /// All files.
    pub const WHOLE: Self = Self { number: NonZeroU32::MIN, count: NonZeroU32::MIN };

    /// The part `number` of `count`, of at most 4096; `None` unless `number` is between 1 and `count`.
    pub fn new(number: u32, count: u32) -> Option<Self> {
        let shard = Self { number: NonZeroU32::new(number)?, count: NonZeroU32::new(count)? };
        (number <= count && count <= MOST).then_some(shard)
    }

    /// Its number, from 1.
    pub fn number(self) -> u32 {
        self.number.get()
    }

    /// How many parts there are.
    pub fn count(self) -> u32 {
        self.count.get()
    }

    /// Whether the value at `index` of a list that is the same for every part belongs to this one.
    pub fn holds_nth(self, index: usize) -> bool {
        index % self.count.get() as usize == self.number.get() as usize - 1
    }

    /// Whether the file of this name belongs to this part.
    pub fn holds(self, path: &str) -> bool {
        if self.count.get() == 1 {
            return true;
        }
        let [a, b, c, d, ..] = *Digest::of(path.as_bytes()).as_bytes();
        self.holds_nth(u32::from_be_bytes([a, b, c, d]) as usize)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    /// Reads `3/8`. The error says what was expected.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (number, count) = text.split_once('/')?;
            Self::new(number.parse().ok()?, count.parse().ok()?)
        };
        parse().ok_or("expected the number of a part and how many there are, at most 4096, as in `3/8`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_reads_as_it_is_written() {
        assert_eq!("3/8".parse::<Shard>().unwrap().to_string(), "3/8");
        for wrong in ["", "3", "0/8", "9/8", "3/0", "-1/2", "1/2/3", "a/b", "1/4097", "1/4294967295"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_file_belongs_to_one_part() {
        for count in 1..9 {
            let parts: Vec<Shard> = (1..=count).map(|number| Shard::new(number, count).unwrap()).collect();
            for index in 0..100 {
                let path = format!("guides/{index}/index.html");
                assert_eq!(parts.iter().filter(|part| part.holds(&path)).count(), 1);
                assert_eq!(parts.iter().filter(|part| part.holds_nth(index)).count(), 1);
            }
        }
    }
}
