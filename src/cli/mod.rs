//! Arguments, commands, and how diagnostics are drawn.
//!
//! In: what was typed. Out: text on the terminal and an exit code: 0 done, 1 mistakes in the content, 2 wrong usage or a
//! failure of the environment.
//!
//! What must stay true: only this room prints, and only [`terminal`] draws diagnostics. Results go to standard output,
//! everything else to standard error. One short file for each command.

pub mod args;
mod build;
mod check;
mod diff;
mod explain;
mod export;
mod import;
mod init;
mod licences;
mod limits;
mod man;
mod merge;
mod new;
mod publish;
mod refactor;
mod related;
mod serve;
pub mod terminal;
mod topics;
mod urls;
mod voice;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{
    args::{Arguments, Command},
    voice::Speaker,
};

/// Does what the command line asks for.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Init(arguments) => init::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Mv(arguments) => refactor::mv(&arguments),
        Command::RenameHeading(arguments) => refactor::rename_heading(&arguments),
        Command::Urls(arguments) => urls::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Topics(arguments) => topics::run(&arguments),
        Command::Related(arguments) => related::run(&arguments),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "docweave", &mut text);
            Speaker::plain().result(&String::from_utf8_lossy(&text));
            ExitCode::SUCCESS
        }
        Command::Licences => licences::run(),
        Command::Man => {
            Speaker::plain().result(&man::page(Arguments::command()));
            ExitCode::SUCCESS
        }
    }
}

/// The exit code for mistakes in the content.
const CONTENT_FAILURE: u8 = 1;

fn content_failure() -> ExitCode {
    ExitCode::from(CONTENT_FAILURE)
}

/// The exit code for wrong usage and failures of the environment.
fn environment_failure() -> ExitCode {
    ExitCode::from(2)
}
