//! Brings HTML into one form, in which what says the same reads the same.
//!
//! The specifications compare so too: how a tag is written, the order of its attributes, and white space around blocks mean
//! nothing. Beyond that, what Docweave writes on purpose where a specification has nothing of its own is left out:
//!
//! | what | why |
//! |---|---|
//! | `id` of a heading, and the link to itself inside | a specification knows no anchors |
//! | the box around a table, `tabindex` | a wide table scrolls by itself |
//! | `class="align-right"` for `align="right"` | a strict policy stops neither, but HTML has dropped the attribute |
//! | `loading`, `decoding` of an image | what is far down loads later |
//! | `class="task"`, `aria-label` of a task's box | a box needs a name |

use std::collections::BTreeMap;

/// Elements around which white space means nothing.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "input",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// HTML in its one form.
pub(super) fn normal(html: &str) -> String {
    let mut out = String::new();
    let mut boxes = 0;
    let mut in_pre = false;
    let mut after_block = true;
    let pieces = pieces(html);
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) => {
                let before_block = matches!(pieces.peek(), None | Some(Piece::Tag(Tag { is_block: true, .. })));
                out.push_str(&plain_text(text, after_block && !in_pre, before_block && !in_pre));
                after_block = false;
            }
            Piece::Tag(tag) if tag.is_anchor() => {
                pieces.next();
            }
            Piece::Tag(tag) if tag.is_box() => boxes += 1,
            Piece::Tag(tag) if boxes > 0 && tag.name == "/div" && out.ends_with("</table>") => boxes -= 1,
            Piece::Tag(tag) => {
                in_pre = if tag.name == "pre" { true } else { in_pre && tag.name != "/pre" };
                tag.write(&mut out);
                after_block = tag.is_block;
            }
            Piece::Raw(raw) => {
                out.push_str(raw);
                after_block = false;
            }
        }
    }
    out.trim_end().to_owned()
}

/// The names of the tags in `html`, in order; those that close begin with a slash.
pub(crate) fn tags(html: &str) -> Vec<String> {
    let name = |piece| match piece {
        Piece::Tag(tag) => Some(tag.name),
        Piece::Text(_) | Piece::Raw(_) => None,
    };
    pieces(html).into_iter().filter_map(name).collect()
}

/// Text with its quotes decoded, as they need no escape, and without the white space that touches a block.
fn plain_text(text: &str, after_block: bool, before_block: bool) -> String {
    let text = if after_block { text.trim_ascii_start() } else { text };
    let text = if before_block { text.trim_ascii_end() } else { text };
    unquoted(text)
}

fn unquoted(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&#39;", "'")
}

enum Piece<'a> {
    Text(&'a str),
    Tag(Tag),
    /// A comment, an instruction, a declaration: as it is.
    Raw(&'a str),
}

struct Tag {
    /// In lower case; with its slash if it closes.
    name: String,
    attributes: BTreeMap<String, String>,
    is_block: bool,
}

impl Tag {
    fn is_anchor(&self) -> bool {
        self.name == "a" && self.attributes.get("class").is_some_and(|class| class == "anchor")
    }

    fn is_box(&self) -> bool {
        self.name == "div" && self.attributes.get("class").is_some_and(|class| class == "table")
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            let class = value.strip_prefix("align-");
            let is_ours = match (self.name.as_str(), name.as_str()) {
                ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", "id") => true,
                // No title is an empty one.
                ("img", "title") => value.is_empty(),
                ("img", "loading" | "decoding") | ("input", "aria-label") => true,
                ("li", "class") => value == "task",
                ("th" | "td", "class") => class.is_some(),
                _ => false,
            };
            match class {
                Some(side) if is_ours => out.push_str(&format!(" align=\"{side}\"")),
                _ if is_ours => {}
                _ => out.push_str(&format!(" {name}=\"{value}\"")),
            }
        }
        out.push('>');
    }
}

fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let end = match rest.strip_prefix('<') {
            None => rest.find('<').unwrap_or(rest.len()),
            Some(inside) => end_of_markup(inside).map_or(rest.len(), |end| end + 1),
        };
        let (piece, after) = rest.split_at(end);
        let is_tag = piece.ends_with('>') && piece[1..].starts_with(|c: char| c == '/' || c.is_ascii_alphabetic());
        pieces.push(match piece.starts_with('<') {
            false => Piece::Text(piece),
            true if is_tag => Piece::Tag(tag(&piece[1..piece.len() - 1])),
            true => Piece::Raw(piece),
        });
        rest = after;
    }
    pieces
}

/// Where the markup ends of which `inside` is what follows the `<`.
fn end_of_markup(inside: &str) -> Option<usize> {
    for (open, close) in [("!--", "-->"), ("?", "?>"), ("![CDATA[", "]]>"), ("!", ">")] {
        if inside.starts_with(open) {
            return inside.find(close).map(|at| at + close.len());
        }
    }
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// A tag, of which `inside` is what stands between `<` and `>`.
fn tag(inside: &str) -> Tag {
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let (name, mut rest) = inside.split_at(inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len()));
    let name = name.to_ascii_lowercase();
    let mut attributes = BTreeMap::new();
    while !rest.trim_ascii().is_empty() {
        rest = rest.trim_ascii_start();
        let (key, after) =
            rest.split_at(rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len()));
        let value = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start);
        let (value, after) = match value.map(|value| (value, value.chars().next())) {
            None => ("", after),
            Some((value, Some(quote @ ('"' | '\'')))) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            Some((value, _)) => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        if !key.is_empty() {
            attributes.entry(key.to_ascii_lowercase()).or_insert_with(|| unquoted(value));
        }
        rest = if key.is_empty() && after.len() == rest.len() { "" } else { after };
    }
    let is_block = BLOCKS.contains(&name.trim_start_matches('/'));
    Tag { name, attributes, is_block }
}

#[test]
fn what_says_the_same_reads_the_same() {
    for (one, other) in [
        ("<p>a\n</p>\n\n<hr />", "<p>a</p><hr>"),
        ("<P CLASS=\"x\" id='y'>a</P>", "<p id=\"y\" class='x'>a</p>"),
        ("<img src=\"a\" alt=\"\" loading=\"lazy\" decoding=\"async\">", "<img alt src=\"a\" />"),
        ("<h2 id=\"a\">A<a class=\"anchor\" href=\"#a\" aria-labelledby=\"a\"></a></h2>", "<h2>A</h2>"),
        (
            "<div class=\"table\" tabindex=\"0\"><table><td class=\"align-right\">a</td></table></div><div></div>",
            "<table><td align=right>a</td>\n</table><div></div>",
        ),
        ("a &quot;b&quot;", "a \"b\""),
    ] {
        assert_eq!(normal(one), normal(other));
    }
}

#[test]
fn what_says_something_else_reads_differently() {
    for (one, other) in [
        ("<p>a b</p>", "<p>a\nb</p>"),
        ("<p>a <em>b</em></p>", "<p>a<em>b</em></p>"),
        ("<p id=\"a\">a</p>", "<p>a</p>"),
        ("<p>&lt;b&gt;</p>", "<p><b></p>"),
        ("<pre><code>a\n</code></pre>", "<pre><code>a</code></pre>"),
        ("<div><table></table></div>", "<table></table>"),
        ("<td align=\"right\">", "<td>"),
        ("<!-- a -->", "<!--a-->"),
    ] {
        assert_ne!(normal(one), normal(other));
    }
}
