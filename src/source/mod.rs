//! The only reader.
//!
//! In come the bytes of a site's files; out go values with spans, and diagnostics for what can't be read.
//!
//! What must stay true: no other room reads the disk, the clock, git or the environment; the same bytes give the same
//! values; no input, however hostile, makes reading panic, hang or use memory without bound.

pub mod config;
pub mod data;
