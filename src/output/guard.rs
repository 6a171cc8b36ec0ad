//! Output folders that would hurt.

use std::path::Path;

use crate::{model::Error, output::place};

/// Refuses an output folder that is, holds or lies in something else: the site's `root`, one of its `sources` (content,
/// themes, static files, data), the home folder, the root of the disk. Decided by canonical paths, not by their text.
pub fn guard(root: &Path, output: &Path, sources: &[&Path]) -> Result<(), Error> {
    let real = place::output_folder(output)?;
    let refuse = |why: &str| {
        let help = "name a folder of its own with `--output` or `output` in `site.toml`, such as `public`";
        Err(Error::new(format!("refusing to write into a folder that {why}:")).at(output).help(help))
    };
    if real.parent().is_none() {
        return refuse("is the root of the disk");
    }
    // Asking for the home folder reads the environment, but decides nothing about the site's bytes.
    let home =
        std::env::home_dir().filter(|home| home.is_absolute()).map(|home| place::canonical(&home)).transpose()?;
    if home.is_some_and(|home| home.starts_with(&real)) {
        return refuse("is or holds your home folder");
    }
    if place::canonical(root)?.starts_with(&real) {
        return refuse("is or holds the site itself");
    }
    for source in sources {
        let real_source = place::canonical(source)?;
        if real.starts_with(&real_source) {
            return refuse(&format!("lies in the site's source `{}`", source.display()));
        }
        if real_source.starts_with(&real) {
            return refuse(&format!("holds the site's source `{}`", source.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set up real folders and look into them")]
mod tests {
    use super::*;

    #[test]
    fn dangerous_folders_are_refused_by_their_real_path() {
        let disk = tempfile::tempdir().unwrap();
        let root = disk.path().join("site");
        let content = root.join("content");
        std::fs::create_dir_all(content.join("deep")).unwrap();
        let sources = [content.as_path(), &root.join("static")];
        let why = |output: &Path| guard(&root, output, &sources).map_err(|error| error.to_string());

        for fine in ["public", "build/deeper/public", "content-of-output", "../site-public", "content/../public"] {
            assert_eq!(why(&root.join(fine)), Ok(()), "{fine}");
        }
        for (bad, part) in [
            ("", "the site itself"),
            ("..", "the site itself"),
            ("public/..", "the site itself"),
            ("content", "`"),
            ("content/new/public", "lies in"),
            ("static", "static"),
            ("static/x", "static"),
            ("public/../content/x", "lies in"),
            ("/", "root of the disk"),
        ] {
            let message = why(&root.join(bad)).expect_err(bad);
            assert!(message.contains(part), "{bad}: {message}");
        }
        if let Some(home) = std::env::home_dir().filter(|home| home.is_absolute()) {
            assert!(why(&home).is_err());
        }
        std::fs::write(root.join("file"), "").unwrap();
        assert!(why(&root.join("file")).unwrap_err().contains("not a folder"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_seen_through() {
        let disk = tempfile::tempdir().unwrap();
        let root = disk.path().join("site");
        std::fs::create_dir_all(root.join("content")).unwrap();
        std::os::unix::fs::symlink(root.join("content"), root.join("public")).unwrap();
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("dangling")).unwrap();
        let sources = [&*root.join("content")];
        assert!(guard(&root, &root.join("public"), &sources).is_err());
        assert!(guard(&root, &root.join("public/below"), &sources).is_err());
        assert!(guard(&root, &root.join("dangling"), &sources).unwrap_err().to_string().contains("does not exist"));
    }
}
