//! Many numbers as one block of bytes, little-endian: what is read back by the million is copied, not decoded one by one.

use std::{fmt, marker::PhantomData};

use serde::{Deserializer, Serializer, de};

/// A number of a fixed size, or a few of them side by side.
pub(super) trait Number: Copy {
    /// Its size in bytes.
    const SIZE: usize;

    /// Writes its bytes over [`SIZE`](Self::SIZE) others.
    fn write(self, bytes: &mut [u8]);

    /// The number of [`SIZE`](Self::SIZE) bytes.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            const SIZE: usize = size_of::<$type>();

            fn write(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(0, <$type>::from_le_bytes)
            }
        }
    )*};
}

number!(u8, u16, u32, u64);

pub(super) fn serialize<N: Number, S: Serializer>(numbers: &[N], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = vec![0; numbers.len() * N::SIZE];
    bytes.chunks_exact_mut(N::SIZE).zip(numbers).for_each(|(bytes, number)| number.write(bytes));
    serializer.serialize_bytes(&bytes)
}

pub(super) fn deserialize<'de, N: Number, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<N>, D::Error> {
    deserializer.deserialize_bytes(Numbers(PhantomData))
}

struct Numbers<N>(PhantomData<N>);

impl<N: Number> de::Visitor<'_> for Numbers<N> {
    type Value = Vec<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "numbers of {} bytes", N::SIZE)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<N>, E> {
        if !bytes.len().is_multiple_of(N::SIZE) {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(bytes.chunks_exact(N::SIZE).map(N::read).collect())
    }
}
