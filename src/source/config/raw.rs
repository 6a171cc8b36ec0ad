//! `site.toml` as somebody types it.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::model::{Level, Spanned, Value, config::FeedContent};
use crate::source::config::external::RawExternal;

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
    pub(super) footer: RawFooter,
    pub(super) archive: RawArchive,
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
    pub(super) js: RawJs,
    pub(super) social: RawSocial,
    pub(super) inventory: RawInventory,
    pub(super) inventories: InOrder<RawElsewhere>,
    pub(super) json: RawJson,
    pub(super) search: RawSearch,
    pub(super) strings: Option<Spanned<Value>>,
    pub(super) check: RawCheck,
    pub(super) publish: InOrder<RawTarget>,
    pub(super) cache: RawCache,
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
    pub(super) untrusted: Option<Choice<Folders>>,
    pub(super) untrusted_components: Option<Vec<String>>,
}

/// All of something, nothing of it, or what is listed: `true`, `false` or a list of what `L` names.
pub(super) enum Choice<L> {
    All(bool),
    Listed(Vec<Spanned<String>>, PhantomData<L>),
}

/// What a list holds, as errors say it.
pub(super) trait Listed {
    const WHAT: &'static str;
}

/// The folders of articles that strangers may write.
pub(super) struct Folders;

impl Listed for Folders {
    const WHAT: &'static str = "folders";
}

/// How texts are held compressed.
pub(super) struct Encodings;

impl Listed for Encodings {
    const WHAT: &'static str = "encodings";
}

impl<'de, L: Listed> Deserialize<'de> for Choice<L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChoiceVisitor(PhantomData))
    }
}

struct ChoiceVisitor<L>(PhantomData<L>);

impl<'de, L: Listed> Visitor<'de> for ChoiceVisitor<L> {
    type Value = Choice<L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "true, false or a list of {}", L::WHAT)
    }

    fn visit_bool<E: serde::de::Error>(self, all: bool) -> Result<Choice<L>, E> {
        Ok(Choice::All(all))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Choice<L>, A::Error> {
        let mut listed = Vec::new();
        while let Some(next) = list.next_element()? {
            listed.push(next);
        }
        Ok(Choice::Listed(listed, PhantomData))
    }
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
    pub(super) sidebar: Option<bool>,
    pub(super) open: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFooter {
    pub(super) text: Option<String>,
    pub(super) links: Vec<RawLink>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawArchive {
    pub(super) enabled: bool,
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
    pub(super) weights: InOrder<Spanned<f64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTerms {
    pub(super) links: Option<bool>,
    pub(super) limit: Option<Spanned<i64>>,
    pub(super) glossary: Option<bool>,
    pub(super) avoid: InOrder<RawTexts>,
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
pub(super) struct RawJs {
    pub(super) minify: Option<bool>,
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
    pub(super) to: Spanned<String>,
    #[serde(default)]
    pub(super) relative: bool,
    #[serde(default)]
    pub(super) base_url: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) host: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) headers: InOrder<Spanned<String>>,
    #[serde(default)]
    pub(super) removals: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) releases: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) keep: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) branch: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) history: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) cname: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) endpoint: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) region: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) account: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) compress: Option<Spanned<Choice<Encodings>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCache {
    pub(super) remote: Option<Spanned<String>>,
    pub(super) endpoint: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) account: Option<Spanned<String>>,
    pub(super) push: Option<Spanned<bool>>,
    pub(super) timeout: Option<Spanned<i64>>,
}

/// `[check]`: levels by rule, and tables that are no rules.
#[derive(Default)]
pub(super) struct RawCheck {
    pub(super) levels: InOrder<Level>,
    pub(super) paths: InOrder<InOrder<Level>>,
    /// What a field is: the name of a type, with `?` behind it where the field may be absent, or the texts that it may have.
    pub(super) fields: InOrder<InOrder<RawTexts>>,
    pub(super) samples: InOrder<RawSample>,
    pub(super) external: RawExternal,
    pub(super) images: RawCheckedImages,
}

/// `[check.images]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCheckedImages {
    pub(super) bytes: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSample {
    pub(super) command: Spanned<String>,
    #[serde(default)]
    pub(super) extension: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) timeout: Option<Spanned<i64>>,
}

impl<'de> Deserialize<'de> for RawCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CheckVisitor)
    }
}

struct CheckVisitor;

impl<'de> Visitor<'de> for CheckVisitor {
    type Value = RawCheck;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawCheck, A::Error> {
        let mut check = RawCheck::default();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            match key.value.as_str() {
                "paths" => check.paths = map.next_value()?,
                "fields" => check.fields = map.next_value()?,
                "samples" => check.samples = map.next_value()?,
                "external" => check.external = map.next_value()?,
                "images" => check.images = map.next_value()?,
                _ => {
                    let level = map.next_value()?;
                    check.levels.0.push((key, level));
                }
            }
        }
        Ok(check)
    }
}

/// A text, or a list of texts.
pub(super) enum RawTexts {
    One(String),
    Several(Vec<String>),
}

impl<'de> Deserialize<'de> for RawTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = RawTexts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a list of texts")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawTexts, E> {
        Ok(RawTexts::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawTexts, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(RawTexts::Several(texts))
    }
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
