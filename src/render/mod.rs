//! Everything that becomes bytes.
//!
//! In: the configuration, the woven site, a theme, and for each page its body. Out: the bytes of each artifact, and
//! before that its *key*: the digest of all that the bytes depend on, so that a page whose key is known is not rendered.
//!
//! What must stay true: a template sees its view and nothing else. Only this room knows Tera, and only [`theme`]
//! compiles and renders templates; only [`highlight`] knows syntect, only [`style`] lightningcss, only the theme's scripts know
//! oxc, only [`social`] draws. The same input gives the same bytes.

mod archive;
pub mod body;
pub mod card;
pub mod code;
pub mod component;
pub mod feed;
mod glossary;
pub mod graph;
pub mod highlight;
pub mod inventory;
pub mod job;
pub mod json;
mod listing;
pub mod llms;
pub mod manifest;
pub mod media;
mod page;
pub mod picture;
pub mod search;
mod search_page;
mod sidebar;
pub mod sitemap;
pub mod social;
pub mod strings;
mod structured;
pub mod style;
pub mod theme;
mod topic_map;
pub mod view;

pub use job::{Job, Key, Renderer};
pub use page::copy_path;
pub use theme::Theme;

/// Counts up with every change of what this stage makes of the same view.
pub const VERSION: u32 = 4;
