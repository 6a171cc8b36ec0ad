//! The filter `table`: data as rows and columns that a template can draw.

use std::{cmp::Ordering, collections::BTreeSet};

use serde::Serialize;
use tera::{Kwargs, Map, State, TeraResult, Value, value::Key};

/// A table, ready to be drawn.
#[derive(Serialize)]
struct Table {
    columns: Vec<Column>,
    /// Cells in the order of the columns.
    rows: Vec<Vec<Value>>,
}

#[derive(Serialize)]
struct Column {
    name: String,
    /// Whether all its cells that hold something are numbers.
    number: bool,
    /// `ascending` or `descending` for the column that the rows are sorted by; else empty.
    sorted: &'static str,
}

/// `{{ rows | table(columns=["name"], sort="-size") }}`: a list of tables as `columns` and `rows`. Without `columns`, all
/// keys are columns, in the order in which they come up. `sort` names a column; a `-` before it turns the order round.
pub(super) fn filter(rows: &Value, arguments: Kwargs, _: &State) -> TeraResult<Value> {
    let wanted: Vec<Value> = arguments.get::<Vec<Value>>("columns")?.unwrap_or_default();
    let wanted: Vec<&str> = wanted.iter().filter_map(Value::as_str).collect();
    let sort = arguments.get::<&str>("sort")?.unwrap_or("");
    let not_rows = || tera::Error::message(format!("expected a list of tables, found {}", rows.name()));
    let rows = rows.as_array().ok_or_else(not_rows)?;
    let rows: Vec<&Map> = rows.iter().map(Value::as_map).collect::<Option<_>>().ok_or_else(not_rows)?;
    let names = columns(&rows);
    let known: BTreeSet<&str> = names.iter().copied().collect();
    let wanted = if wanted.is_empty() { names } else { wanted };
    let (key, descending) = match sort.strip_prefix('-') {
        Some(key) if !known.contains(sort) => (key, true),
        _ => (sort, false),
    };
    let asked = wanted.iter().chain((!key.is_empty()).then_some(&key));
    if let Some(unknown) = asked.filter(|_| !rows.is_empty()).find(|name| !known.contains(**name)) {
        return Err(tera::Error::message(format!("the data has no column `{unknown}`")));
    }
    let rows = sorted(rows, key, descending);
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        number: is_number_column(&rows, name),
        sorted: match (*name == key, descending) {
            (false, _) => "",
            (true, false) => "ascending",
            (true, true) => "descending",
        },
    };
    let row = |row: &&Map| wanted.iter().map(|name| cell(row, name)).collect();
    let table = Table { columns: wanted.iter().map(column).collect(), rows: rows.iter().map(row).collect() };
    Ok(Value::from_serializable(&table))
}

/// All keys, in the order in which they come up.
fn columns<'a>(rows: &[&'a Map]) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let keys = rows.iter().flat_map(|row| row.keys().filter_map(Key::as_str));
    keys.filter(|key| seen.insert(*key)).collect()
}

fn cell(row: &Map, name: &str) -> Value {
    match row.get(&Key::Str(name)) {
        None => Value::from(""),
        Some(value) if value.is_none() => Value::from(""),
        Some(value) => match value.as_array() {
            Some(items) => Value::from(items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
            None => value.clone(),
        },
    }
}

fn is_number_column(rows: &[&Map], name: &str) -> bool {
    let cells = rows.iter().map(|row| cell(row, name));
    let mut any = false;
    let all = cells.filter(|cell| cell.as_str() != Some("")).all(|cell| {
        any = true;
        value_of(&cell).is_some()
    });
    any && all
}

/// Rows by the values of a column: numbers by value, text without regard to case, and what is empty last.
fn sorted<'a>(rows: Vec<&'a Map>, key: &str, descending: bool) -> Vec<&'a Map> {
    if key.is_empty() {
        return rows;
    }
    let numbers = is_number_column(&rows, key);
    let keyed = rows.into_iter().map(|row| {
        let cell = cell(row, key);
        let text = cell.to_string().to_lowercase();
        (text.is_empty(), value_of(&cell).filter(|_| numbers).unwrap_or(0.0), text, row)
    });
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort_by(|a, b| {
        let order = a.1.total_cmp(&b.1).then_with(|| if numbers { Ordering::Equal } else { a.2.cmp(&b.2) });
        a.0.cmp(&b.0).then(if descending { order.reverse() } else { order })
    });
    keyed.into_iter().map(|(.., row)| row).collect()
}

fn value_of(cell: &Value) -> Option<f64> {
    cell.as_str().map_or_else(|| cell.as_f64(), number)
}

/// The number that a text shows: with a sign, groups of three digits parted by commas, dots, apostrophes or spaces, a
/// decimal dot or comma, a sign of a currency before it or a `%` behind it.
fn number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (sign, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.trim_start_matches(['$', '\u{20ac}', '\u{a3}', '\u{a5}']).trim_start();
    let is_mark = |c: char| matches!(c, '.' | ',');
    let is_gap = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}');
    let fine = |c: char| c.is_ascii_digit() || is_mark(c) || is_gap(c);
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.ends_with(|c: char| c.is_ascii_digit())
        || !text.chars().all(fine)
    {
        return None;
    }
    let last = text.rfind(is_mark);
    let is_decimal = last.is_some_and(|at| {
        let mark = &text[at..at + 1];
        let other = text[..at].contains(is_mark);
        let alone = !text[..at].contains(mark);
        // `1.234` is a decimal dot, `1,234` a group of digits: that is how most data are written.
        alone && (other || mark == "." || text.len() - at - 1 != 3)
    });
    let (whole, decimals) = match last.filter(|_| is_decimal) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut groups = whole.split(|c| is_mark(c) || is_gap(c));
    let first = groups.next()?;
    let grouped = groups.clone().next().is_none() || (first.len() <= 3 && groups.all(|group| group.len() == 3));
    if !grouped {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let decimals = decimals.get(1..).unwrap_or("");
    if decimals.bytes().any(|byte| !byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits}.{decimals}0").parse::<f64>().ok().map(|number| sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_as_people_write_them() {
        for (text, value) in [
            ("12", Some(12.0)),
            ("-1.5", Some(-1.5)),
            ("\u{2212}3", Some(-3.0)),
            ("1,234", Some(1234.0)),
            ("1,234.5", Some(1234.5)),
            ("1.234,5", Some(1234.5)),
            ("1.234", Some(1.234)),
            ("1,5", Some(1.5)),
            ("1 234 567", Some(1_234_567.0)),
            ("12 %", Some(12.0)),
            ("$ 1,000", Some(1000.0)),
            ("2026-11-20", None),
            ("1 2", None),
            ("1.2.3", None),
            ("12px", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
