//! Docweave: a static documentation site generator whose articles know each other.
//!
//! # The flow
//!
//! ```text
//! Config -> Snapshot { sources } -> Page { head, doc } -> Site (from heads alone) -> View -> Artifact -> Tree -> Changes
//! ```
//!
//! Every arrow is one function from values to a value; every value is ordered and has a digest.
//!
//! # The rooms, in reading order
//!
//! Each room uses only rooms on lower floors, never one on its own floor; `tests/suite/architecture.rs` enforces it.
//!
//! | floor | room | what lives there |
//! |---|---|---|
//! | 0 | [`model`] | plain data: paths, digests, spans, diagnostics, configuration, pages, the woven site |
//! | 1 | [`source`] | the only reader: configuration, the tree of sources, the clock, git, the environment |
//! | 2 | [`parse`] | an article's text to its head and its document |
//! | 3 | [`link`] | heads to the woven site: addresses, order, topics, terms, related reading, backlinks |
//! | 4 | [`render`] | views, templates, highlighted code: everything that becomes bytes |
//! | 5 | [`check`] | the rules between pages and of heads, how much each finding matters, and reports for programs |
//! | 5 | [`output`] | the tree of artifacts, its manifest, and the only writer of files |
//! | 6 | [`build`] | the pipeline and its memo points |
//! | 7 | [`serve`], [`scaffold`], [`import`] | live preview; new sites and articles; text that comes from elsewhere |
//! | 7 | [`publish`], [`compare`] | a built site to where readers are: a plan, then only what differs; what two builds differ in |
//! | 7 | [`samples`], [`probe`] | samples of code, run to see whether they work; links to other sites, asked |
//! | 7 | [`refactor`], [`fit`] | articles and headings that get other names; weights that fit what editors listed |
//! | 8 | [`cli`] | arguments, commands, and how diagnostics are drawn |
//!
//! # Architecture invariants
//!
//! 1. Only [`source`] reads the disk, the clock, git and the environment; only [`output`] writes files.
//! 2. Stages map values to values. A mistake in the content is a [`model::Diagnostic`] in the value, never an `Err`.
//! 3. Each article is parsed once, and nobody parses what we have rendered.
//! 4. [`link`] sees heads, never bodies. Typing prose in one article never touches another, unless a fact in its head
//!    changed: its title, headings, topics or links, a sentence around a link, or the few words that describe it best.
//! 5. A template sees its view and nothing else.
//! 6. Nothing is invalidated. A changed input has a different name.

pub mod build;
pub mod check;
pub mod cli;
pub mod compare;
pub mod fit;
pub mod import;
pub mod link;
pub mod model;
pub mod output;
pub mod parse;
pub mod probe;
pub mod publish;
pub mod refactor;
pub mod render;
pub mod samples;
pub mod scaffold;
pub mod serve;
pub mod source;
