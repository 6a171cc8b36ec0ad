//! The library that reads and lays out Mermaid, and its errors in our words.

use std::{ops::Range, sync::LazyLock};

use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderError, RenderOutput, RenderRequest, Renderer,
    SvgEnvironment, SvgRequest,
    svg::{
        DeterministicTextMeasurer, MeasurementProfileId, RenderResourcePolicy, ResourceLimitId, TextMeasurementPolicy,
        TextMeasurementProfile, TextMeasurementProfileIdentity,
    },
};
use serde_json::json;

use super::{Mistake, measure, palette};
use crate::model::diagnostic::did_you_mean;

/// The id of the drawing while it is ours alone.
pub(super) const ID: &str = "d";

/// What a diagram may cost: some thousand nodes and edges, about a second.
const WORK: usize = 1_500_000;

/// The least width of the words in a node, in pixels. The library's own default leaves room for four nodes in a row.
const NARROWEST: u32 = 40;

/// How many nodes a line may join by `&`.
const MOST_JOINED: usize = 40;

/// The first word of each kind of diagram, and what it is called.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("flowchart", "Flowchart"),
    ("graph", "Flowchart"),
    ("sequenceDiagram", "Sequence diagram"),
    ("classDiagram", "Class diagram"),
    ("stateDiagram-v2", "State diagram"),
    ("stateDiagram", "State diagram"),
    ("erDiagram", "Entity relationship diagram"),
    ("gantt", "Gantt chart"),
    ("pie", "Pie chart"),
    ("mindmap", "Mind map"),
    ("timeline", "Timeline"),
    ("gitGraph", "Git graph"),
    ("journey", "User journey"),
    ("quadrantChart", "Quadrant chart"),
    ("xychart", "Chart"),
    ("xychart-beta", "Chart"),
];

/// Lays out `source`: an SVG document with a style sheet, HTML in it and the id [`ID`].
pub(super) fn svg(source: &str) -> Result<String, Mistake> {
    multiplied(source)?;
    let mut request = SvgRequest { environment: ENVIRONMENT.clone(), ..SvgRequest::default() };
    request.options.diagram_id = Some(ID.to_owned());
    match RENDERER.render(RenderRequest::svg(source, OperationControl::new(), request)) {
        Ok(RenderOutput::Svg(Some(drawing))) => Ok(drawing.svg().to_owned()),
        Ok(_) => Err(unknown_kind(source)),
        Err(error) => Err(mistake(&error, source)),
    }
}

/// Refuses `a & b & .. --> c & d & ..` with so many names that the lines from each to each would take minutes to place.
fn multiplied(source: &str) -> Result<(), Mistake> {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if line.matches('&').count() > MOST_JOINED && line.contains("--") {
            let place = at..at + line.trim_end().len();
            return Err(Mistake::new(place, format!("more than {MOST_JOINED} nodes joined by `&` in one line"))
                .help("split the line, or the diagram"));
        }
        at += line.len();
    }
    Ok(())
}

static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
    let config = MermaidConfig::from_value(json!({
        "theme": "base",
        "look": "classic",
        "layout": "dagre",
        "fontFamily": "sans-serif",
        "securityLevel": "strict",
        "secure": [
            "secure", "securityLevel", "theme", "themeVariables", "themeCSS", "look", "layout", "fontFamily",
            "darkMode", "htmlLabels", "maxTextSize", "maxEdges",
        ],
        "flowchart": { "wrappingWidth": 200, "minNodeWidth": NARROWEST },
        "state": { "wrappingWidth": 200, "minNodeWidth": NARROWEST },
        "xyChart": { "width": 660, "height": 400 },
        "gantt": { "fontSize": 13, "sectionFontSize": 13, "leftPadding": 120 },
        "themeVariables": palette::variables(),
    }));
    Renderer::new().with_engine(Engine::new().with_site_config(config)).with_parse_options(ParseOptions::strict())
});

static ENVIRONMENT: LazyLock<SvgEnvironment> = LazyLock::new(|| {
    let id = MeasurementProfileId::new("docweave.sans").expect("the id is well formed");
    let identity = TextMeasurementProfileIdentity::new(id, "1").expect("the version is well formed");
    let measurer = DeterministicTextMeasurer::default().with_width_callback(measure::width);
    let limits = RenderResourcePolicy::interactive()
        .with_limit(ResourceLimitId::MaxLayoutWorkUnits, WORK)
        .expect("the limit may be set");
    SvgEnvironment::deterministic()
        .with_text_measurement_policy(TextMeasurementPolicy::uniform(TextMeasurementProfile::new(identity, measurer)))
        .with_resource_policy(limits)
});

fn mistake(error: &RenderError, source: &str) -> Mistake {
    let RenderError::Parse(diagnostic) = error else {
        return match error {
            RenderError::NoDiagram => unknown_kind(source),
            RenderError::ResourceLimitExceeded(_) => too_large(),
            _ => undrawable(),
        };
    };
    let details = diagnostic.terminal_diagnostic_details();
    if details.code.ends_with("no_diagram_detected") || details.code.ends_with("unsupported_diagram") {
        return unknown_kind(source);
    }
    let message = diagnostic.terminal_safe_message();
    let at = match details.span {
        Some(span) => inside(source, span.start..span.end),
        None => named(source, &message),
    };
    let reason = message.split_once("): ").map_or(message.as_str(), |(_, reason)| reason);
    let (found, help) = in_words(reason);
    Mistake { help, ..Mistake::new(at, found) }
}

