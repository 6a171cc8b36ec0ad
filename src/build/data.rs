//! The data files that pages ask for, each parsed once as long as a session lives.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::model::{
    Data, Diagnostic, Digest, Error, RelPath, Value,
    card::CardGroup,
    data::{Ask, DataFile},
};
use crate::parse::card;
use crate::source::{Files, data::files};

/// Parsed files by path, digest and what is asked of them.
pub(super) type Memo = Mutex<FxHashMap<(RelPath, Digest, Ask), Arc<Parsed>>>;

/// What a data file came to.
#[derive(Debug)]
pub(super) struct Parsed {
    content: Option<Content>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
enum Content {
    Value(Arc<Value>),
    Cards(Arc<CardGroup>),
}

/// Reads what is asked for: names of data files, of which some may not exist. Forgets what nobody asks for any more.
pub(super) fn load(
    memo: &Memo,
    files: &dyn Files,
    known: BTreeMap<String, DataFile>,
    asked: &BTreeSet<(&str, Ask)>,
) -> Result<(Data, Vec<Diagnostic>), Error> {
    let wanted = asked.iter().filter_map(|(name, ask)| Some((*name, *ask, known.get(*name)?)));
    let wanted: Vec<(&str, Ask, &DataFile)> = wanted.collect();
    let parsed = wanted.par_iter().map(|(_, ask, file)| {
        let key = (file.path.clone(), file.digest, *ask);
        let remembered = memo.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let parsed = remembered.map_or_else(|| parse(files, file, *ask).map(Arc::new), Ok)?;
        Ok((key, parsed))
    });
    let parsed: Vec<(_, Arc<Parsed>)> = parsed.collect::<Result<_, Error>>()?;
    let (mut values, mut cards, mut diagnostics) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for ((name, ..), (_, parsed)) in wanted.iter().zip(&parsed) {
        diagnostics.extend(parsed.diagnostics.iter().cloned());
        match &parsed.content {
            Some(Content::Value(value)) => drop(values.insert((*name).to_owned(), value.clone())),
            Some(Content::Cards(group)) => drop(cards.insert((*name).to_owned(), group.clone())),
            None => {}
        }
    }
    *memo.lock().unwrap_or_else(PoisonError::into_inner) = parsed.into_iter().collect();
    Ok((Data { files: known, values, cards }, diagnostics))
}

fn parse(files: &dyn Files, file: &DataFile, ask: Ask) -> Result<Parsed, Error> {
    let (node, mut diagnostics) = files::read(files, file)?;
    let content = node.and_then(|node| match ask {
        Ask::Value => Some(Content::Value(Arc::new(node.into_value()))),
        Ask::Cards => {
            let (group, problems) = card::group(file.path.as_str(), &node);
            let is_fine = problems.is_empty();
            diagnostics.extend(problems);
            is_fine.then(|| Content::Cards(Arc::new(group)))
        }
    });
    Ok(Parsed { content, diagnostics })
}
