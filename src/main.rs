//! The `docweave` binary.
fn main() {}
