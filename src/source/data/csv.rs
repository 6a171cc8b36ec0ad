//! CSV (RFC 4180, read generously): a list of tables, whose keys are the cells of the first row.

use std::{collections::BTreeSet, ops::Range};

use csv::{Reader, ReaderBuilder, StringRecord};

use crate::model::{
    Diagnostic,
    node::{Entry, Node, NodeKind},
};
use crate::source::data::{MOST_ERRORS, bytes, finish, syntax};

/// Reads the CSV in `text`, the file `path`: cells are text, whatever they hold, and rows that hold nothing are left out.
/// Where the first row has no comma, semicolons part the cells, or else tabs. A cell's place is its whole row.
///
/// `most_values` is how many cells it may hold.
pub(super) fn csv_node(path: &str, text: &str, most_values: usize) -> Result<Node, Vec<Diagnostic>> {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut rows = Rows { path, text, end: text.trim_end_matches(['\r', '\n']).len(), diagnostics: Vec::new() };
    let mut record = StringRecord::new();
    let Some(header) = rows.next(&mut reader, &mut record).map(|_| record.clone()) else {
        return Ok(Node { kind: NodeKind::Array(Vec::new()), span: bytes(0..text.len()) });
    };
    let keys = rows.keys(&header);
    let mut nodes = Vec::new();
    let mut cells = keys.len();
    while let Some(range) = rows.next(&mut reader, &mut record) {
        cells += record.len();
        if cells > most_values {
            return Err(vec![super::files::too_many(path, most_values)]);
        }
        if rows.is_open(&range) {
            let message = "this is not CSV: a quote is never closed".to_owned();
            rows.report(range, message, Some("end the cell with `\"`; a quote inside it is written twice"));
            continue;
        }
        if record.len() != keys.len() {
            rows.ragged(record.len(), keys.len(), range);
            continue;
        }
        let span = bytes(range);
        let entry = |(key, cell): (&String, &str)| {
            let value = Node { kind: NodeKind::String(cell.to_owned()), span };
            Entry { key: key.clone(), key_span: span, value }
        };
        nodes.push(Node { kind: NodeKind::Table(keys.iter().zip(&record).map(entry).collect()), span });
    }
    if rows.diagnostics.is_empty() {
        finish(path, Node { kind: NodeKind::Array(nodes), span: bytes(0..text.len()) }, text)
    } else {
        Err(rows.diagnostics)
    }
}

/// What parts the cells: what stands in the first line, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let first = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or("");
    let bare = || first.split('"').step_by(2);
    let has = |mark: char| bare().any(|part| part.contains(mark));
    [',', ';', '\t'].into_iter().find(|mark| has(*mark)).unwrap_or(',') as u8
}

