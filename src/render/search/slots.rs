//! Numbers of pages that do not depend on their neighbours.

use crate::model::{Digest, RelPath};

/// The bits of the largest numbers: what a place in a file of words has room for.
const MOST_BITS: u32 = 23;

/// A number for each of `paths`, all different, by the digest of the path. There are four to eight times as many numbers
/// as pages, so that a page that comes or goes changes the number of no other, or of one or two. When the number of pages
/// passes a power of two, all change.
pub fn slots(paths: &[&RelPath]) -> Vec<u32> {
    let bits = (usize::BITS - paths.len().leading_zeros() + 2).clamp(6, MOST_BITS);
    let mut hashed: Vec<(u64, usize)> =
        paths.iter().enumerate().map(|(index, path)| (hash(path.as_str()), index)).collect();
    hashed.sort_by(|(a, first), (b, second)| a.cmp(b).then_with(|| paths[*first].cmp(paths[*second])));
    let mut slots = vec![0; paths.len()];
    let mut next = 0;
    for (hash, index) in hashed {
        let slot = next.max((hash >> (u64::BITS - bits)) as u32);
        slots[index] = slot;
        next = slot + 1;
    }
    slots
}

fn hash(path: &str) -> u64 {
    let digest = Digest::of(path.as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_page_leaves_the_others_their_numbers() {
        let paths: Vec<RelPath> = (0..101).filter_map(|n| RelPath::new(format!("a/{n}.md"))).collect();
        let all: Vec<&RelPath> = paths.iter().collect();
        let (before, after) = (slots(&all[..100]), slots(&all));
        let moved = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert!(moved <= 2, "{moved} moved");
        let mut distinct = after.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 101);
    }
}
