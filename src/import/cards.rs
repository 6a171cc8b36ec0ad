//! What stands around an article on its page: featured cards, boxes, lists of other articles. Cards become data.

use rustc_hash::FxHashMap;

use crate::import::{
    draft::{Card, Data, Draft, Role},
    facts,
    prose::{could_be_heading, ends_with, is_prose, is_short, one_line},
    report::Kind,
    unit::Marker,
};

/// A card has no more lines than this.
const MOST_LINES: usize = 6;

/// A box has no more cards than this.
const MOST_CARDS: usize = 50;

/// A line that comes so often above others like it may be a label, whatever it says.
const SUSPICIOUS: usize = 3;

/// An article has no more data files than this: beyond, a text is no article.
const MOST_FILES: usize = 50;

/// A box stands no more lines below the cards than this.
const NEAR: usize = 200;

/// Words in the label of a card, such as `Featured job`.
const LABEL_WORDS: &[&str] = &[
    "featured",
    "sponsored",
    "promoted",
    "recommended",
    "advertisement",
    "ad",
    "related",
    "popular",
    "trending",
    "job",
    "jobs",
    "hiring",
    "pick",
    "offer",
    "anzeige",
    "empfohlen",
];

/// Boxes that stand below articles.
const BOXES: &[&str] = &[
    "related",
    "related articles",
    "related posts",
    "related content",
    "related stories",
    "related reading",
    "related topics",
    "similar articles",
    "similar posts",
    "recommended",
    "recommended articles",
    "recommended for you",
    "recommended reading",
    "you may also like",
    "you might also like",
    "read next",
    "up next",
    "more articles",
    "more posts",
    "more stories",
    "more like this",
    "popular posts",
    "popular articles",
    "latest posts",
    "latest articles",
    "recent posts",
    "recent articles",
    "trending",
    "trending now",
    "featured jobs",
    "share",
    "share this",
    "share this article",
    "share this post",
    "comments",
    "leave a comment",
    "leave a reply",
    "subscribe",
    "newsletter",
    "previous post",
    "next post",
    "previous article",
    "next article",
    "tags",
    "ähnliche artikel",
    "verwandte artikel",
    "das könnte sie auch interessieren",
    "articles connexes",
    "articles similaires",
    "artículos relacionados",
    "articoli correlati",
    "artigos relacionados",
];

/// The words of links, which stand behind what they lead to.
const LINK_WORDS: &[&str] = &[
    "details",
    "more",
    "view",
    "open",
    "apply",
    "read more",
    "see more",
    "learn more",
    "show more",
    "view all",
    "view more",
    "find out more",
    "mehr",
    "weiterlesen",
    "→",
    "»",
    "›",
];

/// Nouns whose plural one can build.
const NOUNS: &[&str] = &[
    "job", "article", "post", "story", "course", "event", "product", "book", "video", "guide", "tool", "episode",
    "company", "project", "offer", "review", "talk", "link", "post", "topic",
];

/// Takes cards and boxes out of the text.
pub(super) fn take(draft: &mut Draft<'_>) {
    let last = take_labelled(draft);
    take_boxes(draft, last);
}

/// Cards that the same line stands above each time. Gives the last unit of the last of them.
fn take_labelled(draft: &mut Draft<'_>) -> Option<usize> {
    let mut last = None;
    for places in repeated(draft) {
        for group in groups(draft, &places) {
            if draft.data.len() >= MOST_FILES {
                return last;
            }
            let cards: Vec<(usize, Vec<usize>)> = group;
            let label = draft.units[cards[0].0].text.to_string();
            let all: Vec<usize> =
                cards.iter().flat_map(|(label, lines)| std::iter::once(*label).chain(lines.clone())).collect();
            if !are_cards(draft, &label, &cards) {
                if cards.len() < SUSPICIOUS {
                    continue;
                }
                let what = format!("`{label}` comes {} times, as labels of cards do; it stays text", cards.len());
                draft.tell(&cards.iter().map(|(label, _)| *label).collect::<Vec<_>>(), Kind::Uncertain, what);
                continue;
            }
            let data = Data {
                title: plural(bare(&label)),
                cards: cards.iter().map(|(_, lines)| card(draft, &label, lines)).collect(),
            };
            last = last.max(all.last().copied());
            add(draft, &all, data);
        }
    }
    last
}