struct Rows<'a> {
    path: &'a str,
    text: &'a str,
    /// Where its last row ends.
    end: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Rows<'_> {
    /// The next row that holds something, and where it stands, without its line end.
    fn next(&mut self, reader: &mut Reader<&[u8]>, record: &mut StringRecord) -> Option<Range<usize>> {
        loop {
            match reader.read_record(record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.report(0..0, format!("this is not CSV: {error}"), None);
                    return None;
                }
            }
            let start = record.position().map_or(0, csv::Position::byte) as usize;
            let end = (reader.position().byte() as usize).min(self.text.len());
            let row = self.text.get(start..end).unwrap_or("");
            let start = start + (row.len() - row.trim_start_matches(['\r', '\n']).len());
            let range = start..start + row.trim_matches(['\r', '\n']).len();
            if !record.iter().all(str::is_empty) {
                return Some(range);
            }
        }
    }

    /// The names of the columns.
    fn keys(&mut self, header: &StringRecord) -> Vec<String> {
        let keys: Vec<String> = header.iter().map(|cell| cell.trim().to_owned()).collect();
        let mut seen = BTreeSet::new();
        for (index, key) in keys.iter().enumerate() {
            let number = index + 1;
            if key.is_empty() {
                let message = format!("column {number} has no name");
                self.report_in_header(message, "give each column a name in the first row");
            } else if !seen.insert(key.as_str()) {
                let message = format!("two columns are called `{}`", key.chars().take(100).collect::<String>());
                self.report_in_header(message, "rename one of the two");
            }
        }
        keys
    }

    fn report_in_header(&mut self, message: String, help: &str) {
        let start = self.text.len() - self.text.trim_start_matches(['\r', '\n']).len();
        let end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
        self.report(start..end, message, Some(help));
    }

    /// Whether the last row took in all the rest for want of a quote.
    fn is_open(&self, range: &Range<usize>) -> bool {
        let row = || &self.text[range.clone()];
        range.end == self.end && row().contains('\n') && row().matches('"').count() % 2 == 1
    }

    fn ragged(&mut self, cells: usize, columns: usize, range: Range<usize>) {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let (cells_end, columns_end) = (plural(cells), plural(columns));
        let message = format!("a row of {cells} cell{cells_end} in a table of {columns} column{columns_end}");
        self.report(range, message, Some("put a cell that holds a comma in quotes; leave no cell out"));
    }

    fn report(&mut self, range: Range<usize>, message: String, help: Option<&str>) {
        if self.diagnostics.len() >= MOST_ERRORS {
            return;
        }
        // A mistake is shown in the line where it begins.
        let line = self.text[range.clone()].find('\n').map_or(range.end, |end| range.start + end);
        let diagnostic = syntax(self.path, self.text, range.start..line, message);
        self.diagnostics.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match csv_node("data/a.csv", text, 1000) {
            Ok(node) => serde_json::to_string(&node.into_value()).expect("JSON"),
            Err(problems) => problems.iter().map(|problem| format!("{problem}\n")).collect(),
        }
    }

    #[test]
    fn rows_are_tables_of_texts() {
        for (text, expected) in [
            ("a,b\n1,2\n", r#"[{"a":"1","b":"2"}]"#),
            ("a,b\r\n1,2\r\n\r\n3,", r#"[{"a":"1","b":"2"},{"a":"3","b":""}]"#),
            ("a;b\n1,5;2", r#"[{"a":"1,5","b":"2"}]"#),
            ("a\tb\n1\t2", r#"[{"a":"1","b":"2"}]"#),
            ("\"a;1\",b\n1,2", r#"[{"a;1":"1","b":"2"}]"#),
            ("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n", r#"[{"a":"x, \"y\"","b":"two\nlines"}]"#),
            (" a , b\n x,y ", r#"[{"a":" x","b":"y "}]"#),
            ("only\none\ntwo", r#"[{"only":"one"},{"only":"two"}]"#),
            ("\n\na,b\n,\n1,2", r#"[{"a":"1","b":"2"}]"#),
            ("a,b\n", "[]"),
            ("", "[]"),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn mistakes_have_the_line_of_their_row() {
        for (text, expected) in [
            ("a,b\n\"x\ny\",2\n1,2,3\n", "data/a.csv:4:1: error[syntax]: a row of 3 cells in a table of 2 columns\n"),
            ("a,b\n1\n", "data/a.csv:2:1: error[syntax]: a row of 1 cell in a table of 2 columns\n"),
            ("a,b\n1,\"2\n3,4\n", "data/a.csv:2:1: error[syntax]: this is not CSV: a quote is never closed\n"),
            (
                "a,,a\n",
                "data/a.csv:1:1: error[syntax]: column 2 has no name\ndata/a.csv:1:1: error[syntax]: two columns are called `a`\n",
            ),
            (
                &format!("a\n{}", "1\n".repeat(1000)),
                "data/a.csv:1:1: error[too-large]: data of more than 1000 values\n",
            ),
            (&format!("a,b\n{}", "1\n".repeat(100)), &"x".repeat(0)),
        ] {
            let found = read(text);
            if expected.is_empty() {
                assert_eq!(found.lines().count(), MOST_ERRORS);
            } else {
                assert_eq!(found, expected, "{text:?}");
            }
        }
    }
}
