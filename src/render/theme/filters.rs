//! Filters and functions that templates have beside those of the engine.

use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::table;
use crate::model::Date;
use crate::render::{
    sidebar,
    strings::{Strings, fill, plural},
};

/// Makes them known to an engine, in the language of `strings`.
pub(super) fn register(tera: &mut Tera, strings: &Arc<Strings>) {
    let spoken = strings.clone();
    tera.register_filter("date", move |text: &str, arguments: Kwargs, _: &State| date(&spoken, text, &arguments));
    let spoken = strings.clone();
    tera.register_filter("number", move |number: i64, _: Kwargs, _: &State| -> String { spoken.number(number) });
    let spoken = strings.clone();
    tera.register_filter("fill", move |phrase: &Value, arguments: Kwargs, _: &State| say(&spoken, phrase, &arguments));
    tera.register_filter("table", table::filter);
    tera.register_function("current", |arguments: Kwargs, _: &State| -> TeraResult<Value> {
        Ok(Value::safe_string(&sidebar::hole(arguments.must_get::<&str>("url")?)))
    });
}

/// `{{ page.date | date }}`: a date as the language of the site writes it; `date(format="%Y")`: by a pattern of strftime.
fn date(strings: &Strings, text: &str, arguments: &Kwargs) -> TeraResult<String> {
    let date: Date = text.parse().map_err(tera::Error::message)?;
    match arguments.get::<&str>("format")? {
        Some(format) => strings.date_by(date, format).map_err(tera::Error::message),
        None => Ok(strings.date(date)),
    }
}

/// `{{ strings.page_count | fill(count=3) }}`: a text with its gaps filled, in the form that the number asks for.
fn say(strings: &Strings, phrase: &Value, arguments: &Kwargs) -> TeraResult<String> {
    let text = match (phrase.as_str(), phrase.as_map()) {
        (Some(text), _) => text,
        (None, Some(forms)) => {
            let form = plural::form(strings.language(), arguments.must_get::<i64>("count")?.unsigned_abs());
            let spoken = |form: &str| {
                let found = forms.iter().find(|(key, _)| key.as_str() == Some(form));
                found.and_then(|(_, text)| text.as_str())
            };
            spoken(form).or_else(|| spoken("other")).unwrap_or("")
        }
        (None, None) => return Err(tera::Error::message(format!("expected a string, found {}", phrase.name()))),
    };
    let given = |name: &str| {
        let (_, value) = arguments.iter().find(|(key, _)| key.as_str() == Some(name))?;
        Some(value.as_i64().map_or_else(|| value.to_string(), |number| strings.number(number)))
    };
    Ok(fill(text, given))
}
