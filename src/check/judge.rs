//! How much each finding matters: by the rule's own level, by `[check]`, and by what comments allow.

use std::collections::BTreeMap;

use crate::model::{
    ASKED_FOR, Config, Diagnostic, Level, RULES, Rule, Site, Span,
    diagnostic::did_you_mean,
    page::{Allowance, AllowedIn},
};

/// Gives findings their levels, and notes which comments allowed any of them.
pub struct Judge<'a> {
    config: &'a Config,
    paths: Vec<(glob::Pattern, &'a BTreeMap<String, Level>)>,
    /// Allowances by the file that they stand in.
    allowances: BTreeMap<String, Vec<&'a Allowance>>,
    /// Those that allowed something, by file and place, and which of their rules.
    used: std::collections::BTreeSet<(String, Span, String)>,
}

impl<'a> Judge<'a> {
    /// A judge by this configuration, who knows no comments yet.
    pub fn new(config: &'a Config) -> Self {
        let patterns = config.check.paths.iter();
        let paths = patterns.filter_map(|(pattern, levels)| Some((glob::Pattern::new(pattern).ok()?, levels)));
        Self { config, paths: paths.collect(), allowances: BTreeMap::new(), used: Default::default() }
    }

    /// The same with the comments in the articles of the site.
    pub fn with_comments(mut self, site: &'a Site) -> Self {
        for page in &site.pages {
            for allowance in &page.head.allowances {
                let own = || format!("content/{}", page.head.path);
                let path = allowance.origin.as_deref().map_or_else(own, ToString::to_string);
                self.allowances.entry(path).or_default().push(allowance);
            }
        }
        self
    }

    /// Findings at their levels, ordered, each once, without those that are allowed.
    pub fn settle(&mut self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        for diagnostic in &mut diagnostics {
            let Some(rule) = Rule::named(&diagnostic.code) else { continue };
            diagnostic.level =
                if self.is_allowed(diagnostic) { Level::Allow } else { self.level(rule, &diagnostic.place.path) };
        }
        diagnostics.retain(|diagnostic| diagnostic.level != Level::Allow);
        diagnostics.sort();
        diagnostics.dedup();
        diagnostics
    }

    /// What is wrong with comments: those that allowed nothing of all that was settled so far.
    pub fn unused(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (path, allowances) in &self.allowances {
            for allowance in allowances {
                let of_rule = |rule: &String| {
                    // What is not always looked for may be allowed all the same.
                    if ASKED_FOR.contains(&rule.as_str()) {
                        return None;
                    }
                    if self.used.contains(&(path.clone(), allowance.span, rule.clone())) {
                        return None;
                    }
                    let shown = rule.escape_debug();
                    let (message, help) = match Rule::named(rule) {
                        Some(_) => (format!("nothing of `{shown}` is found here"), "take it out".to_owned()),
                        None => (format!("there is no rule `{shown}`"), near(rule)),
                    };
                    let problem = Diagnostic::warning("unused-allowance", path, allowance.span, message).help(help);
                    let is_alone = allowance.rules.len() == 1 && Rule::named(rule).is_some();
                    Some(if is_alone { problem.fix(allowance.span, "", "") } else { problem })
                };
                found.extend(allowance.rules.iter().filter_map(of_rule));
            }
        }
        found
    }

    fn level(&self, rule: &Rule, path: &str) -> Level {
        let here = self.paths.iter().rev().filter(|(pattern, _)| pattern.matches(path));
        let here = here.filter_map(|(_, levels)| levels.get(rule.name)).next();
        *here.or_else(|| self.config.check.levels.get(rule.name)).unwrap_or(&rule.level)
    }

    /// Whether a comment allows it. All comments that do are noted.
    fn is_allowed(&mut self, diagnostic: &Diagnostic) -> bool {
        let Some(allowances) = self.allowances.get(&diagnostic.place.path) else { return false };
        let mut is_allowed = false;
        for allowance in allowances {
            let here = match (allowance.lines, diagnostic.place.span) {
                (AllowedIn::File, _) => true,
                (AllowedIn::Lines(first, last), Some(span)) => (first..=last).contains(&span.line),
                (AllowedIn::Lines(..), None) => false,
            };
            if here && allowance.rules.contains(&diagnostic.code) {
                self.used.insert((diagnostic.place.path.clone(), allowance.span, diagnostic.code.clone()));
                is_allowed = true;
            }
        }
        is_allowed
    }
}

fn near(rule: &str) -> String {
    match did_you_mean(rule, RULES.iter().map(|rule| rule.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`docweave check --list` prints the rules".to_owned(),
    }
}
