//! The scripts that follow in a browser: modules that the preview serves beside each other, and never puts into a build.

/// The scripts by name. The first is put into each page, and imports the others.
pub(super) const SCRIPTS: &[(&str, &str)] = &[
    (MAIN, include_str!("browser/reload.js")),
    ("morph.js", include_str!("browser/morph.js")),
    ("patch.js", include_str!("browser/patch.js")),
    ("files.js", include_str!("browser/files.js")),
    ("change.js", include_str!("browser/change.js")),
    ("dom.js", include_str!("browser/dom.js")),
    ("problems.js", include_str!("browser/problems.js")),
    ("panel.js", include_str!("browser/panel.js")),
    ("look.js", include_str!("browser/look.js")),
];

/// The script that pages load.
pub(super) const MAIN: &str = "reload.js";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_import_only_each_other() {
        for (name, script) in SCRIPTS {
            for line in script.lines().filter(|line| line.starts_with("import ")) {
                let from = line.split_once(" \"./").and_then(|(_, rest)| rest.strip_suffix("\";"));
                assert!(SCRIPTS.iter().any(|(other, _)| Some(*other) == from), "{name}: {line}");
            }
        }
    }
}
