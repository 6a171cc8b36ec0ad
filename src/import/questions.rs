//! Questions and their answers: `1. Question: ..` with `Answer: ..` below it, or `Q: ..` with `A: ..`.

use crate::import::{
    blocks::{Question, Run},
    draft::Draft,
    unit::{Marker, Unit},
};

/// How a question or an answer is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `Question:` and `Answer:`.
    Words,
    /// `Q:` and `A:`.
    Letters,
}

/// The questions from unit `at` on. What stands between an answer and the next question is part of the answer.
pub(super) fn read<'d>(draft: &'d Draft<'_>, at: usize) -> Option<Run<Vec<Question<'d>>>> {
    let mut questions: Vec<Question<'d>> = Vec::new();
    let mut end = at;
    let mut form = None;
    while let Some((own, number, question)) = question(draft, end) {
        let Some(answer) = answer(draft, end + 1, own) else { break };
        let follows = questions.last().is_none_or(|last| number.is_none_or(|number| number == last.number + 1));
        if !follows || form.is_some_and(|form| form != own) {
            break;
        }
        form = Some(own);
        let number = number.or(questions.last().map(|last| last.number + 1)).unwrap_or(1);
        questions.push(Question { form: own, number, question, answer, more: Vec::new() });
        end += 2;
        let next = (end..draft.units.len()).find(|at| !draft.is_text(*at) || question_at(draft, *at, own));
        if let Some(next) = next.filter(|next| draft.is_text(*next))
            && let Some(last) = questions.last_mut()
        {
            last.more = (end..next).map(|at| draft.units[at].text.as_ref()).collect();
            end = next;
        }
    }
    // Single letters may be anything, once.
    let enough = if form == Some(Form::Letters) { 2 } else { 1 };
    (questions.len() >= enough).then_some(Run { what: questions, end })
}

/// Whether a question with an answer stands at unit `at`.
pub(super) fn begin(draft: &Draft<'_>, at: usize) -> bool {
    question(draft, at).is_some_and(|(form, ..)| answer(draft, at + 1, form).is_some())
}

fn question_at(draft: &Draft<'_>, at: usize, form: Form) -> bool {
    question(draft, at).is_some_and(|(own, ..)| own == form) && answer(draft, at + 1, form).is_some()
}

/// How a question is announced, its number, and the question.
fn question<'d>(draft: &'d Draft<'_>, at: usize) -> Option<(Form, Option<u32>, &'d str)> {
    let unit = draft.units.get(at).filter(|_| draft.is_text(at))?;
    let (form, number, text) = announced(unit, "question", "q")?;
    Some((form, number, text))
}

fn answer<'d>(draft: &'d Draft<'_>, at: usize, form: Form) -> Option<&'d str> {
    let unit = draft.units.get(at).filter(|unit| draft.is_text(at) && unit.marker.is_none())?;
    announced(unit, "answer", "a").filter(|(own, ..)| *own == form).map(|(_, _, text)| text)
}

/// `Question 3: text`, `Q3. text`, `3. Question: text`.
fn announced<'d>(unit: &'d Unit<'_>, word: &str, letter: &str) -> Option<(Form, Option<u32>, &'d str)> {
    let text = unit.content();
    let (form, rest) = match (after(text, word), after(text, letter)) {
        (Some(rest), _) => (Form::Words, rest),
        (None, Some(rest)) => (Form::Letters, rest),
        (None, None) => return None,
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let own: Option<u32> = rest[..digits].parse().ok();
    let number = match (unit.marker, own, digits) {
        (None, own, _) => own,
        (Some(Marker::Number(number)), None, 0) => Some(number),
        // Two numbers, of which one would be lost.
        _ => return None,
    };
    let text = rest[digits..].strip_prefix([':', '：', '.']).map(str::trim)?;
    (!text.is_empty() && (digits == 0 || own.is_some())).then_some((form, number, text))
}

/// What stands behind a word, in capitals or not, and the space behind it.
fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])?;
    Some(rest.strip_prefix(' ').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{report::Report, unit::units};

    fn questions(text: &str) -> Option<Vec<String>> {
        let draft = Draft::new(units(text, &mut Report::default()), Report::default());
        let shown = |q: &Question<'_>| {
            format!(
                "{} {} / {}{}",
                q.number,
                q.question,
                q.answer,
                q.more.iter().map(|m| format!(" + {m}")).collect::<String>()
            )
        };
        read(&draft, 0).map(|run| run.what.iter().map(shown).collect())
    }

    #[test]
    fn questions_are_found_with_their_answers() {
        for (text, expected) in [
            ("1. Question: A?\nAnswer: B.\n2. Question: C?\nAnswer: D.\nMore.", &["1 A? / B.", "2 C? / D."][..]),
            ("Q: A?\n\nA: B.\n\nand more\n\nQ: C?\n\nA: D.", &["1 A? / B. + and more", "2 C? / D."]),
            ("Q4: A?\nA4: B.\nQ5: C?\nA5: D.", &["4 A? / B.", "5 C? / D."]),
            ("Question 1: A?\nANSWER: B.", &["1 A? / B."]),
            ("1. Question: A?\nAnswer: B.\n3. Question: C?\nAnswer: D.", &["1 A? / B."]),
        ] {
            assert_eq!(
                questions(text).as_deref(),
                Some(expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_has_no_answer_is_no_question() {
        for text in [
            "1. Question: A?\nNo answer.",
            "Q: A?\nA: B.",
            "Questions: A?\nAnswer: B.",
            "Question the obvious\nAnswer: B.",
            "1. Question 2: A?\nAnswer: B.",
        ] {
            assert_eq!(questions(text), None, "{text}");
        }
    }
}
