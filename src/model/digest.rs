//! Content digests: the names of values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A BLAKE3 digest of 32 bytes, which names a value by its content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).into())
    }

    /// The digest of all that a reader gives.
    ///
    /// # Errors
    ///
    /// The reader's.
    pub fn of_reader(reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(reader)?;
        Ok(Self(hasher.finalize().into()))
    }

    /// The digest of a value, through its postcard encoding, which is the same on every machine.
    ///
    /// Only for plain data: a value whose `Serialize` fails has no digest, and none of ours does.
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::of(&encode(value, Vec::new()))
    }

    /// The digest of several parts, each of which is told apart from its neighbours by its length.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A digest from its raw bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// All 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }

    /// The first `digits` hexadecimal digits, for fingerprints in names.
    pub fn short(&self, digits: usize) -> String {
        self.to_hex().chars().take(digits).collect()
    }

    /// A digest from 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(hex: &str) -> Option<Self> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Self(hash.into()))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short(12))
    }
}

/// Adds the postcard encoding of a value to `bytes`.
///
/// Only for plain data: every one of our types serialises.
pub fn encode<T: Serialize + ?Sized>(value: &T, bytes: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(value, bytes).expect("plain data always serialises, and a vector takes every byte")
}

/// 64 bits of XXH3, to tell what changed or was damaged; never a name, since two values may share it.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_parts_do_not_run_together() {
        let digest = Digest::of(b"abc");
        assert_eq!(Digest::from_hex(&digest.to_hex()), Some(digest));
        assert_eq!(Digest::from_hex("zz"), None);
        assert_ne!(Digest::of_parts([b"ab".as_slice(), b"c"]), Digest::of_parts([b"a".as_slice(), b"bc"]));
    }
}
