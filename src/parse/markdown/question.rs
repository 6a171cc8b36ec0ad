//! Questions and answers, in a section that the site's settings name.
//!
//! Two shapes are a question list: an ordered list whose items begin with a question, in the words of its label
//! (`Question: ..`) or by its mark at the end of their first line; and headings that end in a question mark.

use std::ops::Range;

use crate::model::doc::{Construct, Question};
use crate::parse::{Extension, heading, markdown::state::Writer};

/// What stands before a question, in the languages of the default theme.
const QUESTION_LABELS: &[&str] = &["question", "q", "frage", "pregunta", "質問", "سؤال"];

/// What stands before an answer.
const ANSWER_LABELS: &[&str] =
    &["answer", "a", "antwort", "réponse", "reponse", "respuesta", "回答", "答え", "جواب", "إجابة"];

/// Marks that end a question.
const MARKS: &[char] = &['?', '？', '؟', ';'];

/// A list of questions that is open: how deep lists stood when it began.
pub(super) struct QuestionList {
    depth: usize,
}

/// A question being read.
pub(super) struct QuestionDraft {
    part: Part,
    id: String,
    question: String,
    answer: String,
    /// The label before the question or the answer may still come.
    awaits_label: bool,
    /// The answer's first paragraph was opened by us: in a tight list nobody else closes it.
    pub(super) open_paragraph: bool,
    /// Asked by a heading: it ends with the next one.
    is_heading: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Question,
    Answer,
}

impl QuestionDraft {
    /// The text that is being gathered.
    pub(super) fn text_mut(&mut self) -> &mut String {
        if self.part == Part::Question { &mut self.question } else { &mut self.answer }
    }
}

impl Writer<'_, '_> {
    /// A heading has been written: does it begin or end a section of questions, or is it one?
    pub(super) fn begin_questions(&mut self, level: u8, id: &str, text: &str) {
        if self.question_level.is_some_and(|section| level <= section) {
            self.question_level = None;
        }
        if !self.options.extensions.has(Extension::Questions) {
            return;
        }
        if self.options.questions.iter().any(|title| letters(title).eq(letters(text))) {
            self.question_level = Some(level);
        } else if self.question_level.is_some() && text.ends_with(MARKS) {
            self.question = Some(QuestionDraft {
                part: Part::Answer,
                id: id.to_owned(),
                question: text.to_owned(),
                answer: String::new(),
                awaits_label: false,
                open_paragraph: false,
                is_heading: true,
            });
        }
    }

    pub(super) fn end_question_by_heading(&mut self) {
        if let Some(question) = self.question.take_if(|question| question.is_heading) {
            self.keep_question(question);
        }
    }

    fn keep_question(&mut self, draft: QuestionDraft) {
        let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let QuestionDraft { id, question, answer, .. } = draft;
        let (question, answer) = (tidy(&question), tidy(&answer));
        if !question.is_empty() && !answer.is_empty() {
            self.uses(Construct::Questions);
            self.questions.push(Question { id, question, answer });
        }
    }

    /// Whether the ordered list at `range` is one of questions; then it is read as such.
    pub(super) fn begin_question_list(&mut self, range: &Range<usize>) -> bool {
        let is_possible = self.question_level.is_some() && self.question_list.is_none() && self.depth == 0;
        let raw = self.file.text.get(range.clone()).unwrap_or("");
        if !is_possible || self.question.is_some() || !is_question_list(raw) {
            return false;
        }
        self.uses(Construct::Questions);
        self.question_list = Some(QuestionList { depth: self.lists.len() });
        true
    }

    pub(super) fn end_question_list(&mut self) {
        if self.question_list.as_ref().is_some_and(|list| list.depth > self.lists.len()) {
            self.question_list = None;
        }
    }

    fn is_in_question_list(&self) -> bool {
        self.question_list.as_ref().is_some_and(|list| list.depth == self.lists.len())
    }

    /// An item begins: a question, where the list is one of questions.
    pub(super) fn begin_question(&mut self) -> bool {
        if !self.is_in_question_list() {
            return false;
        }
        self.begin_piece();
        self.question = Some(QuestionDraft {
            part: Part::Question,
            id: String::new(),
            question: String::new(),
            answer: String::new(),
            awaits_label: true,
            open_paragraph: false,
            is_heading: false,
        });
        true
    }

    fn is_asking(&self) -> bool {
        self.titles == 0
            && self.is_in_question_list()
            && self.question.as_ref().is_some_and(|question| question.part == Part::Question)
    }

    /// A paragraph begins: the one of the question is written without its tag.
    pub(super) fn begin_answer_paragraph(&mut self) -> bool {
        self.is_asking()
    }

