//! Filters and functions that templates have beside those of the engine.

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::table;
use crate::model::Date;
use crate::render::sidebar;

/// Makes them known to an engine.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_filter("number", number);
    tera.register_filter("table", table::filter);
    tera.register_function("current", |arguments: Kwargs, _: &State| -> TeraResult<Value> {
        Ok(Value::safe_string(&sidebar::hole(arguments.must_get::<&str>("url")?)))
    });
}

/// `{{ page.date | date(format="%-d %B %Y") }}`: a date by a pattern of strftime.
fn date(text: &str, arguments: Kwargs, _: &State) -> TeraResult<String> {
    let format = arguments.get::<&str>("format")?.unwrap_or("%-d %B %Y");
    let date: Date = text.parse().map_err(tera::Error::message)?;
    date.format(format).map_err(tera::Error::message)
}

/// `{{ 12345 | number }}`: digits in groups of three.
fn number(number: i64, _: Kwargs, _: &State) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
