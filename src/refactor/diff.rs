//! Changes as a patch that people and git read.

use similar::TextDiff;

use crate::output::edit::Planned;
use crate::refactor::texts::is_changed;

/// What is planned as a unified diff, in the form that `git apply` takes.
pub fn unified(planned: &[Planned]) -> String {
    planned.iter().filter(|planned| is_changed(planned)).map(of_file).collect()
}

fn of_file(planned: &Planned) -> String {
    let Planned { from, to, before, after, .. } = planned;
    let mut text = format!("diff --git a/{from} b/{to}\n");
    let Some(after) = after else {
        return text + &format!("similarity index 100%\nrename from {from}\nrename to {to}\n");
    };
    if from != to {
        text.push_str(&format!("rename from {from}\nrename to {to}\n"));
    }
    // Texts were read as UTF-8 before they were edited.
    let (old, new) = (String::from_utf8_lossy(before.as_deref().unwrap_or_default()), String::from_utf8_lossy(after));
    let mut old_name = format!("a/{from}");
    if before.is_none() {
        text.push_str("new file mode 100644\n");
        old_name = "/dev/null".to_owned();
    }
    // As git does it: a tab ends a name with spaces.
    let ended = |name: String| if name.contains(' ') { name + "\t" } else { name };
    let diff = TextDiff::from_lines(&*old, &*new);
    let header = (ended(old_name), ended(format!("b/{to}")));
    text + &diff.unified_diff().context_radius(3).header(&header.0, &header.1).to_string()
}
