//! `docweave import text`.

mod account;

use std::{
    collections::BTreeMap,
    io,
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

use crate::cli::{
    args::{Import, ImportFrom, ImportText},
    content_failure, environment_failure,
    voice::Speaker,
};
use crate::import::{self, Encoding, Imported, Kind, Source};
use crate::model::{Diagnostic, Error};
use crate::output;
use crate::source::disk::{self, Folder};

pub(super) fn run(arguments: &Import) -> ExitCode {
    let ImportFrom::Text(arguments) = &arguments.from;
    let speaker = Speaker::new(&arguments.voice);
    match texts(arguments, &speaker) {
        Ok(code) => code,
        Err(error) => {
            speaker.error(&error);
            environment_failure()
        }
    }
}

/// Imports one text after the other; what is wrong with one does not keep the others back.
fn texts(arguments: &ImportText, speaker: &Speaker) -> Result<ExitCode, Error> {
    let encoding = arguments.encoding.as_deref().map(encoding).transpose()?;
    let mut done = Done { places: Places::find(&arguments.out)?, ..Done::default() };
    let mut has_failed = false;
    for file in &arguments.file {
        let told = read(file).and_then(|bytes| {
            let name = file.display().to_string();
            match import::text(&Source { name: &name, bytes: &bytes, encoding }) {
                Ok(imported) => done.write(file, &imported, speaker),
                Err(problem) => {
                    done.problems.push(*problem);
                    Ok(())
                }
            }
        });
        if let Err(error) = told {
            speaker.error(&error);
            has_failed = true;
        }
    }
    done.sum_up(speaker);
    speaker.diagnostics(&done.problems, &|_| None);
    Ok(match (has_failed, done.problems.is_empty()) {
        (true, _) => environment_failure(),
        (false, false) => content_failure(),
        (false, true) => ExitCode::SUCCESS,
    })
}

fn encoding(label: &str) -> Result<Encoding, Error> {
    let unknown = || {
        let help = "write a name such as `windows-1252`, `latin1`, `koi8-r`, `shift_jis` or `utf-16le`";
        Error::new(format!("`{}` is no encoding that is known", label.escape_debug())).help(help)
    };
    Encoding::named(label).ok_or_else(unknown)
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    disk::read_at_most(file, disk::LARGEST).map_err(|reason| {
        let help = match reason.kind() {
            io::ErrorKind::InvalidInput => "name a file: `docweave import text notes.txt`",
            io::ErrorKind::FileTooLarge => "split it into several texts",
            _ => return Error::io("could not read", file, reason),
        };
        Error::io("could not read", file, reason).help(help)
    })
}

/// Where articles and data files go.
#[derive(Default)]
struct Places {
    articles: PathBuf,
    data: PathBuf,
}

impl Places {
    /// Data lie beside the content, in the folder of the nearest `site.toml` above `out`, or else beside `out` itself.
    ///
    /// # Errors
    ///
    /// A folder that is a site itself, and one of data that lies elsewhere.
    fn find(out: &Path) -> Result<Self, Error> {
        if out.join("site.toml").is_file() {
            let help = format!("name its content: `--out {}`", out.join("content").display());
            return Err(Error::new("this folder is a site, and not its content:").at(out).help(help));
        }
        let is_plain = out.components().all(|part| !matches!(part, Component::ParentDir | Component::CurDir));
        let known = if is_plain { Ok(out.to_path_buf()) } else { out.canonicalize() };
        let known = known.map_err(|reason| Error::io("could not open the folder", out, reason))?;
        let whole = std::path::absolute(&known).map_err(|reason| Error::io("could not resolve", out, reason))?;
        let above = known.ancestors().skip(1).chain(whole.ancestors().skip(1));
        let site = above.clone().find(|folder| folder.join("site.toml").is_file());
        let data = site.or(above.into_iter().next()).unwrap_or(Path::new("")).join("data");
        if let Some(site) = site
            && data.exists()
        {
            let site = if site.as_os_str().is_empty() { Path::new(".") } else { site };
            if !Folder::open(site)?.leads_inside(&data) {
                let help = "make it a folder of the site's own";
                return Err(Error::new("a link that leaves the site's folder:").at(data).help(help));
            }
        }
        Ok(Self { articles: out.to_path_buf(), data })
    }
}

/// What has been done so far.
#[derive(Default)]
struct Done {
    places: Places,
    /// Which text each article came from.
    articles: BTreeMap<PathBuf, PathBuf>,
    data: usize,
    uncertain: usize,
    problems: Vec<Diagnostic>,
}

impl Done {
    /// Writes an article and its data, the article last: if something breaks off, the same call completes it.
    fn write(&mut self, file: &Path, imported: &Imported, speaker: &Speaker) -> Result<(), Error> {
        let article = self.places.articles.join(format!("{}.md", imported.slug));
        let data = imported.data.iter().map(|(name, text)| (self.places.data.join(format!("{name}.toml")), text));
        let files: Vec<(PathBuf, &String)> = data.chain([(article.clone(), &imported.article)]).collect();
        let mut there = Vec::new();
        for (path, text) in &files {
            there.push(self.is_there(path, text, file)?);
        }
        for ((path, text), is_there) in files.iter().zip(there) {
            if is_there {
                speaker.summary(&format!("unchanged {}", path.display()));
            } else {
                output::write_new(path, text.as_bytes())?;
                speaker.summary(&format!("created {}", path.display()));
            }
        }
        self.articles.insert(article, file.to_path_buf());
        self.data += imported.data.len();
        self.uncertain += imported.report.iter().filter(|told| told.kind == Kind::Uncertain).count();
        account::tell(&file.display().to_string(), &imported.report, speaker);
        Ok(())
    }

    /// Whether a file with this text is there already.
    ///
    /// # Errors
    ///
    /// One with another text.
    fn is_there(&self, path: &Path, text: &str, file: &Path) -> Result<bool, Error> {
        match disk::read_at_most(path, disk::LARGEST) {
            Ok(bytes) if bytes == text.as_bytes() => Ok(true),
            Err(reason) if matches!(reason.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
            Err(reason) if reason.kind() == io::ErrorKind::PermissionDenied => {
                Err(Error::io("could not read", path, reason))
            }
            _ => Err(self.taken(path, file)),
        }
    }

    fn taken(&self, path: &Path, file: &Path) -> Error {
        let what = match self.articles.get(path) {
            Some(other) => {
                format!("{} has the title of {}, and would be the same file:", file.display(), other.display())
            }
            None => format!("{} would become a file that is there already:", file.display()),
        };
        let help = "docweave does not overwrite it: move it away, change the title in the text, or name another folder with `--out`";
        Error::new(what).at(path).help(help)
    }

    fn sum_up(&self, speaker: &Speaker) {
        let many = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
        if self.articles.is_empty() {
            return;
        }
        let data = if self.data > 0 { format!(", {}", many(self.data, "data file")) } else { String::new() };
        let uncertain = match self.uncertain {
            0 => String::new(),
            1 => ", 1 uncertain: look at it".to_owned(),
            count => format!(", {count} uncertain: look at them"),
        };
        speaker.note(&format!("{}{data}{uncertain}", many(self.articles.len(), "article")));
    }
}
