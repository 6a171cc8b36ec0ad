//! The rules of the check engine: what each is called, how much it matters, and why.
//!
//! Whatever is no rule is an error that leaves no site to write. What breaks a rule is found where it shows: rules of the
//! text in `parse`, those of links in `link`, those of images and code in `render`, and all others in `check`.

use crate::model::Level;

/// A rule, whose level `[check]` of `site.toml` may set.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its stable name, the code of its diagnostics.
    pub name: &'static str,
    /// Its level where the site says nothing.
    pub level: Level,
    /// What it tells of, as a noun: one line for lists.
    pub about: &'static str,
    /// Why that matters to readers, in a sentence.
    pub reason: &'static str,
    /// Markdown that breaks it, and the same mended. Both empty where no few lines of an article could show it.
    pub example: (&'static str, &'static str),
}

impl Rule {
    /// The rule of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.binary_search_by(|rule| rule.name.cmp(name)).ok().map(|index| &RULES[index])
    }
}

/// Rules of which no build finds anything: they look only where somebody asks for it, on the network or by running code.
pub const ASKED_FOR: &[&str] = &["broken-external", "broken-external-anchor", "failing-sample", "moved-external"];

/// All rules, by name.
pub const RULES: &[Rule] = &[
    Rule {
        name: "ambiguous-link",
        level: Level::Warning,
        about: "a link by title that several pages have",
        reason: "The link leads to the first of them, which may not be the one that was meant.",
        example: ("Read [[Install]].", "Read [[guides/install|Install]]."),
    },
    Rule {
        name: "bad-diagram",
        level: Level::Warning,
        about: "a diagram that can't be drawn",
        reason: "Readers get its source instead.",
        example: ("```mermaid\ngraph TD\n  A --> \n```", "```mermaid\ngraph TD\n  A --> B\n```"),
    },
    Rule {
        name: "bad-formula",
        level: Level::Warning,
        about: "a formula that can't be read",
        reason: "Readers get its source instead.",
        example: ("$\\frac{1}{\\sqr{2}}$", "$\\frac{1}{\\sqrt{2}}$"),
    },
    Rule {
        name: "bad-inventory",
        level: Level::Warning,
        about: "an entry of another site's inventory that nothing can be linked to by",
        reason: "A link to it would not be found.",
        example: ("", ""),
    },
    Rule {
        name: "bad-style",
        level: Level::Warning,
        about: "something in a theme's style sheet that is no CSS",
        reason: "Browsers drop the rule that it stands in, and whatever it was for is missing.",
        example: ("", ""),
    },
    Rule {
        name: "bare-url",
        level: Level::Advice,
        about: "an address that stands in the text with no words of its own",
        reason: "A screen reader spells it out, and nobody knows what is there.",
        example: (
            "See https://example.org/a?b=1.",
            "See [the notes](https://example.org/a?b=1), or <https://example.org> where the address itself is meant.",
        ),
    },
    Rule {
        name: "broken-anchor",
        level: Level::Warning,
        about: "a link to a heading that its page does not have",
        reason: "Readers end at the top of the page and have to search.",
        example: ("[the limits](limits.md#quota)", "[the limits](limits.md#quotas)"),
    },
    Rule {
        name: "broken-external",
        level: Level::Warning,
        about: "an address on another site that leads nowhere: only where `docweave check --external` asks",
        reason: "Readers end on an error page.",
        example: ("", ""),
    },
    Rule {
        name: "broken-external-anchor",
        level: Level::Warning,
        about: "a page of another site that has no such id, likewise",
        reason: "Readers end at the top of the page and have to search.",
        example: ("", ""),
    },
    Rule {
        name: "broken-image",
        level: Level::Warning,
        about: "an image that does not exist",
        reason: "Readers see an empty frame.",
        example: ("![The gates](gate.png)", "![The gates](gates.png)"),
    },
    Rule {
        name: "broken-link",
        level: Level::Warning,
        about: "a link to an article or a file that does not exist, or is not published",
        reason: "Readers end on an error page.",
        example: ("[the start](strat.md)", "[the start](start.md)"),
    },
    Rule {
        name: "broken-related",
        level: Level::Warning,
        about: "an article in `related` that does not exist",
        reason: "What an editor wanted to be read next is missing.",
        example: ("", ""),
    },
    Rule {
        name: "code-note",
        level: Level::Warning,
        about: "a number in code without its explanation, or the reverse",
        reason: "A mark that explains nothing, or an explanation that nobody finds.",
        example: ("", ""),
    },
    Rule {
        name: "code-option",
        level: Level::Warning,
        about: "something behind a fence or in a comment of code that is nearly understood",
        reason: "What was asked for does not happen.",
        example: ("```rust {lines=2}", "```rust {2}"),
    },
    Rule {
        name: "component-syntax",
        level: Level::Warning,
        about: "what is nearly a call of a component",
        reason: "It is shown as it is written.",
        example: ("{{ video(id=5 }}", "{{ video(id=5) }}"),
    },
    Rule {
        name: "control-character",
        level: Level::Warning,
        about: "a control character in a text",
        reason: "Nobody sees it, and programs that read the page may fail.",
        example: ("", ""),
    },
    Rule {
        name: "damaged-image",
        level: Level::Warning,
        about: "an image whose file can't be read",
        reason: "Readers may see nothing of it.",
        example: ("", ""),
    },
    Rule {
        name: "dead-end",
        level: Level::Advice,
        about: "an article whose text leads to no other page of the site",
        reason: "Readers who want more have only the lists beside the text.",
        example: ("Text without any link.", "Text that names [what comes next](next.md)."),
    },
    Rule {
        name: "discouraged-term",
        level: Level::Warning,
        about: "a word or phrase that `[terms.avoid]` of `site.toml` names",
        reason: "Readers take two names for two things.",
        example: ("", ""),
    },
    Rule {
        name: "duplicate-description",
        level: Level::Advice,
        about: "a description that another page has as well",
        reason: "In lists and in search results the two can't be told apart.",
        example: ("", ""),
    },
    Rule {
        name: "duplicate-heading",
        level: Level::Advice,
        about: "a heading that stands twice below the same heading",
        reason: "Links and contents can't tell the two apart, and the second one's id has a number that moves.",
        example: ("## Options\n\n## Options", "## Options of build\n\n## Options of serve"),
    },
    Rule {
        name: "duplicate-id",
        level: Level::Warning,
        about: "a heading's id that its article has already",
        reason: "Links to it lead to the first.",
        example: ("## A {#a}\n\n## B {#a}", "## A {#a}\n\n## B {#b}"),
    },
    Rule {
        name: "duplicate-title",
        level: Level::Advice,
        about: "a title that another page has as well",
        reason: "In search results and in the tabs of a browser the two can't be told apart.",
        example: ("", ""),
    },
    Rule {
        name: "empty-section",
        level: Level::Advice,
        about: "a heading with nothing below it",
        reason: "Whoever comes by its link finds nothing.",
        example: ("## Limits\n\n## Costs", "## Limits\n\nAt most 100 a second."),
    },
    Rule {
        name: "failing-sample",
        level: Level::Warning,
        about: "a sample of code that does not work: only where `docweave check --samples` runs them",
        reason: "Whoever copies it gets the same error.",
        example: ("", ""),
    },
    Rule {
        name: "heading-skip",
        level: Level::Advice,
        about: "a heading that is more than one level below the one before it",
        reason: "Readers with a screen reader take the level that was left out for something that they missed.",
        example: ("## A\n\n#### B", "## A\n\n### B"),
    },
    Rule {
        name: "hidden-character",
        level: Level::Warning,
        about: "a character that can't be seen, or that turns the direction of what stands behind it",
        reason: "A text that reads otherwise than it is can hide an attack, and a word with such a character in it is not found.",
        example: ("", ""),
    },
    Rule {
        name: "huge-image",
        level: Level::Warning,
        about: "an image of more pixels or bytes than are read",
        reason: "It is sent to readers as it is.",
        example: ("", ""),
    },
    Rule {
        name: "lost-anchor",
        level: Level::Warning,
        about: "an id that a page had when `urls.txt` was written",
        reason: "Whoever kept the address of that place ends at the top of the page.",
        example: ("", ""),
    },
    Rule {
        name: "lost-url",
        level: Level::Warning,
        about: "an address that the site had when `urls.txt` was written",
        reason: "Whoever kept it, or found it elsewhere, ends on an error page.",
        example: ("", ""),
    },
    Rule {
        name: "misplaced-container",
        level: Level::Warning,
        about: "a container that stands where it means nothing",
        reason: "It is shown as a plain block.",
        example: ("", ""),
    },
    Rule {
        name: "missing-alt",
        level: Level::Warning,
        about: "an image, a video or a sound without words that stand for it",
        reason: "Whoever can't see it is told nothing.",
        example: ("![](gates.png)", "![Three gates between two teams](gates.png)"),
    },
    Rule {
        name: "missing-description",
        level: Level::Advice,
        about: "an article without a description",
        reason: "Lists, search results and cards show the beginning of the text in its place.",
        example: (
            "+++\ntitle = \"Limits\"\n+++\n\nA hundred a second.",
            "+++\ntitle = \"Limits\"\ndescription = \"How much the service takes.\"\n+++\n\nA hundred a second.",
        ),
    },
    Rule {
        name: "missing-field",
        level: Level::Warning,
        about: "a field of the front matter that `[check.fields]` requires",
        reason: "Something that your team agreed on is missing.",
        example: ("", ""),
    },
    Rule {
        name: "moved-external",
        level: Level::Warning,
        about: "an address on another site that has moved for good, likewise",
        reason: "The old one may stop leading there.",
        example: ("", ""),
    },
    Rule {
        name: "no-code-language",
        level: Level::Advice,
        about: "a block of code that does not say its language",
        reason: "It is shown without colours, and nobody can test it.",
        example: ("```\ncargo run\n```", "```console\n$ cargo run\n```"),
    },
    Rule {
        name: "orphan",
        level: Level::Advice,
        about: "an article that no text of the site leads to",
        reason: "It can be found only in lists and by search.",
        example: ("", ""),
    },
    Rule {
        name: "outdated-review",
        level: Level::Warning,
        about: "an article whose watched sources changed after it was last looked at",
        reason: "What it says may no longer be so.",
        example: ("", ""),
    },
    Rule {
        name: "overdue-review",
        level: Level::Warning,
        about: "an article past its `review_by`",
        reason: "Somebody promised to look at it by then.",
        example: ("review_by = 2026-01-01", "review_by = 2027-01-01"),
    },
    Rule {
        name: "plain-code",
        level: Level::Warning,
        about: "code that is too large to be coloured",
        reason: "It is shown without colours.",
        example: ("", ""),
    },
    Rule {
        name: "possible-secret",
        level: Level::Warning,
        about: "what looks like a key or a token that should be known to few",
        reason: "Whoever reads the page can use it.",
        example: ("", ""),
    },
    Rule {
        name: "refused-attribute",
        level: Level::Warning,
        about: "an attribute that would run code or set a style in place",
        reason: "It is left out, since the site's security policy would refuse it.",
        example: ("", ""),
    },
    Rule {
        name: "single-member-topic",
        level: Level::Advice,
        about: "a topic that a single article belongs to",
        reason: "Its page leads nowhere else.",
        example: ("", ""),
    },
    Rule {
        name: "stray-attributes",
        level: Level::Warning,
        about: "attributes that belong to no block",
        reason: "They are left out.",
        example: ("", ""),
    },
    Rule {
        name: "stray-container-end",
        level: Level::Warning,
        about: "the end of a container where none is open",
        reason: "It is shown as it is written.",
        example: ("", ""),
    },
    Rule {
        name: "topic-address",
        level: Level::Warning,
        about: "an address for the prose of a topic, which has its topic's",
        reason: "It is left aside.",
        example: ("", ""),
    },
    Rule {
        name: "unclosed-container",
        level: Level::Warning,
        about: "a container or component that is never closed",
        reason: "All that stands behind it is inside.",
        example: ("", ""),
    },
    Rule {
        name: "undefined-footnote",
        level: Level::Warning,
        about: "the mark of a footnote that says nothing",
        reason: "Readers see the mark as it is written.",
        example: ("So it was.[^1]", "So it was.[^1]\n\n[^1]: In 2024."),
    },
    Rule {
        name: "undefined-reference",
        level: Level::Warning,
        about: "a link by reference that is defined nowhere",
        reason: "Readers see its brackets.",
        example: ("[the notes][notes]", "[the notes][notes]\n\n[notes]: https://example.org/notes"),
    },
    Rule {
        name: "unknown-code-language",
        level: Level::Advice,
        about: "a language of code that has no colours",
        reason: "The code is shown without colours: perhaps the name is misspelled.",
        example: ("```pyhton\nprint(1)\n```", "```python\nprint(1)\n```"),
    },
    Rule {
        name: "unknown-component",
        level: Level::Warning,
        about: "a component that is defined nowhere",
        reason: "It is shown as it is written.",
        example: ("", ""),
    },
    Rule {
        name: "unknown-topic",
        level: Level::Warning,
        about: "a topic that `site.toml` does not declare",
        reason: "The article is missing from the topic's page.",
        example: ("", ""),
    },
    Rule {
        name: "untrusted-content",
        level: Level::Warning,
        about: "something that strangers wrote and that is not published: HTML, an address, a component, a file",
        reason: "It could run in a reader's browser or pass for a part of the site.",
        example: ("", ""),
    },
    Rule {
        name: "unused-allowance",
        level: Level::Advice,
        about: "a comment `check: allow` that allows nothing",
        reason: "It would hide the next mistake.",
        example: ("", ""),
    },
    Rule {
        name: "unused-footnote",
        level: Level::Warning,
        about: "a footnote that nothing refers to",
        reason: "It is not shown at all.",
        example: ("", ""),
    },
    Rule {
        name: "unused-reference",
        level: Level::Advice,
        about: "a definition of a link that nothing refers to",
        reason: "It is not shown at all: perhaps the link to it is misspelled.",
        example: ("", ""),
    },
    Rule {
        name: "vague-link",
        level: Level::Advice,
        about: "a link whose words say nothing, such as “here”",
        reason: "Out of its sentence, in a list of links, nobody knows where it leads.",
        example: ("For the limits click [here](limits.md).", "See [the limits](limits.md)."),
    },
    Rule {
        name: "wrong-field",
        level: Level::Warning,
        about: "a field of the front matter that is not as `[check.fields]` says",
        reason: "Programs and templates that read it may fail.",
        example: ("", ""),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_ordered_by_name() {
        assert!(RULES.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(RULES.iter().all(|rule| Rule::named(rule.name).is_some_and(|found| found.name == rule.name)));
        assert!(Rule::named("no-such-rule").is_none());
    }
}
