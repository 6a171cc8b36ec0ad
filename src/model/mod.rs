//! Plain data: the words that every other room speaks.
//!
//! Nothing comes in and nothing goes out: these are the values that the stages map to one another. They hold no
//! behaviour beyond construction, comparison and small questions about themselves, and they never touch the machine. One part
//! of one value may be away, and is named by another that is not: all words of an article ([`profile::Lexicon`]).
//!
//! What must stay true: every value is ordered (`Vec`, `BTreeMap`), serialisable, and equal values have equal
//! [`Digest`]s on every machine.

pub mod card;
pub mod config;
pub mod data;
pub mod date;
pub mod diagnostic;
pub mod digest;
pub mod doc;
pub mod edit;
pub mod error;
pub mod excerpt;
pub mod extensions;
pub mod external;
pub mod inventory;
pub mod media;
pub mod node;
mod packed;
pub mod page;
pub mod path;
pub mod phrase;
pub mod profile;
pub mod rule;
pub mod shard;
pub mod signal;
pub mod site;
pub mod span;
pub mod target;
pub mod untrusted;
pub mod value;

pub use config::Config;
pub use data::Data;
pub use date::Date;
pub use diagnostic::{Diagnostic, Level, Place};
pub use digest::Digest;
pub use doc::Doc;
pub use edit::{Edit, Patch};
pub use error::Error;
pub use page::{FrontMatter, Head};
pub use path::RelPath;
pub use rule::{ASKED_FOR, RULES, Rule};
pub use shard::Shard;
pub use site::Site;
pub use span::{Lines, Span, Spanned};
pub use value::Value;
