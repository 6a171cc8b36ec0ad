//! The manual's list of examples that Docweave reads otherwise, taken from its page.

use docweave::{
    model::extensions::{EXTENSIONS, Extension},
    parse::Extensions,
};

/// The page that lists them.
const PAGE: &str = "content/manual/content/commonmark.md";

/// A row of the list.
pub(super) struct Listed {
    /// `CommonMark` or `GFM`.
    pub(super) specification: String,
    /// The numbers of examples.
    pub(super) examples: Vec<usize>,
    /// The extensions that read them otherwise, by being on or off; none where the other specification does.
    pub(super) switches: Vec<Extension>,
}

impl Listed {
    /// The default extensions, but with these the other way round.
    pub(super) fn switched(&self) -> Extensions {
        let turn = |set: Extensions, switch: &Extension| match set.has(*switch) {
            true => set.without(*switch),
            false => set.with(*switch),
        };
        self.switches.iter().fold(Extensions::default(), turn)
    }
}

/// All rows, in the order of the page.
pub(super) fn listed() -> Vec<Listed> {
    let path = format!("{}/{PAGE}", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
    let rows: Vec<_> = page.lines().filter_map(row).collect();
    assert!(!rows.is_empty(), "{PAGE} lists nothing");
    rows
}

/// `| CommonMark | 1, 2 | `name` | why |`, if a line is such a row.
fn row(line: &str) -> Option<Listed> {
    let cells: Vec<_> = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [specification @ ("CommonMark" | "GFM"), examples, switches, why] = cells.as_slice() else { return None };
    assert!(why.split(' ').count() > 3, "a row tells why: {line}");
    let number = |number: &str| number.trim().parse().unwrap_or_else(|_| panic!("`{number}` is no example: {line}"));
    let switches = switches.split('`').skip(1).step_by(2);
    Some(Listed {
        specification: (*specification).to_owned(),
        examples: examples.split(',').map(number).collect(),
        switches: switches.map(|name| extension(name).unwrap_or_else(|| panic!("no extension `{name}`"))).collect(),
    })
}

fn extension(name: &str) -> Option<Extension> {
    EXTENSIONS.iter().find(|(known, _)| *known == name).map(|(_, extension)| *extension)
}
