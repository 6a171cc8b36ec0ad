//! Blocks to the Markdown of an article, with its front matter, and cards to a data file.

use crate::import::{
    blocks::{Block, Item, Question},
    draft::{Data, Front},
    escape::{Place, escape},
    lists::lead,
    unit::Marker,
};

/// An article: front matter, and its blocks with a blank line between them.
pub(super) fn article(front: &Front, blocks: &[Block<'_>]) -> String {
    let mut text = front_matter(front);
    let mut before: Option<&Block<'_>> = None;
    let mut delimiter = Delimiter::First;
    for block in blocks {
        text.push('\n');
        match block {
            Block::Heading(level, words) => {
                text.push_str(&"#".repeat(usize::from(*level)));
                push_line(&mut text, " ", &escape(words, Place::Heading));
            }
            Block::Paragraph(words) => push_line(&mut text, "", &escape(words, Place::Block)),
            Block::PullQuote(words) => {
                let quote = crate::import::prose::quoted(words).map_or(*words, |(quote, _)| quote);
                text.push_str("> [!QUOTE]\n");
                push_line(&mut text, "> ", &escape(quote, Place::Block));
            }
            Block::List(items) => {
                // Two lists in a row would be one.
                let goes_on = matches!(before, Some(Block::List(_) | Block::Questions(_)));
                delimiter = if goes_on { delimiter.other() } else { Delimiter::First };
                push_list(&mut text, items, delimiter);
            }
            Block::Questions(questions) => {
                delimiter = Delimiter::First;
                questions.iter().enumerate().for_each(|(number, question)| push_question(&mut text, number, question));
            }
        }
        before = Some(block);
    }
    text
}

/// A data file of cards.
pub(super) fn data(data: &Data) -> String {
    let mut text = format!("title = {}\n", string(&data.title));
    for card in &data.cards {
        text.push_str("\n[[cards]]\n");
        let mut line = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!("{key} = {}\n", string(value)));
            }
        };
        line("label", &card.label);
        line("title", &Some(card.title.clone()));
        line("text", &card.text);
        line("url", &card.url);
        if !card.meta.is_empty() {
            text.push_str(&format!("meta = {}\n", list(&card.meta)));
        }
    }
    text
}

fn front_matter(front: &Front) -> String {
    let mut text = format!("+++\ntitle = {}\n", string(&front.title));
    if let Some(description) = &front.description {
        text.push_str(&format!("description = {}\n", string(description)));
    }
    for (key, date) in [("date", front.date), ("updated", front.updated)] {
        if let Some(date) = date {
            text.push_str(&format!("{key} = {date}\n"));
        }
    }
    for (key, values) in [("authors", &front.authors), ("cards", &front.cards)] {
        if !values.is_empty() {
            text.push_str(&format!("{key} = {}\n", list(values)));
        }
    }
    text.push_str("+++\n");
    text
}

/// Which of two signs the items of a list have, so that a list is told from the one before it.
#[derive(Clone, Copy)]
enum Delimiter {
    First,
    Second,
}

impl Delimiter {
    fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    fn marker(self, marker: Marker) -> String {
        match (marker, self) {
            (Marker::Number(number), Self::First) => format!("{number}. "),
            (Marker::Number(number), Self::Second) => format!("{number}) "),
            (Marker::Bullet(_), Self::First) => "- ".to_owned(),
            (Marker::Bullet(_), Self::Second) => "* ".to_owned(),
        }
    }
}

/// Items below each other, those of lists in lists indented as far as the text of the item that holds them.
fn push_list(text: &mut String, items: &[Item<'_>], delimiter: Delimiter) {
    let leads = items.iter().filter(|item| lead(item.text).is_some()).count();
    let has_leads = leads > 1 && leads * 2 >= items.len();
    let is_loose = items.iter().skip(1).any(|item| item.after_blank) || items.iter().any(|item| !item.more.is_empty());
    let mut indents: Vec<usize> = Vec::new();
    for (number, item) in items.iter().enumerate() {
        indents.truncate(item.depth);
        let indent = indents.last().copied().unwrap_or(0);
        let marker = delimiter.marker(item.marker);
        if number > 0 && is_loose {
            text.push('\n');
        }
        text.push_str(&" ".repeat(indent));
        match lead(item.text).filter(|_| has_leads) {
            Some((lead, rest)) => {
                text.push_str(&marker);
                let gap = if lead.ends_with(':') { " " } else { "" };
                push_line(text, &format!("{}{gap}", strong(lead)), &escape(rest, Place::Inline));
            }
            None => push_line(text, &marker, &escape(item.text, Place::Block)),
        }
        indents.push(indent + marker.len());
        for more in &item.more {
            push_line(text, &format!("\n{}", " ".repeat(indent + marker.len())), &escape(more, Place::Block));
        }
    }
}

/// `**Lead:**`; a wide colon stays outside, where no space follows that would let the stars close.
fn strong(lead: &str) -> String {
    match lead.strip_suffix('：') {
        Some(words) => format!("**{}**：", escape(words, Place::Strong)),
        None => format!("**{}**", escape(lead, Place::Strong)),
    }
}

fn push_question(text: &mut String, number: usize, question: &Question<'_>) {
    let marker = format!("{}. ", question.number);
    let indent = " ".repeat(marker.len());
    if number > 0 {
        text.push('\n');
    }
    push_line(text, &format!("{marker}Question: "), &escape(question.question, Place::Inline));
    push_line(text, &format!("\n{indent}Answer: "), &escape(question.answer, Place::Inline));
    for more in &question.more {
        push_line(text, &format!("\n{indent}"), &escape(more, Place::Block));
    }
}

fn push_line(text: &mut String, before: &str, line: &str) {
    text.push_str(before);
    text.push_str(line);
    text.push('\n');
}

/// A list of strings in TOML.
fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| string(value)).collect();
    format!("[{}]", values.join(", "))
}

