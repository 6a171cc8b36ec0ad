//! Words of a text.

// --8<-- [start:count]
/// Counts the words of a text.
pub fn count(text: &str) -> usize {
    text.split_whitespace().count()
}
// --8<-- [end:count]

/// The longest word of a text.
pub fn longest(text: &str) -> Option<&str> {
    // #region longest
    text.split_whitespace().max_by_key(|word| word.len())
    // #endregion
}
