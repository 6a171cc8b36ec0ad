//! The suite: what Docweave does, told as tests, one module for each feature, all through one door, [`site`].
//!
//! `cargo test --test suite` runs it; `BLESS=1 cargo test --test suite golden` accepts what the golden sites came to;
//! `DOCWEAVE_FUZZ=1000 cargo test --release --test suite fuzz` tries more input, and
//! `DOCWEAVE_CASES=1000 cargo test --release --test suite property` looks for differences for longer.
#![expect(clippy::unwrap_used, reason = "the lint spares tests, but not the functions that they share")]
#![expect(clippy::disallowed_methods, reason = "tests set up folders, and look at what came of them")]

mod architecture;
mod check;
mod cli;
mod code;
mod compare;
mod component;
mod construct;
mod contract;
mod copy;
mod data;
mod determinism;
mod fit;
mod fuzz;
mod golden;
mod hostile;
mod images;
mod import;
mod incremental;
mod inventory;
mod killed;
mod landing;
mod link;
mod machines;
mod manual;
mod page_json;
mod property;
mod publish;
mod random;
mod refactor;
mod search;
mod serve;
mod shard;
mod shared_cache;
mod site;
mod soak;
mod spec;
mod strings;
mod structured;
mod style;
#[expect(unreachable_pub, reason = "the programs of `fuzz/` name them")]
#[path = "../../fuzz/targets.rs"]
mod targets;
mod term;
mod topics;
mod untrusted;
