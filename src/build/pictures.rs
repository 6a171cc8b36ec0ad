//! The memo point of images: the size of each that a page shows, and its variants, made once for each content.
//!
//! What is known of an image is named by the digest of its file, `[images]` and the version of the encoders; each variant
//! by the same and its own width, format and quality. So a second build looks nothing up but small values, an image that
//! was replaced is encoded and no other, and a setting that changed costs the variants that it asks for.

mod file;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Condvar, Mutex, PoisonError},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::build::{
    Given, Session,
    pictures::file::ImageFile,
    store::{self, Kind},
    trace::Trace,
};
use crate::model::{Config, Diagnostic, Digest, Error, RelPath, Site, page::Link};
use crate::output::{Entry, Source, Stage};
use crate::render::{
    media::{self, Pictures},
    picture::{self, MOST_PIXELS, Picture},
};
use crate::source::disk::LARGEST;

/// How many pixels are decoded at a time, by all threads together: 200 million take up to 800 MB.
const AT_A_TIME: u64 = 2 * MOST_PIXELS;

/// What the images of a site are made from.
pub(super) struct Images<'a> {
    pub(super) session: &'a Session,
    pub(super) given: &'a Given<'a>,
    pub(super) config: &'a Config,
    pub(super) site: &'a Site,
    /// The digest and size of each copied file, by its output path.
    pub(super) copied: &'a BTreeMap<RelPath, (Digest, u64)>,
    pub(super) stage: &'a dyn Stage,
    pub(super) trace: &'a Trace,
}

/// All images that pages show.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) pictures: Pictures,
    /// The files of their variants.
    pub(super) files: BTreeMap<RelPath, (Entry, Source)>,
    /// What is wrong with them, at each link.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// An image's content: which bytes, in a file of which extension.
type Content = (Digest, String);

/// What is remembered of an image.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memo {
    picture: Picture,
    problem: Option<Problem>,
}

/// Why an image is shown as it is, where somebody should know.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Problem {
    /// The file can't be read, for this reason.
    Damaged(String),
    /// So many million pixels.
    ManyPixels(u64),
    /// A file of more bytes than are read.
    ManyBytes,
}

/// What the workers share.
struct Shared {
    budget: Budget,
    /// Files of variants that one of them has put into the stage.
    claimed: Mutex<BTreeSet<RelPath>>,
}

impl Images<'_> {
    /// Measures what is new, makes its variants, and puts into the stage what does not stand yet.
    pub(super) fn make(&self) -> Result<Made, Error> {
        let contents = self.contents();
        let recalled: Vec<Option<Memo>> = contents.par_iter().map(|(content, _)| self.recall(content)).collect();
        let fresh = recalled.iter().filter(|memo| memo.is_none()).count();
        if fresh > 0 {
            self.given.progress.begin("encoding images", fresh);
        }
        let shared = Shared { budget: Budget::new(AT_A_TIME), claimed: Mutex::default() };
        let one = |((content, outputs), recalled): (&(Content, Vec<&RelPath>), Option<Memo>)| {
            let mut file = ImageFile::new(self, &shared, content, outputs);
            let is_fresh = recalled.is_none();
            let memo = recalled.map_or_else(|| file.examine(), Ok)?;
            let files = file.stage(&memo.picture)?;
            if is_fresh {
                self.session.store.put_value(Kind::Picture, &self.key(content), &memo);
                self.given.progress.step();
            }
            Ok((memo, files))
        };
        let made: Vec<_> = contents.par_iter().zip(recalled).map(one).collect::<Result<_, Error>>()?;
        let mut all = Made::default();
        let mut problems = BTreeMap::new();
        for ((_, outputs), (memo, files)) in contents.iter().zip(made) {
            all.files.extend(files);
            for output in outputs {
                problems.extend(memo.problem.clone().map(|problem| (*output, problem)));
                all.pictures.insert((*output).clone(), memo.picture.clone());
            }
        }
        all.diagnostics = self.diagnostics(&all.pictures, &problems);
        Ok(all)
    }

    /// Each content that some page shows, with the output paths of its files.
    fn contents(&self) -> Vec<(Content, Vec<&RelPath>)> {
        let shown: BTreeSet<&RelPath> = self.site.pages.iter().flat_map(media::images).map(|(_, path)| path).collect();
        let mut contents: BTreeMap<Content, Vec<&RelPath>> = BTreeMap::new();
        for path in shown {
            if let Some((digest, _)) = self.copied.get(path) {
                contents.entry((*digest, path.extension().to_ascii_lowercase())).or_default().push(path);
            }
        }
        contents.into_iter().collect()
    }

    fn recall(&self, content: &Content) -> Option<Memo> {
        let key = self.key(content);
        self.session.note_used(key);
        self.session.store.get_value(Kind::Picture, &key)
    }

    fn key(&self, (digest, extension): &Content) -> Digest {
        let settings = Digest::of_value(&self.config.images);
        store::key("picture", picture::VERSION, &[digest.as_bytes(), extension.as_bytes(), settings.as_bytes()])
    }

    /// What stands at `path`, if it is this.
    fn stands(&self, path: &RelPath, content: &Digest) -> bool {
        let is_there = self.given.old.files.get(path).is_some_and(|entry| entry.content == *content);
        is_there && self.given.missing.binary_search(path).is_err()
    }

    fn diagnostics(&self, pictures: &Pictures, problems: &BTreeMap<&RelPath, Problem>) -> Vec<Diagnostic> {
        let most = self.config.check.image_bytes();
        let heavy = pictures.iter().filter(|(path, _)| !problems.contains_key(path));
        let heavy =
            heavy.map(|(path, picture)| (path, picture.sent(self.copied.get(path).map_or(0, |(_, bytes)| *bytes))));
        let heavy: BTreeMap<&RelPath, u64> = heavy.filter(|(_, bytes)| *bytes > most).collect();
        if problems.is_empty() && heavy.is_empty() {
            return Vec::new();
        }
        let pages = self.site.pages.iter();
        let shown = pages.flat_map(|page| media::images(page).map(|(link, path)| (&page.head, link, path)));
        let told = shown.filter_map(|(head, link, path)| {
            let place = media::place_of(head, link);
            let problem = problems.get(path).map(|problem| problem.diagnostic(&place, link));
            problem.or_else(|| heavy.get(path).map(|bytes| too_heavy(&place, link, *bytes, most)))
        });
        told.collect()
    }
}