/// A basic string of TOML (toml.io, v1.0). Control characters have been left out before; a tab is a space.
fn string(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::Card;

    fn item<'a>(depth: usize, marker: Marker, text: &'a str, more: &[&'a str]) -> Item<'a> {
        Item { depth, marker, text, more: more.to_vec(), after_blank: false }
    }

    fn body(blocks: &[Block<'_>]) -> String {
        let text = article(&Front::default(), blocks);
        text.strip_prefix("+++\ntitle = \"\"\n+++\n\n").expect("a body").to_owned()
    }

    #[test]
    fn blocks_are_written_one_below_the_other() {
        let blocks = [
            Block::PullQuote("“Count *what* you *can*.”"),
            Block::Heading(2, "Q&A"),
            Block::Paragraph("1. is no list"),
            Block::Paragraph("Plain."),
        ];
        assert_eq!(body(&blocks), "> [!QUOTE]\n> Count \\*what* you \\*can*.\n\n## Q&A\n\n1\\. is no list\n\nPlain.\n");
    }

    #[test]
    fn lists_keep_their_numbers_and_nest() {
        let one = Marker::Number;
        let list = Block::List(vec![
            item(0, one(9), "Lead: text", &[]),
            item(0, one(10), "More: of it", &["below"]),
            item(1, Marker::Bullet('•'), "- a", &[]),
            item(0, one(11), "plain", &[]),
        ]);
        assert_eq!(
            body(&[list]),
            "9. **Lead:** text\n\n10. **More:** of it\n\n    below\n\n    - \\- a\n\n11. plain\n"
        );
        let tight = || Block::List(vec![item(0, one(1), "学习：文字", &[]), item(0, one(2), "Wide：colon", &[])]);
        assert_eq!(
            body(&[tight(), tight()]),
            "1. **学习**：文字\n2. **Wide**：colon\n\n1) **学习**：文字\n2) **Wide**：colon\n"
        );
    }

    #[test]
    fn questions_have_their_answers_below_them() {
        let question = |number| Question {
            form: crate::import::questions::Form::Words,
            number,
            question: "What?",
            answer: "That.",
            more: vec![],
        };
        assert_eq!(
            body(&[Block::Questions(vec![question(9), question(10)])]),
            "9. Question: What?\n\n   Answer: That.\n\n10. Question: What?\n\n    Answer: That.\n"
        );
    }

    #[test]
    fn front_matter_and_data_are_toml() {
        let front = Front {
            title: "A \"b\" \\ c".to_owned(),
            description: Some("D\te".to_owned()),
            date: "2023-12-06".parse().ok(),
            authors: vec!["Ada".to_owned()],
            cards: vec!["a-b".to_owned(), "a-c".to_owned()],
            ..Front::default()
        };
        assert_eq!(
            article(&front, &[]),
            "+++\ntitle = \"A \\\"b\\\" \\\\ c\"\ndescription = \"D e\"\ndate = 2023-12-06\nauthors = [\"Ada\"]\ncards = [\"a-b\", \"a-c\"]\n+++\n"
        );
        let card = Card { title: "T".to_owned(), meta: vec!["a".to_owned(), "b".to_owned()], ..Card::default() };
        let cards = Data { title: "Jobs".to_owned(), cards: vec![card] };
        assert_eq!(data(&cards), "title = \"Jobs\"\n\n[[cards]]\ntitle = \"T\"\nmeta = [\"a\", \"b\"]\n");
    }
}
