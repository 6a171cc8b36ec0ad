//! A text on its way to an article: what each of its lines is, as far as is known.

use crate::import::{
    report::{Kind, Report},
    unit::Unit,
};
use crate::model::Date;

/// What a unit of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of the article's text.
    Text,
    /// A heading of this level.
    Heading(u8),
    /// The quote before the text.
    PullQuote,
    /// No part of the article's text: in front matter, in the data, or left out. It is told where.
    Taken,
}

/// A text whose lines are told apart step by step.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) units: Vec<Unit<'a>>,
    /// What each unit is.
    pub(super) roles: Vec<Role>,
    pub(super) front: Front,
    pub(super) data: Vec<Data>,
    pub(super) report: Report,
}

/// What goes into front matter.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) updated: Option<Date>,
    pub(super) authors: Vec<String>,
    /// Names of data files.
    pub(super) cards: Vec<String>,
}

/// A data file of cards.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) title: String,
    pub(super) cards: Vec<Card>,
}

/// One card.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) label: Option<String>,
    pub(super) title: String,
    pub(super) text: Option<String>,
    pub(super) url: Option<String>,
    pub(super) meta: Vec<String>,
}

impl<'a> Draft<'a> {
    /// A draft of which nothing is known yet.
    pub(super) fn new(units: Vec<Unit<'a>>, report: Report) -> Self {
        let roles = vec![Role::Text; units.len()];
        Self { units, roles, front: Front::default(), data: Vec::new(), report }
    }

    /// Whether there is such a unit and it is text.
    pub(super) fn is_text(&self, at: usize) -> bool {
        self.roles.get(at) == Some(&Role::Text)
    }

    /// The first unit from `at` on that is text.
    pub(super) fn next_text(&self, at: usize) -> Option<usize> {
        (at..self.units.len()).find(|at| self.is_text(*at))
    }

    /// Takes units out of the text, and tells why.
    pub(super) fn take(&mut self, units: &[usize], kind: Kind, what: impl Into<String>) {
        units.iter().for_each(|at| self.roles[*at] = Role::Taken);
        self.tell(units, kind, what);
    }

    /// Tells something about units, those that follow each other as one range with the blank lines between them.
    pub(super) fn tell(&mut self, units: &[usize], kind: Kind, what: impl Into<String>) {
        let stretches = units.chunk_by(|a, b| a + 1 == *b);
        let lines: Vec<_> = stretches
            .map(|stretch| {
                let (first, last) = (stretch[0], stretch[stretch.len() - 1]);
                (self.units[first].lines().0, self.units[last].lines().1)
            })
            .collect();
        self.report.tell(kind, &lines, what);
    }
}
