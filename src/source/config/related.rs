//! `[related.weights]`: how much each thing counts that speaks for an article.

use crate::model::{
    Diagnostic, Spanned,
    diagnostic::did_you_mean,
    signal::{Signal, Weights},
};
use crate::source::config::{Checker, raw::InOrder};

/// Weights as they are written, in hundredths; what is left out counts what it counts by default.
pub(super) fn weights(raw: InOrder<Spanned<f64>>, checker: &mut Checker<'_>) -> Weights {
    let mut weights = Weights::default();
    let most = f64::from(Weights::MOST) / 100.0;
    for (name, weight) in raw.0 {
        let Some(signal) = Signal::named(&name.value) else {
            let help = match did_you_mean(&name.value, Signal::all().map(Signal::name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let names: Vec<String> = Signal::all().map(|signal| format!("`{}`", signal.name())).collect();
                    format!("the known keys are {}", names.join(", "))
                }
            };
            let message = format!("unknown key `{}` in `related.weights`", name.value.escape_debug());
            let problem = Diagnostic::error("unknown-key", checker.path, name.span, message);
            checker.diagnostics.push(problem.help(help));
            continue;
        };
        if (0.0..=most).contains(&weight.value) {
            weights.set(signal, (weight.value * 100.0).round() as u16);
        } else {
            let key = format!("related.weights.{}", signal.name());
            let reason = format!("{} is not from 0 to {most}", weight.value);
            checker.refuse(&key, &weight, &reason, &format!("write a number from 0 to {most}, such as `1.5`"));
        }
    }
    weights
}
