//! Properties: what must hold for any sequence of edits, any order, any number of threads, any text.
//!
//! `DOCWEAVE_CASES` sets how many cases each property tries, for longer runs; the cases are the same on every run.

mod balance;
mod edits;
mod faults;
mod import;
mod parse;
mod places;
mod refactor;
mod staying;
mod weave;

pub(crate) use self::parse::text as any_text;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A runner of so many cases, or of as many as the environment asks for, that always tries the same ones.
pub(crate) fn runner(cases: u32) -> TestRunner {
    of(cases, 200)
}

/// The same for what is sure to fail, as a fault is planted: nobody reads the case, so that it is not made smaller.
pub(crate) fn finder(cases: u32) -> TestRunner {
    of(cases, 0)
}

fn of(cases: u32, max_shrink_iters: u32) -> TestRunner {
    let asked = std::env::var("DOCWEAVE_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
