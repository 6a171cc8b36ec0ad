//! What of an article says what it is called and where it belongs, found without parsing it.

use crate::parse::front_matter;

/// The text of an article with nothing left of its body but the heading that opens it: an ATX heading of CommonMark, section
/// 4.2.
pub fn of(text: &str) -> String {
    let (front, body) = text.split_at(front_matter::end(text));
    let first = body.lines().find(|line| !line.trim().is_empty());
    let mut outline = front.to_owned();
    if let Some(heading) = first.filter(|line| is_heading(line)) {
        let is_apart = outline.is_empty() || outline.ends_with('\n');
        outline.extend([if is_apart { "" } else { "\n" }, heading, "\n"]);
    }
    outline
}

fn is_heading(line: &str) -> bool {
    let inner = line.trim_start_matches(' ');
    let rest = inner.trim_start_matches('#');
    let is_flush = line.len() - inner.len() <= 3;
    is_flush && (1..=6).contains(&(inner.len() - rest.len())) && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RelPath;
    use crate::parse::{self, Included, Options};

    #[test]
    fn an_outline_has_the_title_and_the_front_matter_of_the_whole() {
        let texts = [
            "+++\ntitle = \"Stores\"\n# no heading\n+++\n\nProse.\n\n## First {#one}\n\nMore.\n",
            "---\ntitle: Stores\ntopics: [a]\n---\n# *Page* of `code` {#page}\n\nProse.\n",
            "\u{feff}  # Only a heading\nProse.\n",
            "    # Code\n",
            "#hashtag\n",
            "No heading.\n",
            "",
            "+++\ntitle = \"No end",
        ];
        for text in texts {
            let path = RelPath::new("a-b.md").unwrap();
            let parsed = |text: &str| parse::article(&path, text, &Options::default(), &Included::new()).head;
            let (whole, outline) = (parsed(text), parsed(&of(text)));
            assert_eq!(outline.title, whole.title, "{text}");
            assert_eq!(outline.title_id, whole.title_id, "{text}");
            assert_eq!(outline.front, whole.front, "{text}");
            assert_eq!(outline.words, 0, "{text}");
        }
    }
}
