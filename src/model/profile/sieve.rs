//! Tells of most words that an article has none of them, without its words.

use serde::{Deserialize, Serialize};

use crate::model::packed;

/// A filter of words by their hashes (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970), with
/// two bits for each word and eight bits of room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sieve {
    #[serde(with = "packed")]
    blocks: Vec<u64>,
}

impl Sieve {
    /// How many of a hash's lowest bits count: words of which these are equal are one to it.
    pub const BITS: u32 = 20;

    pub(super) fn of(hashes: &[u64]) -> Self {
        let mut sieve = Self { blocks: vec![0; (hashes.len() * 8).div_ceil(64)] };
        for hash in hashes {
            for (block, bit) in sieve.bits(*hash) {
                sieve.blocks[block] |= bit;
            }
        }
        sieve
    }

    /// False only if the article has no word with such a hash.
    pub fn may_have(&self, hash: u64) -> bool {
        !self.blocks.is_empty() && self.bits(hash).into_iter().all(|(block, bit)| self.blocks[block] & bit != 0)
    }

    /// Where the bits of a word stand; there are blocks.
    fn bits(&self, hash: u64) -> [(usize, u64); 2] {
        let word = hash & ((1 << Self::BITS) - 1);
        let room = 64 * self.blocks.len() as u64;
        // The upper half of a product, as a part of the room (D. Lemire, "Fast random integer generation", 2019).
        let bit = |mixed: u64| {
            let at = ((mixed >> 32) * room) >> 32;
            ((at / 64) as usize, 1 << (at % 64))
        };
        [bit(word.wrapping_mul(0x9e37_79b9_7f4a_7c15)), bit((word + 1).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sieve_lets_all_words_through_that_are_there_and_few_others() {
        let hash = |at: u64| at.wrapping_mul(0x2545_f491_4f6c_dd1d);
        for count in [1, 10, 400, 5000] {
            let hashes: Vec<u64> = (0..count).map(hash).collect();
            let sieve = Sieve::of(&hashes);
            assert!(hashes.iter().all(|hash| sieve.may_have(*hash)));
            let others = (10_000..20_000).filter(|at| sieve.may_have(hash(*at))).count();
            assert!(others < 1500, "{others} of 10,000 others pass where there are {count}");
        }
        assert!(!Sieve::default().may_have(1));
    }
}
