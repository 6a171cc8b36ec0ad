//! New sites, new articles and pipelines.
//!
//! In: a folder, a title, a path. Out: source files that the author goes on from.
//!
//! What must stay true: nothing that exists is overwritten; what is made builds without a warning.

mod ci;

use std::path::Path;

use crate::model::{Date, Error, RelPath};
use crate::output;
use crate::parse::text::title_of_name;
use crate::source::{Files, disk::Folder};

pub use ci::{Pipeline, pipeline};

/// The files of a new site by their path; `{{ title }}` and `{{ date }}` are filled in.
const SITE: &[(&str, &str)] = &[
    ("site.toml", include_str!("site/site.toml")),
    ("content/_index.md", include_str!("site/home.md")),
    ("content/guides/_index.md", include_str!("site/guides.md")),
    ("content/guides/first-steps.md", include_str!("site/first-steps.md")),
    ("content/guides/writing.md", include_str!("site/writing.md")),
    ("archetypes/default.md", include_str!("site/archetype.md")),
    (".gitignore", "/public\n/.docweave\n"),
];

/// The archetype of a site that has none.
const ARCHETYPE: &str = include_str!("site/archetype.md");

/// Makes a small working site in `dir`, and gives the files that it wrote.
///
/// # Errors
///
/// A folder that holds a site already, or any of the files.
pub fn init(dir: &Path, title: Option<&str>) -> Result<Vec<RelPath>, Error> {
    let taken = SITE.iter().map(|(path, _)| dir.join(path)).find(|path| path.symlink_metadata().is_ok());
    if let Some(taken) = taken {
        return Err(Error::new("there is a file already:")
            .at(taken)
            .help("name another folder: `docweave init my-site`"));
    }
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_path_buf());
    let name = absolute.file_name().map_or_else(String::new, |name| title_of_name(&name.to_string_lossy()));
    let title = title.map_or(if name.is_empty() { "My site" } else { &name }, str::trim);
    let mut written = Vec::new();
    for (path, text) in SITE {
        let is_archetype = path.starts_with("archetypes/");
        let text = if is_archetype { (*text).to_owned() } else { fill(text, title, None, path) };
        output::write_new(&dir.join(path), text.as_bytes())?;
        written.push(RelPath::new(*path).expect("the files of a new site have paths"));
    }
    Ok(written)
}

/// An article to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewArticle<'a> {
    /// Relative to `content/`, with or without `.md`.
    pub path: &'a str,
    /// Its title; from the file's name where none is given.
    pub title: Option<&'a str>,
    /// The archetype's name; by the first folder where none is given.
    pub archetype: Option<&'a str>,
    /// The day that goes into its front matter.
    pub today: Date,
}

/// Begins an article in the site `root`, and gives its path relative to the root.
///
/// # Errors
///
/// A path that leaves `content/` or is taken, an archetype that does not exist.
pub fn new(root: &Path, article: &NewArticle<'_>) -> Result<RelPath, Error> {
    let files = Folder::open(root)?;
    if !root.join("site.toml").is_file() {
        return Err(Error::new("there is no site.toml in")
            .at(root)
            .help("name the site's folder with `--root`, or run `docweave init`"));
    }
    let inside = article.path.strip_prefix("content/").unwrap_or(article.path);
    let named =
        if inside.ends_with(".md") { inside.to_owned() } else { format!("{}.md", inside.trim_end_matches('/')) };
    let path = RelPath::new(format!("content/{named}")).filter(|_| !named.starts_with('.')).ok_or_else(|| {
        Error::new(format!("`{}` is not a path inside content/", article.path.escape_debug()))
            .help("write a relative path such as `guides/first-steps.md`")
    })?;
    let archetype = archetype(&files, article, &named)?;
    let title = article.title.map_or_else(|| title_of_name(path.stem()), |title| title.trim().to_owned());
    let text = fill(&archetype, &title, Some(article.today), path.as_str());
    output::write_new(&root.join(path.as_str()), text.as_bytes())?;
    Ok(path)
}

/// The archetype that was asked for, else the one named like the article's first folder, else the default.
fn archetype(files: &dyn Files, article: &NewArticle<'_>, named: &str) -> Result<String, Error> {
    let read = |name: &str| {
        let path = RelPath::new(format!("archetypes/{name}.md"))?;
        let bytes = files.read(&path).ok()?;
        String::from_utf8(bytes.to_vec()).ok()
    };
    if let Some(name) = article.archetype {
        return read(name).ok_or_else(|| {
            Error::new(format!("there is no archetype archetypes/{name}.md, or it is not UTF-8"))
                .help("add it, or leave `--kind` out")
        });
    }
    let by_folder = named.split_once('/').and_then(|(folder, _)| read(folder));
    Ok(by_folder.or_else(|| read("default")).unwrap_or_else(|| ARCHETYPE.to_owned()))
}

/// Fills in `{{ title }}` (escaped for a quoted string of TOML or YAML in front matter) and `{{ date }}`.
fn fill(text: &str, title: &str, today: Option<Date>, path: &str) -> String {
    let quoted: String = title.chars().filter(|c| !c.is_control()).flat_map(escape_quoted).collect();
    let is_config = path.ends_with(".toml");
    let end = if is_config { text.len() } else { front_matter_end(text) };
    let date = today.map_or_else(String::new, |today| today.to_string());
    let front = text[..end].replace("{{ title }}", &quoted).replace("{{ date }}", &date);
    front + &text[end..].replace("{{ title }}", title).replace("{{ date }}", &date)
}

fn escape_quoted(c: char) -> impl Iterator<Item = char> {
    let escape = matches!(c, '"' | '\\').then_some('\\');
    escape.into_iter().chain([c])
}

/// Where the front matter ends: behind its second fence.
fn front_matter_end(text: &str) -> usize {
    let fence = match text.get(..4) {
        Some("+++\n") => "\n+++\n",
        Some("---\n") => "\n---\n",
        _ => return 0,
    };
    text[3..].find(fence).map_or(0, |at| at + 3 + fence.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_escaped_in_front_matter_only() {
        let filled = fill("+++\ntitle = \"{{ title }}\"\n+++\n# {{ title }}\n", "A \"b\"", None, "a.md");
        assert_eq!(filled, "+++\ntitle = \"A \\\"b\\\"\"\n+++\n# A \"b\"\n");
    }
}
