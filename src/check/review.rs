//! Rules about time: `overdue-review`, `outdated-review`.

use crate::check::{Facts, path_of};
use crate::model::{Diagnostic, site::Page};

/// An article that somebody should have read again by now, or whose sources changed since its last change.
pub(super) fn reviews(page: &Page, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let front = &page.head.front;
    let path = path_of(&page.head);
    let mut found = Vec::new();
    if let Some(day) = front.review_by.filter(|day| *day < facts.today) {
        let message = format!("this article was to be reviewed by {day}");
        let help = "read it again, mend what is no longer so, and set `review_by` to the next day for it";
        found.push(Diagnostic::warning("overdue-review", &path, None, message).help(help));
    }
    let (Some(dates), Some(own)) = (facts.watched, page.updated.or(front.date)) else { return found };
    for watched in &front.watches {
        let name = watched.value.escape_debug();
        let problem = match dates.get(&watched.value) {
            None => Diagnostic::warning(
                "outdated-review",
                &path,
                watched.span,
                format!("`{name}`, which this article watches, is no file that git knows"),
            )
            .help("write its path from the site's folder"),
            Some(day) if *day > own => Diagnostic::warning(
                "outdated-review",
                &path,
                watched.span,
                format!("`{name}` changed on {day}, and this article, which watches it, last on {own}"),
            )
            .help("read the article again, and set `updated` in its front matter to that day"),
            Some(_) => continue,
        };
        found.push(problem);
    }
    found
}
