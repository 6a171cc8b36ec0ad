//! Addresses that open an editor at a place in a file.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Error;

/// Editors by name, each with the address that opens a file in it.
const EDITORS: &[(&str, &str)] = &[
    ("code", "vscode://file{path}:{line}:{column}"),
    ("codium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("mate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("mvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
    ("subl", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("windsurf", "windsurf://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
];

/// What stands for no editor at all.
const NONE: &str = "none";

/// Schemes that would run code in the page.
const REFUSED: [&str; 4] = ["javascript", "data", "vbscript", "blob"];

/// What a path is written with in an address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How an editor is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// The editor called `wanted`, or opened by an address of that form; `None` for `none`.
    ///
    /// # Errors
    ///
    /// What is neither a name that we know nor an address with `{path}` in it.
    pub fn named(wanted: &str) -> Result<Option<Self>, Error> {
        if wanted == NONE {
            return Ok(None);
        }
        if let Some((_, form)) = EDITORS.iter().find(|(name, _)| *name == wanted) {
            return Ok(Some(Self((*form).to_owned())));
        }
        let is_scheme = |scheme: &str| {
            let is_word = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && is_word
                && !REFUSED.iter().any(|refused| scheme.eq_ignore_ascii_case(refused))
        };
        let is_address = wanted.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
        if is_address && wanted.contains("{path}") && !wanted.contains(|c: char| c.is_control() || c == ' ') {
            return Ok(Some(Self(wanted.to_owned())));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).chain([NONE]).collect();
        let help = format!(
            "name one of {}, or write an address such as `vscode://file{{path}}:{{line}}:{{column}}`",
            names.join(", ")
        );
        Err(Error::new(format!("no way is known to open the editor `{wanted}` from a browser")).help(help))
    }

    /// What `command` (of `VISUAL` or `EDITOR`) starts, if browsers can open it. Where nobody says what they prefer, it is
    /// what most have.
    pub fn preferred(command: Option<&str>) -> Option<Self> {
        let program = command.map_or("code", |command| command.split_whitespace().next().unwrap_or_default());
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.strip_suffix(".exe").unwrap_or(name);
        EDITORS.iter().find(|(known, _)| *known == name).map(|(_, form)| Self((*form).to_owned()))
    }

    /// The address that opens `file` at a line and a column, both counted from 1.
    pub(super) fn address(&self, file: &Path, line: u32, column: u32) -> String {
        let path = file.to_string_lossy().replace('\\', "/");
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = format!("{slash}{}", utf8_percent_encode(&path, PATH));
        self.0.replace("{line}", &line.to_string()).replace("{column}", &column.to_string()).replace("{path}", &path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_opened_at_the_place() {
        let address = |wanted: &str, path: &str| {
            let editor = Editor::named(wanted).unwrap().unwrap();
            editor.address(Path::new(path), 3, 14)
        };
        assert_eq!(address("code", "/s/content/a.md"), "vscode://file/s/content/a.md:3:14");
        assert_eq!(
            address("code", "/s/my notes/ü#?{line}.md"),
            "vscode://file/s/my%20notes/%C3%BC%23%3F%7Bline%7D.md:3:14"
        );
        assert_eq!(address("idea", "/s/a.md"), "idea://open?file=/s/a.md&line=3&column=14");
        assert_eq!(address("x-edit://{path}?l={line}", "C:\\s\\a.md"), "x-edit:///C%3A/s/a.md?l=3");
        assert_eq!(Editor::named("none").unwrap(), None);
    }

    #[test]
    fn what_would_run_code_or_open_nothing_is_refused() {
        for wanted in [
            "javascript:alert('{path}')",
            "JavaScript:{path}",
            "data:text/html,{path}",
            "vim",
            "",
            "a://b",
            "{path}",
            "x y:{path}",
        ] {
            let error = Editor::named(wanted).unwrap_err();
            assert!(error.help.unwrap().contains("vscode://"), "{wanted}");
        }
    }

    #[test]
    fn the_preferred_editor_is_found_in_the_environment() {
        let code = Editor::named("code").unwrap();
        assert_eq!(Editor::preferred(None), code);
        assert_eq!(Editor::preferred(Some("/usr/bin/code --wait")), code);
        assert_eq!(Editor::preferred(Some("zed")), Editor::named("zed").unwrap());
        assert_eq!(Editor::preferred(Some("vim")), None, "a browser can't open a program of the terminal");
    }
}
