//! Arguments, commands, and how diagnostics are drawn.

pub mod terminal;
