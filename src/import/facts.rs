//! Facts on a card, such as `Full Time Senior USD 100K - 120K`.

use crate::import::prose::one_line;

/// How somebody is employed.
const EMPLOYMENT: &[&str] = &[
    "full time",
    "full-time",
    "part time",
    "part-time",
    "internship",
    "contract",
    "contractor",
    "freelance",
    "temporary",
    "permanent",
    "volunteer",
    "apprenticeship",
    "vollzeit",
    "teilzeit",
];

const CURRENCIES: &[&str] = &[
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "INR", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "BRL",
    "MXN", "SGD", "HKD", "ZAR", "ILS", "KRW", "THB",
];

/// The facts of a line, if it has any that are known: parted by signs, or as employment, level and pay.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = line.split(['·', '•', '|', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut known = false;
    let mut facts = Vec::new();
    for part in parts {
        let employed = employment(part);
        let rest = &part[employed..];
        let pay = pay(rest);
        known |= employed > 0 || pay < rest.len();
        let pieces = [&part[..employed], &rest[..pay], &rest[pay..]];
        facts.extend(pieces.into_iter().map(one_line).filter(|piece| !piece.is_empty()));
    }
    known.then_some(facts)
}

/// The length of the employment that a text begins with.
fn employment(text: &str) -> usize {
    let begins = |form: &&&str| {
        text.get(..form.len()).is_some_and(|head| head.eq_ignore_ascii_case(form))
            && !text[form.len()..].starts_with(char::is_alphanumeric)
    };
    EMPLOYMENT.iter().filter(begins).map(|form| form.len()).max().unwrap_or(0)
}

/// Where the pay begins that a text ends with: a currency and figures, and nothing but figures behind them.
fn pay(text: &str) -> usize {
    let words = text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word));
    let words: Vec<(usize, &str)> = words.collect();
    let is_figure =
        |word: &str| word.trim_start_matches(['$', '€', '£', '¥', '₹']).starts_with(|c: char| c.is_ascii_digit());
    let begins = |index: usize| {
        let (_, word) = words[index];
        let next_is_figure = words.get(index + 1).is_some_and(|(_, next)| is_figure(next));
        (CURRENCIES.contains(&word) && next_is_figure)
            || (word.starts_with(['$', '€', '£', '¥', '₹']) && is_figure(word))
    };
    let is_range =
        |word: &str| is_figure(word) || matches!(word, "-" | "–" | "—" | "to" | "/") || CURRENCIES.contains(&word);
    let start =
        (0..words.len()).find(|index| begins(*index) && words[*index + 1..].iter().all(|(_, word)| is_range(word)));
    start.map_or(text.len(), |index| words[index].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_parted() {
        for (line, facts) in [
            (
                "Full Time Senior-level / Expert USD 120K - 160K",
                &["Full Time", "Senior-level / Expert", "USD 120K - 160K"][..],
            ),
            ("Internship Entry-level / Junior USD 60K - 96K", &["Internship", "Entry-level / Junior", "USD 60K - 96K"]),
            ("Senior $100,000 – $120,000", &["Senior", "$100,000 – $120,000"]),
            ("Part-time | Berlin | EUR 40K", &["Part-time", "Berlin", "EUR 40K"]),
            ("Contract", &["Contract"]),
        ] {
            assert_eq!(
                split(line).as_deref(),
                Some(facts.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
                "{line}"
            );
        }
        for line in ["Hive Ltd | York, UK", "Contracts and more", "It costs USD 5 a day", "USD", "Full Timer", ""] {
            assert_eq!(split(line), None, "{line}");
        }
    }
}
