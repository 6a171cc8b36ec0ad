//! Colours by what they are for: the library is handed made-up ones, from which its drawing tells us the part of each.

use serde_json::{Map, Value, json};

/// What a colour is for; its place here is the number in the made-up colour.
const PARTS: &[Part] = &[
    Part {
        class: "paper",
        plain: ["#fff", "#fff"],
        variables: "background edgeLabelBackground rowEven pieStrokeColor sequenceNumberColor commitLabelBackground altSectionBkgColor tagLabelBackground quadrant2Fill quadrant4Fill innerEndBackground",
    },
    Part {
        class: "node",
        plain: ["#eef4f5", "#eef4f5"],
        variables: "primaryColor mainBkg nodeBkg actorBkg stateBkg labelBoxBkgColor personBkg labelBackgroundColor rowOdd compositeTitleBackground quadrant1Fill quadrant3Fill doneTaskBkgColor",
    },
    Part {
        class: "border",
        plain: ["#5d7f86", "#5d7f86"],
        variables: "primaryBorderColor nodeBorder border1 actorBorder labelBoxBorderColor activationBorderColor personBorder compositeBorder taskBorderColor doneTaskBorderColor tagLabelBorder pieOuterStrokeColor quadrantInternalBorderStrokeFill quadrantExternalBorderStrokeFill",
    },
    Part {
        class: "text",
        plain: ["#1c2226", "#1c2226"],
        variables: "primaryTextColor secondaryTextColor tertiaryTextColor textColor nodeTextColor titleColor classText labelColor actorTextColor signalTextColor loopTextColor labelTextColor noteTextColor stateLabelColor transitionLabelColor taskTextColor taskTextDarkColor taskTextLightColor taskTextOutsideColor taskTextClickableColor pieTitleTextColor pieSectionTextColor pieLegendTextColor scaleLabelColor commitLabelColor tagLabelColor branchLabelColor errorTextColor quadrant1TextFill quadrant2TextFill quadrant3TextFill quadrant4TextFill quadrantPointTextFill quadrantXAxisTextFill quadrantYAxisTextFill quadrantTitleFill",
    },
    Part {
        class: "edge",
        plain: ["#475159", "#475159"],
        variables: "lineColor arrowheadColor defaultLinkColor signalColor transitionColor relationColor specialStateColor flowContainerStroke secondaryBorderColor vertLineColor",
    },
    Part {
        class: "cluster",
        plain: ["#f7f8f4", "#f7f8f4"],
        variables: "secondaryColor tertiaryColor secondBkg clusterBkg compositeBackground altBackground rectBkgColor sectionBkgColor sectionBkgColor2 excludeBkgColor activationBkgColor errorBkgColor",
    },
    Part {
        class: "frame",
        plain: ["#c3cccf", "#c3cccf"],
        variables: "tertiaryBorderColor clusterBorder border2 gridColor actorLineColor",
    },
    Part { class: "note", plain: ["#fdf5d3", "#fdf5d3"], variables: "noteBkgColor" },
    Part { class: "note-frame", plain: ["#b8a14b", "#b8a14b"], variables: "noteBorderColor" },
    Part { class: "alarm", plain: ["#f6cfcb", "#b3362b"], variables: "critBkgColor critBorderColor todayLineColor" },
    Part { class: "active", plain: ["#bfdfe2", "#bfdfe2"], variables: "activeTaskBkgColor" },
    Part { class: "active-frame", plain: ["#1a7580", "#1a7580"], variables: "activeTaskBorderColor quadrantPointFill" },
    Part { class: "task", plain: ["#d3dcf5", "#d3dcf5"], variables: "taskBkgColor" },
    Part {
        class: "accent-1",
        plain: ["#bfdfe2", "#1a7580"],
        variables: "pie1 pie9 git0 cScale1 cScale9 cScalePeer1 fillType0",
    },
    Part {
        class: "accent-2",
        plain: ["#f7d9b5", "#a8600c"],
        variables: "pie2 pie10 git1 cScale2 cScale10 cScalePeer2 fillType1",
    },
    Part {
        class: "accent-3",
        plain: ["#d3dcf5", "#3f5bb0"],
        variables: "pie3 pie11 git2 cScale3 cScale11 cScalePeer3 fillType2",
    },
    Part {
        class: "accent-4",
        plain: ["#d6ebc8", "#47762a"],
        variables: "pie4 pie12 git3 cScale4 cScalePeer4 fillType3",
    },
    Part { class: "accent-5", plain: ["#f4cfdc", "#b03663"], variables: "pie5 git4 cScale5 cScalePeer5 fillType4" },
    Part { class: "accent-6", plain: ["#e2d6f2", "#7447ae"], variables: "pie6 git5 cScale6 cScalePeer6 fillType5" },
    Part { class: "accent-7", plain: ["#efe6b0", "#7d6f0a"], variables: "pie7 git6 cScale7 cScalePeer7 fillType6" },
    Part {
        class: "accent-8",
        plain: ["#dadfe2", "#56656d"],
        variables: "pie8 git7 cScale8 cScale0 cScalePeer0 cScalePeer8 fillType7",
    },
];

