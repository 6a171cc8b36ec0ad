//! Pipelines: files by which a host checks, builds and publishes a site.

use std::path::Path;

use crate::model::{Error, RelPath};
use crate::output;

/// Who runs the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipeline {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Forgejo Actions, as at Codeberg.
    Forgejo,
    /// An image with a web server.
    Docker,
}

impl Pipeline {
    /// Its files by their path; `{{ version }}` is filled in.
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::GitHub => &[(".github/workflows/site.yml", include_str!("ci/github.yml"))],
            Self::GitLab => &[(".gitlab-ci.yml", include_str!("ci/gitlab.yml"))],
            Self::Forgejo => &[(".forgejo/workflows/site.yml", include_str!("ci/forgejo.yml"))],
            Self::Docker => {
                &[("Dockerfile", include_str!("ci/Dockerfile")), (".dockerignore", "/public\n/.docweave\n")]
            }
        }
    }
}

/// Writes the files of a pipeline into the site `dir`, and gives their paths. The program's own version is pinned.
///
/// # Errors
///
/// Any of the files, if it is there already.
pub fn pipeline(dir: &Path, pipeline: Pipeline) -> Result<Vec<RelPath>, Error> {
    let files = pipeline.files();
    if let Some(taken) = files.iter().map(|(path, _)| dir.join(path)).find(|path| path.symlink_metadata().is_ok()) {
        let help = "docweave does not overwrite it: move it away, and put the two together by hand";
        return Err(Error::new("there is a file already:").at(taken).help(help));
    }
    let mut written = Vec::new();
    for (path, text) in files {
        let text = text.replace("{{ version }}", env!("CARGO_PKG_VERSION"));
        output::write_new(&dir.join(path), text.as_bytes())?;
        written.push(RelPath::new(*path).expect("the files of a pipeline have paths"));
    }
    Ok(written)
}
