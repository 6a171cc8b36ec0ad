//! For any sequence of edits, a session that stays builds what a cold build does, in bytes and in warnings.

use std::path::Path;

use docweave::{
    build::{self, Given, Session, store::Store, trace::Silent},
    output::{Manifest, MemoryStage},
    source::disk::Folder,
};
use proptest::{prelude::*, test_runner::TestError};

use crate::{
    property::{
        edits::{State, apply, steps},
        runner,
    },
    site::{Files, Site, cold, difference, facts_of_today, line},
};

/// A session, and the tree that its builds led to.
struct Staying {
    session: Session,
    manifest: Manifest,
    files: Files,
}

impl Staying {
    fn new() -> Self {
        Self { session: Session::new(Store::off()).staying(), manifest: Manifest::default(), files: Files::new() }
    }

    /// Builds the site in `root`, and says where that differs from a cold build.
    fn difference_from_cold(&mut self, root: &Path, request: &build::Request) -> Option<String> {
        let files = Folder::open(root).unwrap();
        let old = &self.manifest;
        let given = Given { files: &files, facts: &facts_of_today, request, old, missing: &[], progress: &Silent };
        let stage = MemoryStage::new();
        let outcome = build::build(&self.session, &given, &stage).unwrap();
        let (cold, diagnostics) = cold(root, request);
        if diagnostics != outcome.diagnostics {
            let told = |all: &[_]| all.iter().map(|one| line(one) + "\n").collect::<String>();
            return Some(format!("stays: {}\ncold: {}", told(&outcome.diagnostics), told(&diagnostics)));
        }
        let plan = outcome.plan?;
        let mut staged = stage.into_files();
        let mut tree = Files::new();
        for path in plan.manifest().files.keys() {
            let bytes = staged.remove(path).map(|bytes| bytes.to_vec()).filter(|_| plan.staged().contains(path));
            let bytes = bytes.or_else(|| self.files.get(path.as_str()).cloned());
            tree.extend(bytes.map(|bytes| (path.to_string(), bytes)));
        }
        self.files = tree;
        self.manifest = plan.into_manifest();
        difference(&self.files, &cold)
    }
}

#[test]
fn a_session_that_stays_equals_a_cold_build() {
    let result = runner(64).run(&steps(6), |steps| {
        let mut site = Site::new("");
        // So that there is an index of the search as well.
        site.and("-- themes/bare/templates/search.html --\n-- themes/bare/templates/search_dialog.html --\n");
        let mut staying = Staying::new();
        let mut states = vec![State::first()];
        states[0].write(&mut site, None);
        staying.difference_from_cold(site.root(), site.request());
        for (number, step) in steps.iter().enumerate() {
            apply(&mut site, step, &mut states);
            if let Some(difference) = staying.difference_from_cold(site.root(), site.request()) {
                return Err(TestCaseError::fail(format!("after step {number}: {difference}")));
            }
        }
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, steps)) => panic!("{reason}\n{steps:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}
