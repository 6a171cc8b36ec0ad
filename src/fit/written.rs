//! `site.toml` with the weights in it.

use crate::fit::{Fit, learn::TOP};
use crate::model::{
    Edit, Error, Patch, RelPath,
    config::Config,
    signal::{Signal, Weights},
};
use crate::source::{Files, config, text};

/// The table that holds the weights.
const TABLE: &str = "[related.weights]";

/// The weights as lines of `site.toml`, with what they were fitted to and how well they do.
pub fn lines(fit: &Fit) -> String {
    let Fit { weights, articles, listed, before, after } = fit;
    let mut lines = format!(
        "# Fitted by `docweave related fit` to the lists of {articles} articles, which name {listed}.\n\
         # Of lists that were not seen, {:.1} % are among the first {TOP}; by default {:.1} %.\n{TABLE}\n",
        after * 100.0,
        before * 100.0
    );
    for signal in Signal::all() {
        let hundredths = weights.hundredths(signal);
        lines += &format!("{} = {}.{:02}\n", signal.name(), hundredths / 100, hundredths % 100);
    }
    lines
}

/// The change that puts the weights into `site.toml`: in the place of those that stand there, or at its end.
///
/// # Errors
///
/// A `site.toml` that would not say this afterwards, and nothing else; failures of the environment.
pub fn patch(files: &dyn Files, fit: &Fit) -> Result<Patch, Error> {
    let path = RelPath::new("site.toml").expect("a path");
    let bytes = files.read_unlisted(&path)?;
    let (old, _) = text::decode(path.as_str(), &bytes).map_err(|problem| Error::new(problem.message.clone()))?;
    let (range, lines) = place(&old, fit);
    let new = format!("{}{lines}{}", &old[..range.start], &old[range.end..]);
    let wanted = with(config::parse(&old, path.as_str()).0, fit.weights);
    let (found, problems) = config::parse(&new, path.as_str());
    if found != wanted || !problems.is_empty() {
        return Err(Error::new("the weights can't be put into site.toml where they belong")
            .help(format!("nothing was changed: write them yourself, as a table `{TABLE}`")));
    }
    let mut patch = Patch::default();
    patch.note(&path, &bytes);
    patch.edits.push(Edit::new(path, range, lines));
    Ok(patch)
}

fn with(mut config: Config, weights: Weights) -> Config {
    config.related.weights = weights;
    config
}

/// Where the lines go, and what is typed there. Whether that is right shows when the text is read again.
fn place(text: &str, fit: &Fit) -> (std::ops::Range<usize>, String) {
    let lines = lines(fit);
    let mut at = 0;
    let mut starts = Vec::new();
    for line in text.split_inclusive('\n') {
        starts.push((at, line.trim()));
        at += line.len();
    }
    let Some(table) = starts.iter().position(|(_, line)| *line == TABLE) else {
        let gap = if text.is_empty() || text.ends_with("\n\n") {
            ""
        } else if text.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        return (text.len()..text.len(), format!("{gap}{lines}"));
    };
    let is_ours = |line: &str| line.starts_with("# Fitted by") || line.starts_with("# Of lists that were not seen");
    let above = starts[..table].iter().rev().take_while(|(_, line)| is_ours(line)).count();
    let is_weight = |line: &str| line.split_once('=').is_some_and(|(name, _)| Signal::named(name.trim()).is_some());
    let below = starts[table + 1..].iter().take_while(|(_, line)| is_weight(line)).count();
    let end = starts.get(table + 1 + below).map_or(text.len(), |(at, _)| *at);
    (starts[table - above].0..end, lines)
}
