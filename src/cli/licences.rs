//! `docweave licences`: what asks to be passed on with a copy of the program.

use std::process::ExitCode;

use crate::cli::voice::Speaker;
use crate::probe;
use crate::render::{highlight, social, style};

pub(super) fn run() -> ExitCode {
    let fonts = match social::LICENCE {
        "" => String::new(),
        licence => format!("## Fonts\n\n{licence}"),
    };
    let texts = [style::licences(), fonts, probe::licences(), highlight::licences()];
    let texts: Vec<&str> = texts.iter().map(|text| text.trim_end()).filter(|text| !text.is_empty()).collect();
    Speaker::plain().result(&(texts.join("\n\n") + "\n"));
    ExitCode::SUCCESS
}
