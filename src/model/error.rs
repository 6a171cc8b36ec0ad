//! Failures of the environment: a disk, a port, a program.

use std::{fmt, io, path::PathBuf};

/// What could not be done, to which path, and why. A mistake in the content is a `Diagnostic` instead.
#[derive(Debug)]
pub struct Error {
    /// A lower-case phrase: "could not write".
    pub what: String,
    /// The path on disk that it concerns, if any.
    pub path: Option<PathBuf>,
    /// The system's own reason, if any.
    pub source: Option<io::Error>,
    /// What to type or do.
    pub help: Option<String>,
    /// Whether it is only that a source was saved while it was looked at: whoever looks again finds it as it is by then.
    pub is_overtaken: bool,
}

impl Error {
    /// A failure of the system's at `path`, with the usual way out of it where there is one.
    pub fn io(what: impl Into<String>, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let help = way_out(source.kind()).map(str::to_owned);
        Self { what: what.into(), path: Some(path.into()), source: Some(source), help, is_overtaken: false }
    }

    /// A failure with no reason of the system's.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), path: None, source: None, help: None, is_overtaken: false }
    }

    /// A source that is another than it was a moment ago.
    pub fn overtaken(path: impl Into<PathBuf>) -> Self {
        let error = Self::new("the source changed under the build:").at(path);
        Self { is_overtaken: true, ..error.help("it changed while the site was being built: build again") }
    }

    /// The same with a path.
    pub fn at(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same with what to type.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn way_out(reason: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    match reason {
        Kind::PermissionDenied => {
            Some("give the user who runs this the right to it: `ls -ld` with the path shows who has it")
        }
        Kind::ReadOnlyFilesystem => Some("name a place on a disk that may be written to"),
        Kind::StorageFull | Kind::QuotaExceeded => Some("the disk is full: free some space and try again"),
        Kind::FileTooLarge => Some("split it into smaller files"),
        Kind::NotFound => Some("check the path; if something removed it a moment ago, try again"),
        Kind::NotADirectory => Some("a part of the path is a file: move it, or choose another path"),
        Kind::IsADirectory => Some("a folder has the name of a file: move it, or choose another path"),
        Kind::InvalidFilename => Some("the path is too long for this disk: choose a shorter one"),
        _ => None,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(path) = &self.path {
            write!(f, " {}", path.display())?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