struct Part {
    /// The class without what says whether it fills or draws a line.
    class: &'static str,
    /// The colour of what it fills and of what it draws, where there is no style: that of a light page.
    plain: [&'static str; 2],
    /// The library's variables for it.
    variables: &'static str,
}

/// Whether a colour fills a shape or draws its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Fill,
    Line,
}

/// What a colour of the library's drawing comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Color {
    /// A part: its class, and its colour where there is no style.
    Part(String, &'static str),
    /// A colour that the source names, or none.
    Named(String),
}

/// The variables of the library's theme.
pub(super) fn variables() -> Value {
    let mut all = Map::new();
    for (number, part) in PARTS.iter().enumerate() {
        for variable in part.variables.split_ascii_whitespace() {
            all.insert(variable.to_owned(), json!(made_up(number)));
        }
    }
    for series in ["git", "cScale", "fillType"] {
        let count = if series == "cScale" { 12 } else { 8 };
        for index in 0..count {
            let own = all.get(&format!("{series}{index}")).cloned();
            let text = json!(made_up(3));
            match series {
                "git" => {
                    all.insert(format!("gitInv{index}"), json!(made_up(3)));
                    all.insert(format!("gitBranchLabel{index}"), text);
                }
                "cScale" => {
                    all.insert(format!("cScaleInv{index}"), own.unwrap_or_default());
                    all.insert(format!("cScaleLabel{index}"), text);
                }
                _ => {}
            }
        }
    }
    let (paper, text, line) = (made_up(0), made_up(3), made_up(6));
    all.insert(
        "xyChart".to_owned(),
        json!({
            "backgroundColor": paper, "titleColor": text, "dataLabelColor": text, "plotColorPalette": accents().join(","),
            "xAxisTitleColor": text, "xAxisLabelColor": text, "xAxisTickColor": line, "xAxisLineColor": line,
            "yAxisTitleColor": text, "yAxisLabelColor": text, "yAxisTickColor": line, "yAxisLineColor": line,
        }),
    );
    all.insert("pieOpacity".to_owned(), json!("1"));
    all.insert("dropShadow".to_owned(), json!("none"));
    all.insert("useGradient".to_owned(), json!(false));
    all.insert("fontSize".to_owned(), json!("16px"));
    Value::Object(all)
}

/// The colours of the accents.
fn accents() -> Vec<String> {
    let accents = PARTS.iter().enumerate().filter(|(_, part)| part.class.starts_with("accent"));
    accents.map(|(number, _)| made_up(number)).collect()
}

/// What `color` comes to where it fills or draws a line.
pub(super) fn color(color: &str, paint: Paint) -> Color {
    let color = color.trim();
    let number = match rgb(color) {
        Some((RED, number, BLUE)) => usize::from(number).checked_sub(1),
        _ => None,
    };
    let part = number.and_then(|number| PARTS.get(number));
    let part = part.or_else(|| usual(color, paint).and_then(|class| PARTS.iter().find(|part| part.class == class)));
    let Some(Part { class, plain: [fill, line], .. }) = part else { return Color::Named(color.to_owned()) };
    match paint {
        Paint::Fill => Color::Part(format!("d-{class}"), fill),
        Paint::Line => Color::Part(format!("d-line-{class}"), line),
    }
}

/// Whether a value is a colour or says that there is none.
pub(super) fn is_color(value: &str) -> bool {
    matches!(value, "none" | "transparent" | "currentColor") || rgb(value).is_some()
}

/// Whether `color` is rather light, if it can be told.
pub(super) fn is_light(color: &str) -> Option<bool> {
    let (red, green, blue) = rgb(color)?;
    let luma = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    Some(luma > 140_000)
}

const RED: u8 = 0xfe;
const BLUE: u8 = 0x01;

fn made_up(number: usize) -> String {
    format!("#{RED:02x}{:02x}{BLUE:02x}", number + 1)
}

/// What the library writes in its own drawings whatever the theme.
fn usual(color: &str, paint: Paint) -> Option<&'static str> {
    match (color, paint) {
        ("black" | "#000" | "#000000" | "#333" | "#333333" | "currentColor", Paint::Fill) => Some("text"),
        ("black" | "#000" | "#000000" | "#333" | "#333333" | "#666" | "currentColor", Paint::Line) => Some("edge"),
        ("#666" | "#666666", Paint::Fill) => Some("edge"),
        ("#8FBC8F", Paint::Fill) => Some("accent-4"),
        ("#7CFC00", Paint::Fill) => Some("accent-7"),
        ("#00FFFF" | "#20B2AA", Paint::Fill) => Some("accent-1"),
        ("#B0E0E6", Paint::Fill) => Some("accent-3"),
        ("#FFFFE0", Paint::Fill) => Some("accent-2"),
        ("white" | "#fff" | "#ffffff", _) => Some("paper"),
        ("#EDF2AE" | "#edf2ae" | "#FFF8DC", Paint::Fill) => Some("note"),
        ("lightgrey" | "lightgray" | "#eaeaea" | "#eee" | "#ccc" | "grey" | "gray" | "#999" | "#888", _) => {
            Some("frame")
        }
        _ => None,
    }
}

/// A colour's red, green and blue, however it is written.
fn rgb(color: &str) -> Option<(u8, u8, u8)> {
    let color: svgtypes::Color = color.parse().ok()?;
    Some((color.red, color.green, color.blue))
}
