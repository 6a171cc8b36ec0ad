//! `site.toml` as somebody types it.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use crate::model::{Spanned, Value, config::FeedContent};
use crate::source::config::external::RawCheck;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    pub(super) title: Option<Spanned<String>>,
    pub(super) base_url: Option<Spanned<String>>,
    pub(super) description: String,
    pub(super) language: Option<Spanned<String>>,
    pub(super) authors: Vec<String>,
    pub(super) theme: Option<Spanned<String>>,
    pub(super) output: Option<Spanned<String>>,
    pub(super) uglyurls: bool,
    pub(super) git_dates: Option<bool>,
    pub(super) edit_url: Option<Spanned<String>>,
    pub(super) markdown: RawMarkdown,
    pub(super) callouts: InOrder<RawCallout>,
    pub(super) topics: InOrder<RawTopic>,
    pub(super) weave: RawWeave,
    pub(super) nav: RawNav,
    pub(super) feed: RawFeed,
    pub(super) llms: RawLlms,
    pub(super) translations: Vec<RawTranslation>,
    pub(super) icon: Option<Spanned<String>>,
    pub(super) logo: Option<Spanned<String>>,
    pub(super) manifest: RawManifest,
    pub(super) links: RawLinks,
    pub(super) related: RawRelated,
    pub(super) terms: RawTerms,
    pub(super) images: RawImages,
    pub(super) css: RawCss,
    pub(super) social: RawSocial,
    pub(super) inventory: RawInventory,
    pub(super) inventories: InOrder<RawElsewhere>,
    pub(super) json: RawJson,
    pub(super) search: RawSearch,
    pub(super) strings: Option<Spanned<Value>>,
    pub(super) check: RawCheck,
    pub(super) publish: BTreeMap<String, RawTarget>,
    pub(super) extra: Option<Spanned<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawMarkdown {
    pub(super) highlight: Option<bool>,
    pub(super) smart_punctuation: Option<bool>,
    pub(super) toc_depth: Option<Spanned<i64>>,
    pub(super) extensions: BTreeMap<String, bool>,
    pub(super) questions: Option<Vec<String>>,
    pub(super) copies: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCallout {
    pub(super) title: String,
    pub(super) like: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTopic {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) keywords: Vec<String>,
    pub(super) terms: InOrder<String>,
    pub(super) parent: Option<Spanned<String>>,
    pub(super) colour: Option<Spanned<String>>,
    pub(super) color: Option<Spanned<String>>,
    pub(super) icon: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawWeave {
    pub(super) auto_topics: Option<bool>,
    pub(super) topic_threshold: Option<Spanned<f64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNav {
    pub(super) links: Vec<RawLink>,
    pub(super) window: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLink {
    pub(super) title: String,
    pub(super) to: Spanned<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFeed {
    pub(super) enabled: Option<bool>,
    pub(super) topics: Option<bool>,
    pub(super) sections: Option<bool>,
    pub(super) limit: Option<Spanned<i64>>,
    pub(super) content: FeedContent,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLlms {
    pub(super) enabled: Option<bool>,
    pub(super) full: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTranslation {
    pub(super) language: Spanned<String>,
    pub(super) base_url: Spanned<String>,
    #[serde(default)]
    pub(super) default: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawManifest {
    pub(super) enabled: Option<bool>,
    pub(super) short_name: Option<String>,
    pub(super) colour: Option<Spanned<String>>,
    pub(super) color: Option<Spanned<String>>,
    pub(super) background: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLinks {
    pub(super) prefetch: Option<bool>,
    pub(super) previews: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRelated {
    pub(super) enabled: Option<bool>,
    pub(super) limit: Option<Spanned<i64>>,
    pub(super) sections: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTerms {
    pub(super) links: Option<bool>,
    pub(super) limit: Option<Spanned<i64>>,
    pub(super) glossary: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawImages {
    pub(super) widths: Option<Vec<Spanned<i64>>>,
    pub(super) formats: Option<Vec<Spanned<String>>>,
    pub(super) quality: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCss {
    pub(super) minify: Option<bool>,
    pub(super) browsers: Option<InOrder<Spanned<String>>>,
    pub(super) variables: InOrder<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSocial {
    pub(super) enabled: Option<bool>,
    pub(super) background: Option<Spanned<String>>,
    pub(super) text: Option<Spanned<String>>,
    pub(super) accent: Option<Spanned<String>>,
    pub(super) fonts: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawInventory {
    pub(super) enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawElsewhere {
    pub(super) file: Spanned<String>,
    #[serde(default)]
    pub(super) url: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawJson {
    pub(super) pages: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSearch {
    pub(super) enabled: Option<bool>,
    pub(super) path: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTarget {
    pub(super) to: String,
    pub(super) branch: Option<String>,
}

/// A table whose entries stay in the order of the file.
pub(super) struct InOrder<T>(pub(super) Vec<(Spanned<String>, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrderVisitor(PhantomData))
    }
}

struct InOrderVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrderVisitor<T> {
    type Value = InOrder<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(InOrder(entries))
    }
}
