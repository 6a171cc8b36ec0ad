//! The build of a commit, made in memory.

use std::{path::Path, sync::Arc};

use crate::build::{Facts, Given, Request, Session, Watched, build, store::Store, trace::Silent};
use crate::compare::Build;
use crate::model::{Config, Error, Level};
use crate::output::{Manifest, MemoryStage};
use crate::source::{commit, facts};

impl Build {
    /// The build of the site in `root` as the commit `reference` holds it, without the days on which files changed; `None`
    /// where git knows no such commit.
    ///
    /// # Errors
    ///
    /// A commit whose site has mistakes, or that has no site there.
    pub fn of_commit(root: &Path, reference: &str) -> Result<Option<Self>, Error> {
        let Some(tree) = commit::site(root, reference)? else { return Ok(None) };
        let facts = |_: &Config| Facts { today: facts::today(), changed: Arc::default(), watched: Watched::default() };
        let (request, old) = (Request::default(), Manifest::default());
        let given =
            Given { files: &tree, facts: &facts, request: &request, old: &old, missing: &[], progress: &Silent };
        let stage = MemoryStage::new();
        let session = Session::new(Store::off());
        let outcome = build(&session, &given, &stage).map_err(|error| {
            error.help(format!(
                "see that the commit `{}` holds the site, with its `site.toml`",
                reference.escape_debug()
            ))
        })?;
        let error = outcome.diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error);
        if let Some(error) = error {
            let what = format!("the site has mistakes in the commit `{}`: {}", reference.escape_debug(), error.message);
            return Err(Error::new(what).help("name another commit"));
        }
        Ok(Some(Self::of_files(stage.into_files())))
    }
}