/// `heavy-image`: what is wrong with an image of which a reader is sent so many bytes, at a link in the file `path`.
fn too_heavy(path: &str, link: &Link, bytes: u64, most: u64) -> Diagnostic {
    let shown = |bytes: u64| match bytes {
        0..1024 => format!("{bytes} bytes"),
        _ => format!("{} KiB", bytes >> 10),
    };
    let name = link.target.escape_debug();
    let message = format!("readers are sent {} of the image `{name}`, more than {}", shown(bytes), shown(most));
    Diagnostic::warning("heavy-image", path, link.span, message)
        .help("make it smaller; a film, such as an `.mp4`, takes a tenth of a moving image")
}

impl Problem {
    /// The problem as it shows at a link in the file `path`.
    fn diagnostic(&self, path: &str, link: &Link) -> Diagnostic {
        let name = link.target.escape_debug();
        match self {
            Self::Damaged(reason) => {
                let message = format!("the image `{name}` can't be read: {reason}");
                Diagnostic::warning("damaged-image", path, link.span, message)
                    .help("open it in a browser, and put a whole file in its place")
            }
            Self::ManyPixels(millions) => {
                let most = MOST_PIXELS / 1_000_000;
                let message = format!("the image `{name}` has {millions} million pixels, more than {most}");
                Diagnostic::warning("huge-image", path, link.span, message)
                    .help("make it smaller: readers are sent the whole of it")
            }
            Self::ManyBytes => {
                let message = format!("the image `{name}` is larger than {} MiB", LARGEST >> 20);
                Diagnostic::warning("huge-image", path, link.span, message)
                    .help("make it smaller: readers are sent the whole of it")
            }
        }
    }
}

/// Pixels that may still be decoded.
struct Budget {
    left: Mutex<u64>,
    freed: Condvar,
}

/// Pixels that are being worked on, given back when this is dropped.
struct Taken<'a>(&'a Budget, u64);

impl Budget {
    fn new(pixels: u64) -> Self {
        Self { left: Mutex::new(pixels), freed: Condvar::new() }
    }

    /// Waits until there is room. Nobody who has taken something waits for more, so all come to an end.
    fn take(&self, pixels: u64) -> Taken<'_> {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = self.freed.wait_while(left, |left| *left < pixels).unwrap_or_else(PoisonError::into_inner);
        *left -= pixels;
        Taken(self, pixels)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.left.lock().unwrap_or_else(PoisonError::into_inner) += self.1;
        self.0.freed.notify_all();
    }
}