/// What the library says, as a phrase, and what of it tells what to type.
fn in_words(reason: &str) -> (String, Option<String>) {
    if let Some((found, expected)) = reason.split_once("; expected ") {
        let found = match found {
            "unexpected end of input" => "the diagram ends too early".to_owned(),
            "unexpected statement separator" => "the line ends too early".to_owned(),
            found => plain(found),
        };
        let expected: Vec<&str> = expected
            .split(", ")
            .map(|what| EXPECTED.iter().find(|(known, _)| *known == what).map_or(what, |(_, ours)| ours))
            .collect();
        return (found, Some(format!("what may follow: {}", plain(&expected.join(", ")))));
    }
    if let Some((found, missing)) = reason.split_once(" (missing ") {
        return (plain(found), Some(format!("add {}", missing.trim_end_matches(')'))));
    }
    if let Some((found, hint)) = reason.split_once(" (Help try using ") {
        return (plain(found), Some(format!("write {} before", plain(hint.trim_end_matches(')')))));
    }
    let sentence = reason.split(". ").next().unwrap_or(reason);
    (plain(&sentence.replace("EOF", "the end")), None)
}

/// What the library calls things that may follow, and what we call them.
const EXPECTED: &[(&str, &str)] = &[
    ("class assign stmt", "`class`"),
    ("class def stmt", "`classDef`"),
    ("click stmt", "`click`"),
    ("colon", "`:`"),
    ("direction stmt", "`direction`"),
    ("edge label", "a label"),
    ("link style stmt", "`linkStyle`"),
    ("node identifier", "the name of a node"),
    ("sep", "a new line"),
    ("style separator", "`:::`"),
    ("style stmt", "`style`"),
    ("text", "`:` and a text"),
];

/// The mistake of a diagram that costs too much.
pub(super) fn too_large() -> Mistake {
    Mistake::new(0..0, "a diagram with too many parts").help("split it into several diagrams")
}

/// The mistake of a diagram that the library could not draw, without its fault being known.
pub(super) fn undrawable() -> Mistake {
    Mistake::new(0..0, "a diagram that cannot be drawn").help("write it in a simpler way")
}

/// The mistake of a source that does not begin with the name of a known kind of diagram.
fn unknown_kind(source: &str) -> Mistake {
    let Some((at, word)) = first_word(source) else {
        return Mistake::new(0..0, "an empty diagram").help("begin it with its kind, such as `flowchart TD`");
    };
    let mistake = Mistake::new(at, format!("unknown kind of diagram `{word}`"));
    let known: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
    match did_you_mean(word, known.iter().copied()) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help(format!("begin with one of `{}`", known.join("`, `"))),
    }
}

/// The word that says which kind of diagram `source` is, behind front matter, comments and settings, and where it is.
pub(super) fn first_word(source: &str) -> Option<(Range<usize>, &str)> {
    let mut at = 0;
    let mut in_front_matter = false;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let text = line.trim();
        let is_fence = text == "---";
        if is_fence && (number == 0 || in_front_matter) {
            in_front_matter = !in_front_matter;
        } else if !in_front_matter && !text.is_empty() && !text.starts_with("%%") {
            let start = at + line.len() - line.trim_start().len();
            let word = text.split([' ', '\t', ':', ';']).next().unwrap_or(text);
            return Some((start..start + word.len(), word));
        }
        at += line.len();
    }
    None
}

/// A place on character boundaries inside `source`, without white space around it.
fn inside(source: &str, span: Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start.min(source.len()));
    let end = source.ceil_char_boundary(span.end.min(source.len())).max(start);
    let text = &source[start..end];
    if text.trim().is_empty() {
        // What is missing is missing at the end of the line before.
        let end = source[..start].trim_end().len();
        let start = source[..end].char_indices().next_back().map_or(0, |(last, _)| last);
        return start..end;
    }
    let lead = text.len() - text.trim_start().len();
    start + lead..start + text.trim_end().len()
}

/// The line that a message without a place quotes at its end; nowhere if there is none.
fn named(source: &str, message: &str) -> Range<usize> {
    let quoted = message.rsplit_once("statement: ").map(|(_, quoted)| quoted.trim()).unwrap_or_default();
    match source.find(quoted) {
        Some(at) if !quoted.is_empty() => at..at + quoted.len(),
        _ => 0..0,
    }
}

/// The library's sentence as a phrase: a small letter first, no full stop last, names in our quotes.
fn plain(sentence: &str) -> String {
    let sentence = sentence.trim().trim_end_matches('.').replace(['"', '\''], "`");
    let mut letters = sentence.chars();
    let is_word = sentence.chars().nth(1).is_some_and(|second| !second.is_uppercase());
    match letters.next() {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect(),
        _ => sentence,
    }
}
