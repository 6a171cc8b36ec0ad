//! The tests of the manual by themselves, until the suite takes their module in.

#[path = "suite/manual.rs"]
mod manual;
