//! A library.

mod sums {
    // --8<-- [start:add]
    /// Adds.
    pub fn add(a: u32, b: u32) -> u32 {

        a + b // [!code hl]
    }
    // --8<-- [end:add]
}
