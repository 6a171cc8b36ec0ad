//! Calendar dates.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A date of the civil calendar, without a time or a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// A date from a year, a month (1 to 12) and a day; `None` where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The date in UTC of a count of seconds since 1970.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let zone = jiff::tz::TimeZone::UTC;
        jiff::Timestamp::from_second(seconds).ok().map(|t| Self(t.to_zoned(zone).date()))
    }

    /// The date by a pattern of `strftime`, such as `%-d %B %Y`.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern.
    pub fn format(&self, pattern: &str) -> Result<String, String> {
        jiff::fmt::strtime::format(pattern, self.0).map_err(|error| error.to_string())
    }

    /// The day of the week, from 0 for Monday to 6 for Sunday.
    pub fn weekday(&self) -> i8 {
        self.0.weekday().to_monday_zero_offset()
    }

    /// The year, such as 2026.
    pub fn year(&self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(&self) -> i8 {
        self.0.day()
    }
}

impl FromStr for Date {
    type Err = String;

    /// `2026-11-20`, with or without a time after it (`T09:00:00Z`, ` 09:00`), which is left aside.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let head = text.get(..10).unwrap_or(text);
        let tail = text.get(10..).unwrap_or("");
        let dated = tail.is_empty() || tail.starts_with(['T', 't', ' ']);
        match head.parse::<jiff::civil::Date>() {
            Ok(date) if dated => Ok(Self(date)),
            _ => Err(format!("`{text}` is not a date such as 2026-11-20")),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateText)
    }
}

struct DateText;

impl serde::de::Visitor<'_> for DateText {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-11-20")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!("2026-11-20".parse::<Date>().map(|d| d.to_string()), Ok("2026-11-20".to_owned()));
        assert!("2026-11-20T10:00:00Z".parse::<Date>().is_ok());
        for bad in ["2026-02-30", "20.11.2026", "2026-11-20x", "", "soon"] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
}
