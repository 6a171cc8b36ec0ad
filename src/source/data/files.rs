//! The site's own data: files in `data/`, by name.

use std::{collections::BTreeMap, io::ErrorKind};

use crate::model::{Diagnostic, Error, Span, data::DataFile, node::Node};
use crate::source::{
    Files,
    data::{csv::csv_node, json_node, toml_node, yaml::Budget, yaml::yaml_node_within},
    disk::LARGEST,
    text,
};

/// The most values in one file. YAML, whose aliases can repeat values, has less.
const MOST_VALUES: usize = 1_000_000;

const YAML: Budget = Budget { most_values: 100_000, help: "split the file, or write it as TOML, JSON or CSV" };

/// How a file is read, by its extension.
const EXTENSIONS: [&str; 6] = ["toml", "json", "yaml", "yml", "csv", "tsv"];

/// All data files of a site by name: `data/a/people.csv` is `a/people`. Files with other extensions are left aside.
///
/// # Errors
///
/// A folder or a file that can't be read.
pub fn list(files: &dyn Files) -> Result<(BTreeMap<String, DataFile>, Vec<Diagnostic>), Error> {
    let listing = files.list("data")?;
    let mut diagnostics = listing.diagnostics;
    let mut found: BTreeMap<String, DataFile> = BTreeMap::new();
    for path in listing.files {
        let extension = path.extension();
        if !EXTENSIONS.contains(&extension) {
            continue;
        }
        let inside = path.as_str().strip_prefix("data/").unwrap_or(path.as_str());
        let name = inside[..inside.len() - extension.len() - 1].to_owned();
        if let Some(other) = found.get(&name) {
            let message = format!("{path} and {} are both the data `{name}`", other.path);
            let problem = Diagnostic::error("duplicate-data", path.as_str(), None, message);
            diagnostics.push(problem.help("rename or remove one of the two"));
            continue;
        }
        let (digest, _) = files.digest(&path)?;
        found.insert(name, DataFile { path, digest });
    }
    Ok((found, diagnostics))
}

/// What a data file says, with places, where it can be read at all, and what is wrong with it.
///
/// # Errors
///
/// A file that the system does not give.
pub fn read(files: &dyn Files, file: &DataFile) -> Result<(Option<Node>, Vec<Diagnostic>), Error> {
    let path = file.path.as_str();
    let bytes = match files.read(&file.path) {
        Err(error) if error.source.as_ref().is_some_and(|why| why.kind() == ErrorKind::FileTooLarge) => {
            return Ok((None, vec![too_large(path, format!("data of more than {} MiB", LARGEST >> 20))]));
        }
        read => read?,
    };
    let (text, problem) = match text::decode(path, &bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return Ok((None, vec![*problem])),
    };
    let (node, mut diagnostics) = match parse(path, &text, file.path.extension()) {
        Ok(node) => (Some(node), Vec::new()),
        Err(problems) => (None, problems),
    };
    diagnostics.extend(problem);
    Ok((node, diagnostics))
}

fn parse(path: &str, text: &str, extension: &str) -> Result<Node, Vec<Diagnostic>> {
    if is_too_much(text, extension) {
        return Err(vec![too_many(path, MOST_VALUES)]);
    }
    let whole = 0..text.len();
    match extension {
        "toml" => toml_node(path, text, whole),
        "json" => json_node(path, text, whole),
        "csv" | "tsv" => csv_node(path, text, MOST_VALUES),
        _ => yaml_node_within(YAML, path, text, whole),
    }
}

/// Whether a text plainly has more values than a file may have: told before they are remembered.
pub(in crate::source) fn is_too_much(text: &str, extension: &str) -> bool {
    let marks: &[u8] = match extension {
        "toml" => b"=,[{",
        "json" => b",[{",
        _ => return false,
    };
    text.len() > MOST_VALUES && text.bytes().filter(|byte| marks.contains(byte)).count() > MOST_VALUES
}

/// A file with too many values.
pub(super) fn too_many(path: &str, most: usize) -> Diagnostic {
    too_large(path, format!("data of more than {most} values"))
}

fn too_large(path: &str, message: String) -> Diagnostic {
    let begin = Span { start: 0, end: 0, line: 1, column: 1 };
    Diagnostic::error("too-large", path, begin, message).help("split it into several files")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory::Tree;

    fn told(problems: &[Diagnostic]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn files_have_names_and_every_syntax_is_read() {
        let tree = Tree::parse(
            "-- data/a/people.csv --\nname\nAda\n-- data/b.toml --\nx = 1\n-- data/c.json --\n[1]\n-- data/d.yaml --\n- 1\n\
             -- data/e.tsv --\na\tb\n1\t2\n-- data/f.yml --\ng: 1\n-- data/notes.md --\n# No data\n",
        );
        let (found, problems) = list(&tree).expect("a tree in memory");
        assert_eq!(told(&problems), [""; 0]);
        let read = |(name, file): (&String, &DataFile)| {
            let (node, problems) = read(&tree, file).expect("a file in memory");
            assert_eq!(told(&problems), [""; 0]);
            format!("{name} {}", serde_json::to_string(&node.expect("data").into_value()).expect("JSON"))
        };
        let all: Vec<_> = found.iter().map(read).collect();
        let expected = [
            r#"a/people [{"name":"Ada"}]"#,
            r#"b {"x":1}"#,
            "c [1]",
            "d [1]",
            r#"e [{"a":"1","b":"2"}]"#,
            r#"f {"g":1}"#,
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn one_name_is_one_file() {
        let tree = Tree::parse("-- data/a.csv --\nx\n-- data/a.toml --\nx = 1\n");
        let (found, problems) = list(&tree).expect("a tree in memory");
        assert_eq!(found["a"].path.as_str(), "data/a.csv");
        let expected = "data/a.toml:1:1: error[duplicate-data]: data/a.toml and data/a.csv are both the data `a`";
        assert_eq!(told(&problems), [expected]);
    }

    #[test]
    fn a_file_has_bounds() {
        let many = |name: &str, text: String| {
            let mut tree = Tree::default();
            let path = crate::model::RelPath::new(format!("data/{name}")).expect("a path");
            tree.insert(path, text.into_bytes());
            let (found, _) = list(&tree).expect("a tree in memory");
            told(&read(&tree, found.values().next().expect("a file")).expect("it can be read").1)
        };
        let too_many =
            |name: &str| vec![format!("data/{name}:1:1: error[too-large]: data of more than 1000000 values")];
        assert_eq!(many("a.json", format!("[{}0]", "0,".repeat(1_000_001))), too_many("a.json"));
        assert_eq!(many("a.toml", format!("a = [{}]", "0,".repeat(1_000_001))), too_many("a.toml"));
        assert_eq!(many("a.csv", format!("a,b\n{}", "1,2\n".repeat(500_000))), too_many("a.csv"));
        let bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
        let found = many("a.yaml", bomb.to_owned());
        assert!(found[0].contains("more than 100000 values"), "{found:?}");
        assert!(many("a.json", "[".repeat(100_000)).len() == 1);
        assert!(many("a.csv", "\0,b\n1,2".to_owned())[0].contains("warning[control-character]"));
    }
}