/// The places of each short line that comes more than once, in order.
fn repeated(draft: &Draft<'_>) -> Vec<Vec<usize>> {
    let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for at in (0..draft.units.len()).filter(|at| is_line_of_card(draft, *at)) {
        places.entry(&draft.units[at].text).or_default().push(at);
    }
    let mut repeated: Vec<Vec<usize>> = places.into_values().filter(|places| places.len() > 1).collect();
    repeated.sort_unstable();
    repeated
}

fn is_line_of_card(draft: &Draft<'_>, at: usize) -> bool {
    draft.is_text(at) && {
        let unit = &draft.units[at];
        unit.marker.is_none()
            && is_short(&unit.text)
            && !is_prose(&unit.text)
            && unit.text.contains(char::is_alphanumeric)
    }
}

/// A label and the lines below it.
type Labelled = (usize, Vec<usize>);

/// The stretches in which nothing but cards stands below a label that comes again and again.
fn groups(draft: &Draft<'_>, places: &[usize]) -> Vec<Vec<Labelled>> {
    let are_lines = |from: usize, to: usize| {
        let count = to - from;
        (1..=MOST_LINES).contains(&count) && (from..to).all(|at| is_line_of_card(draft, at))
    };
    let mut groups: Vec<Vec<Labelled>> = Vec::new();
    let mut group: Vec<Labelled> = Vec::new();
    for (index, label) in places.iter().enumerate() {
        let next = places.get(index + 1).copied();
        // Another step may have taken the line since: a label of one kind is a line of no other.
        if !draft.is_text(*label) {
            group.clear();
            continue;
        }
        match next.filter(|next| are_lines(label + 1, *next)) {
            Some(next) => group.push((*label, (label + 1..next).collect())),
            None => {
                if !group.is_empty() {
                    let lines = lines_of_last(draft, *label, &group);
                    if !lines.is_empty() {
                        group.push((*label, lines));
                    }
                    groups.push(std::mem::take(&mut group));
                }
            }
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// The last card has no label behind it: it has as many lines as the others, or as many as look like those of a card.
fn lines_of_last(draft: &Draft<'_>, label: usize, group: &[Labelled]) -> Vec<usize> {
    let most = group.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let is_same = group.iter().all(|(_, lines)| lines.len() == most);
    let belongs =
        |at: &usize| is_line_of_card(draft, *at) && (is_same || *at == label + 1 || is_typical(&draft.units[*at].text));
    (label + 1..draft.units.len()).take(most).take_while(belongs).collect()
}

/// Whether a line is one that cards have and articles have not: a place, a salary, an address.
fn is_typical(text: &str) -> bool {
    text.starts_with('@') || text.contains(" | ") || is_url(text) || facts::split(text).is_some()
}

fn is_url(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

fn are_cards(draft: &Draft<'_>, label: &str, cards: &[Labelled]) -> bool {
    let words = label.to_lowercase();
    let says_so = words.split(|c: char| !c.is_alphanumeric()).any(|word| LABEL_WORDS.contains(&word));
    let typical = cards.iter().filter(|(_, lines)| lines.iter().any(|at| is_typical(&draft.units[*at].text))).count();
    says_so || typical * 2 > cards.len()
}

/// The first line is the title, an address is where it leads, and facts are facts; of the others the first is the text.
fn card(draft: &Draft<'_>, label: &str, lines: &[usize]) -> Card {
    let mut card = Card { label: Some(one_line(label)), ..Card::default() };
    for (number, at) in lines.iter().enumerate() {
        let text = one_line(&draft.units[*at].text);
        if number == 0 {
            card.title = text;
        } else if is_url(&text) && card.url.is_none() {
            card.url = Some(text);
        } else if let Some(facts) = facts::split(&text) {
            card.meta.extend(facts);
        } else if card.text.is_none() {
            card.text = Some(text.trim_start_matches(['@', ' ']).to_owned()).filter(|text| !text.is_empty());
        } else {
            card.meta.push(text);
        }
    }
    card
}

/// Boxes below the article, by their title, by the words of links, or because cards stand before them.
fn take_boxes(draft: &mut Draft<'_>, last_card: Option<usize>) {
    let mut at = 0;
    while at < draft.units.len() && draft.data.len() < MOST_FILES {
        at = match box_at(draft, at, last_card) {
            Some((lines, kind)) => {
                let end = lines.last().copied().unwrap_or(at) + 1;
                take_box(draft, at, &lines, kind);
                end
            }
            None => at + 1,
        };
    }
}

/// Why something is a box.
#[derive(Clone, Copy, PartialEq)]
enum Reason {
    Title,
    Links,
    Place,
}

/// The lines of the box whose title this is, and why it is one.
fn box_at(draft: &Draft<'_>, at: usize, last_card: Option<usize>) -> Option<(Vec<usize>, Reason)> {
    if !is_line_of_card(draft, at) || ends_with(&draft.units[at].text, &[',', ';']) {
        return None;
    }
    let has_known_title = is_known_box(&draft.units[at].text);
    let next_is_link = draft.units.get(at + 1).is_some_and(|next| link_word(&next.text).is_some());
    let is_below_cards = last_card.is_some_and(|last| at > last && at - last <= NEAR);
    if !has_known_title && !next_is_link && !is_below_cards {
        return None;
    }
    let is_line = |at: &usize| is_line_in_box(draft, *at, has_known_title);
    let lines: Vec<usize> = (at + 1..draft.units.len()).take(MOST_CARDS + 1).take_while(is_line).collect();
    let end = at + 1 + lines.len();
    let reaches_end = match draft.roles.get(end) {
        None | Some(Role::Taken | Role::Heading(_)) => true,
        Some(Role::Text | Role::PullQuote) => is_known_box(&draft.units[end].text),
    };
    if lines.len() > MOST_CARDS {
        return None;
    }
    if has_known_title {
        return reaches_end.then_some((lines, Reason::Title));
    }
    let is_title =
        could_be_heading(&draft.units[at].text) && draft.units.get(at + 1).is_some_and(|next| next.after_blank);
    let linked: Vec<usize> =
        lines.iter().copied().take_while(|at| link_word(&draft.units[*at].text).is_some()).collect();
    if is_title && !linked.is_empty() && link_word(&draft.units[at].text).is_none() {
        return Some((linked, Reason::Links));
    }
    (is_title && is_below_cards && reaches_end && !lines.is_empty()).then_some((lines, Reason::Place))
}

/// A line of a list may be in a box whose title is known; a known title begins another box.
fn is_line_in_box(draft: &Draft<'_>, at: usize, has_known_title: bool) -> bool {
    let unit = &draft.units[at];
    let is_item = has_known_title
        && matches!(unit.marker, Some(Marker::Bullet(_)))
        && draft.is_text(at)
        && is_short(unit.content())
        && !is_prose(unit.content());
    (is_item || is_line_of_card(draft, at)) && !is_known_box(&unit.text)
}

fn is_known_box(text: &str) -> bool {
    BOXES.contains(&bare(text).to_lowercase().as_str())
}

/// The words of a link at the end of a line, and what stands before them.
fn link_word(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let word = LINK_WORDS.iter().filter(|word| lower.ends_with(*word)).max_by_key(|word| word.len())?;
    let (before, word) = text.split_at_checked(text.len() - word.len())?;
    let title = before.trim_end();
    (title.len() < before.len() && !title.is_empty()).then_some((title, word))
}

fn take_box(draft: &mut Draft<'_>, at: usize, lines: &[usize], reason: Reason) {
    let title = one_line(&draft.units[at].text);
    if lines.is_empty() {
        return draft.take(&[at], Kind::LeftOut, format!("`{title}`, with nothing below it"));
    }
    let mut words: Vec<String> = Vec::new();
    let mut card = |at: &usize| {
        let unit = &draft.units[*at];
        let text = one_line(unit.content());
        let (title, word) = match link_word(&text).filter(|_| reason != Reason::Place) {
            Some((title, word)) => (title.to_owned(), Some(word)),
            None => (text.clone(), None),
        };
        words.extend(word.map(str::to_owned));
        let (title, url) = match title.rsplit_once(' ') {
            Some((title, url)) if is_url(url) => (title.to_owned(), Some(url.to_owned())),
            _ => (title, None),
        };
        Card { title, url, ..Card::default() }
    };
    let cards: Vec<Card> = lines.iter().map(&mut card).collect();
    words.sort_unstable();
    words.dedup();
    if !words.is_empty() {
        draft.tell(lines, Kind::LeftOut, format!("`{}`, the words of a link", words.join("`, `")));
    }
    let all: Vec<usize> = std::iter::once(at).chain(lines.iter().copied()).collect();
    add(draft, &all, Data { title: bare(&title).to_owned(), cards });
}

/// Cards below the same title are one file, wherever they stand.
fn add(draft: &mut Draft<'_>, units: &[usize], data: Data) {
    let many = if data.cards.len() == 1 { "1 card".to_owned() } else { format!("{} cards", data.cards.len()) };
    draft.take(units, Kind::Data, format!("{many}: {}", data.title));
    match draft.data.iter_mut().find(|other| other.title == data.title) {
        Some(other) => other.cards.extend(data.cards),
        None => draft.data.push(data),
    }
}

/// A text without signs at its ends, such as an emoji or a colon.
fn bare(text: &str) -> &str {
    let is_sign =
        |c: char| !c.is_alphanumeric() && !matches!(c, ')' | '(' | '"' | '”' | '“' | '?' | '!' | '%' | '+' | '#');
    let bare = text.trim_matches(is_sign);
    if bare.is_empty() { text } else { bare }
}

/// `Featured job` to `Featured jobs`, where the last word is known.
fn plural(label: &str) -> String {
    let last = label.rsplit(' ').next().unwrap_or("").to_lowercase();
    match NOUNS.contains(&last.as_str()) {
        true if last.ends_with('y') => format!("{}ies", &label[..label.len() - 1]),
        true => format!("{label}s"),
        false => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    fn read(text: &str) -> Draft<'_> {
        let mut draft = Draft::new(units(text, &mut Report::default()), Report::default());
        take(&mut draft);
        draft
    }

    const JOBS: &str = "The text ends here, and well.\n\n\
                        Top job 🐝\nKeeper – Senior\n\n@ Hive Ltd | York, UK\n\nFull Time Senior-level / Expert GBP 40K - 50K\n\
                        Top job 🐝\nPainter\n\n@ Meadow | Remote\n\nInternship Entry-level GBP 20K\n\n\
                        Pay of Keepers\n\nSee pay for keepers (York) Details\nSee pay for painters (York) Details\n\n\
                        Related articles";

    #[test]
    fn cards_below_a_label_become_data() {
        let draft = read(JOBS);
        assert_eq!(draft.data[0].title, "Top jobs");
        let expected = Card {
            label: Some("Top job 🐝".to_owned()),
            title: "Keeper – Senior".to_owned(),
            text: Some("Hive Ltd | York, UK".to_owned()),
            url: None,
            meta: ["Full Time", "Senior-level / Expert", "GBP 40K - 50K"].map(str::to_owned).into(),
        };
        assert_eq!(draft.data[0].cards[0], expected);
        assert_eq!(draft.data[0].cards[1].meta, ["Internship", "Entry-level", "GBP 20K"]);
        let titles: Vec<_> = draft.data[1].cards.iter().map(|card| card.title.as_str()).collect();
        assert_eq!(
            (draft.data[1].title.as_str(), titles),
            ("Pay of Keepers", vec!["See pay for keepers (York)", "See pay for painters (York)"])
        );
        assert_eq!(
            draft.report.lines(),
            [
                "data 3-14: 2 cards: Top jobs",
                "left out 18-19: `Details`, the words of a link",
                "data 16-19: 2 cards: Pay of Keepers",
                "left out 21: `Related articles`, with nothing below it",
            ]
        );
        assert_eq!(draft.roles.iter().filter(|role| **role == Role::Text).count(), 1);
    }

    #[test]
    fn a_list_of_other_articles_becomes_data() {
        let draft = read(
            "The text ends here, and well.\n\nRead next:\n- How bees dance https://bees.example/dance\n- Why bees hum\n",
        );
        assert_eq!(draft.data[0].title, "Read next");
        assert_eq!(draft.data[0].cards[0].url.as_deref(), Some("https://bees.example/dance"));
        assert_eq!(draft.data[0].cards[1].title, "Why bees hum");
    }

    #[test]
    fn what_may_be_part_of_the_text_stays() {
        for (text, told) in [
            ("Pros\n- a\n- b\nCons\n- c\nPros\n- d\nCons\n- e", 0),
            ("Note\nBees count up to four, or so it seems.\nNote\nWasps do not, or so it seems.", 0),
            ("Queen\nLarge\nQueen\nLarger\nQueen\nLargest", 1),
            ("Related articles\nOne\nTwo\nHere the text goes on with a sentence.", 0),
            ("a\na\na\na", 0),
            ("Requirements\n\nPatience\nTime\n\nHere the text goes on with a sentence.", 0),
        ] {
            let draft = read(text);
            assert_eq!((draft.data.len(), draft.report.lines().len()), (0, told), "{text}: {:?}", draft.report.lines());
            assert!(draft.roles.iter().all(|role| *role == Role::Text));
        }
    }
}
