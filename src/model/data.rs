//! Data files, and what pages ask of them.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::{card::CardGroup, digest::Digest, path::RelPath, value::Value};

/// A file below `data/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Its path from the site's root.
    pub path: RelPath,
    /// Names its content.
    pub digest: Digest,
}

/// The data of a site: all files by name, and the content of those that some page asks for.
///
/// The name of `data/a/people.csv` is `a/people`.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// All files by name.
    pub files: BTreeMap<String, DataFile>,
    /// Content by name, of files that are asked for and have no mistake.
    pub values: BTreeMap<String, Arc<Value>>,
    /// The same for files that are asked for as cards.
    pub cards: BTreeMap<String, Arc<CardGroup>>,
}

impl Data {
    /// The table rows in the file `name`: a list of tables, or the one list of tables in a table.
    pub fn rows(&self, name: &str) -> Option<&[Value]> {
        match &**self.values.get(name)? {
            Value::Array(rows) if all_tables(rows) => Some(rows),
            Value::Table(entries) => {
                let mut lists = entries.iter().filter_map(|(_, value)| match value {
                    Value::Array(rows) if all_tables(rows) => Some(rows.as_slice()),
                    _ => None,
                });
                lists.next().filter(|_| lists.next().is_none())
            }
            _ => None,
        }
    }
}

fn all_tables(rows: &[Value]) -> bool {
    rows.iter().all(|row| matches!(row, Value::Table(_)))
}

/// What a page asks of a data file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Ask {
    /// Its content, whatever it is.
    #[default]
    Value,
    /// Cards.
    Cards,
}