    /// A paragraph ends: the question ends with it.
    pub(super) fn end_question_paragraph(&mut self) -> bool {
        if !self.is_asking() {
            return false;
        }
        self.write_question();
        true
    }

    /// A line ends: the question ends with it, and the answer begins. An emphasis may go on to the next line.
    pub(super) fn end_question_line(&mut self) -> bool {
        if !self.is_asking() || self.inline_depth > 0 || self.image.is_some() {
            return false;
        }
        self.write_question();
        self.out.raw("<p>");
        if let Some(question) = &mut self.question {
            question.open_paragraph = true;
        }
        true
    }

    /// A block that is no paragraph begins: it ends the question, and the answer's first paragraph where we opened that.
    pub(super) fn begin_answer_block(&mut self) {
        if self.is_asking() {
            self.write_question();
        }
        self.end_answer_paragraph();
    }

    fn end_answer_paragraph(&mut self) {
        if let Some(question) = &mut self.question
            && std::mem::take(&mut question.open_paragraph)
        {
            self.gather_space();
            self.open_mark = None;
            self.out.raw("</p>\n");
        }
    }

    fn write_question(&mut self) {
        let asked = self.end_piece();
        let Some(question) = &mut self.question else { return };
        question.part = Part::Answer;
        question.awaits_label = true;
        if !asked.has_content_from(0) {
            self.out.fresh_line();
            return self.out.raw("<li class=\"question\">\n<div class=\"answer\">\n");
        }
        let slug = heading::slug(&question.question);
        let id = self.ids.unique(&slug);
        question.id.clone_from(&id);
        self.anchors.push(id.clone());
        let level = self.question_level.map_or(3, |level| (level + 1).min(6));
        self.out.fresh_line();
        self.out.raw("<li class=\"question\" id=\"");
        self.out.attribute(&id);
        self.out.raw(&format!("\"><h{level}>"));
        self.out.append(asked);
        self.out.raw("<a class=\"anchor\" href=\"#");
        self.out.attribute(&id);
        self.out.raw("\" aria-labelledby=\"");
        self.out.attribute(&id);
        self.out.raw(&format!("\"></a></h{level}>\n<div class=\"answer\">\n"));
    }

    /// An item ends.
    pub(super) fn end_question(&mut self) {
        if !self.is_in_question_list() || self.question.as_ref().is_none_or(|question| question.is_heading) {
            return;
        }
        if self.is_asking() {
            self.write_question();
        }
        self.end_answer_paragraph();
        let Some(question) = self.question.take() else { return };
        self.out.fresh_line();
        self.out.raw("</div>\n");
        self.keep_question(question);
    }

    /// How many bytes the label takes that the run begins with: `Question: `.
    pub(super) fn strip_label(&mut self, run: &str) -> usize {
        let Some(question) = self.question.as_mut().filter(|question| question.awaits_label) else { return 0 };
        let labels = if question.part == Part::Question { QUESTION_LABELS } else { ANSWER_LABELS };
        let length = label_length(run, labels);
        // A label in bold is a run of its own, and the space behind it belongs to the next.
        question.awaits_label = length > 0 && length == run.len();
        if length > 0 { length } else { run.len() - run.trim_start().len() }
    }
}

/// A title's characters in small letters, white space around it left aside.
fn letters(title: &str) -> impl Iterator<Item = char> {
    title.trim().chars().flat_map(char::to_lowercase)
}

fn label_length(text: &str, labels: &[&str]) -> usize {
    let Some((label, rest)) = text.split_once([':', '：']) else { return 0 };
    let is_label = labels.contains(&label.trim().to_lowercase().as_str());
    if is_label { text.len() - rest.trim_start().len() } else { 0 }
}

/// Whether each item of the list begins with a question. Looks at the first line of each item of the outermost list.
fn is_question_list(raw: &str) -> bool {
    let mut items = 0;
    let mut answered = 0;
    let mut lines = raw.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(text) = item_text(line) else { continue };
        items += 1;
        let text = text.trim().trim_matches('*');
        if text.starts_with(['#', '>', '-', '+', '`', '~', '|', '<']) {
            return false;
        }
        if label_length(text, QUESTION_LABELS) == 0 && !text.trim_end().ends_with(MARKS) {
            return false;
        }
        let next = lines.by_ref().find(|line| !line.trim().is_empty());
        answered += usize::from(next.is_some_and(|line| item_text(line).is_none()));
    }
    items > 0 && answered == items
}

/// The text of a line that begins an item of the outermost list: `12. text`.
fn item_text(line: &str) -> Option<&str> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &line[digits..];
    (digits > 0 && rest.starts_with(['.', ')'])).then(|| &rest[1..])
}
