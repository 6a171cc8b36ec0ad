//! One image at work.

use std::{io::ErrorKind, sync::PoisonError};

use crate::build::{
    pictures::{Content, Images, Memo, Problem, Shared, Taken},
    store,
};
use crate::model::{Digest, Error, RelPath, config::ImageFormat};
use crate::output::{Entry, Parts, Source};
use crate::render::picture::{self, File, MOST_PIXELS, Measured, Picture, Pixels, Variant};

/// From this size in bytes on, variants are made: below, naming them costs a page about as much as they save.
const WORTH_IT: usize = 4 << 10;

/// An image's file, which is read, and decoded, when that is first asked for.
pub(super) struct ImageFile<'a> {
    images: &'a Images<'a>,
    shared: &'a Shared,
    content: &'a Content,
    outputs: &'a [&'a RelPath],
    bytes: Option<Vec<u8>>,
    pixels: Option<Decoded<'a>>,
}

/// Pixels, or why there are none, and their share of the budget.
struct Decoded<'a> {
    pixels: Result<Option<Pixels>, String>,
    _taken: Taken<'a>,
}

/// A variant's bytes, if it can be made, or what is wrong with the image.
type Encoded = Result<Option<Vec<u8>>, String>;

/// A variant's path in the output, and what goes there.
type Staged = (RelPath, (Entry, Source));

impl<'a> ImageFile<'a> {
    pub(super) fn new(
        images: &'a Images<'a>,
        shared: &'a Shared,
        content: &'a Content,
        outputs: &'a [&'a RelPath],
    ) -> Self {
        Self { images, shared, content, outputs, bytes: None, pixels: None }
    }

    /// Measures the image, makes all of its variants, and finds those worth offering.
    pub(super) fn examine(&mut self) -> Result<Memo, Error> {
        let with = |picture, problem| Ok(Memo { picture, problem: Some(problem) });
        let bytes = match self.read() {
            Err(error) if error.source.as_ref().is_some_and(|why| why.kind() == ErrorKind::FileTooLarge) => {
                return with(Picture::default(), Problem::ManyBytes);
            }
            read => read?.len(),
        };
        let measured = match self.measure()? {
            Ok(measured) => measured,
            Err(reason) => return with(Picture::default(), Problem::Damaged(reason)),
        };
        let plain = Picture { size: measured.size, offers: Vec::new() };
        let settings = &self.images.config.images;
        let Some((own, _)) = measured.size.filter(|_| measured.file != File::Other) else {
            return Ok(Memo { picture: plain, problem: None });
        };
        if measured.area() > MOST_PIXELS {
            return with(plain, Problem::ManyPixels(measured.area() / 1_000_000));
        }
        if settings.formats.is_empty() || bytes < WORTH_IT {
            return Ok(Memo { picture: plain, problem: None });
        }
        let widths = picture::widths(settings, own);
        let mut made = Vec::new();
        for (width, format) in widths.iter().flat_map(|width| settings.formats.iter().map(|format| (*width, *format))) {
            match self.variant(width, format)? {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    made.push(Variant { width, format, bytes: bytes.len() as u64, content: Digest::of(&bytes) });
                }
                Err(reason) => return with(plain, Problem::Damaged(reason)),
            }
        }
        let widest = widths.last().copied().unwrap_or(own);
        let offers = picture::offers(own, bytes as u64, widest, &made);
        Ok(Memo { picture: Picture { offers, ..plain }, problem: None })
    }

    /// Puts the variants that do not stand yet into the stage, and gives the files of all of them.
    pub(super) fn stage(&mut self, picture: &Picture) -> Result<Vec<Staged>, Error> {
        let mut files = Vec::new();
        for variant in picture.variants() {
            self.images.session.note_used(self.key(variant.width, variant.format));
            for output in self.outputs {
                let path = picture::output(output, &variant);
                if !self.images.given.request.shard.holds(path.as_str()) {
                    continue;
                }
                let source = self.stage_one(&path, &variant)?;
                let Variant { bytes: size, content, .. } = variant;
                files.push((path, (Entry { size, content, key: content, parts: Parts::default() }, source)));
            }
        }
        Ok(files)
    }

    fn stage_one(&mut self, path: &RelPath, variant: &Variant) -> Result<Source, Error> {
        if self.images.stands(path, &variant.content) {
            return Ok(Source::Kept);
        }
        // Images of one name and one look have variants of one name, whose bytes are the same.
        if self.shared.claimed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone()) {
            let encoded = self.variant(variant.width, variant.format)?.ok().flatten();
            let bytes = encoded.filter(|bytes| Digest::of(bytes) == variant.content).ok_or_else(|| {
                let help = "build with `--no-cache`, and please report it";
                Error::new("an image was encoded otherwise than before:").at(path.as_str()).help(help)
            })?;
            self.images.stage.put(path, &bytes)?;
        }
        Ok(Source::Staged)
    }

    /// A variant's bytes, from the store or encoded.
    fn variant(&mut self, width: u32, format: ImageFormat) -> Result<Encoded, Error> {
        let key = self.key(width, format);
        let store = &self.images.session.store;
        if let Some(bytes) = store.get_large(&key) {
            return Ok(Ok(Some(bytes)));
        }
        let quality = self.images.config.images.quality;
        let encoded = match self.decode()? {
            Ok(Some(pixels)) => pixels.encode(width, format, quality),
            Ok(None) => None,
            Err(reason) => return Ok(Err(reason.clone())),
        };
        if let Some(bytes) = &encoded {
            self.images.trace.encoded.raise();
            store.put_large(&key, bytes);
        }
        Ok(Ok(encoded))
    }

    fn key(&self, width: u32, format: ImageFormat) -> Digest {
        let settings = Digest::of_value(&(width, format, self.images.config.images.quality));
        store::key("variant", picture::VERSION, &[self.content.0.as_bytes(), settings.as_bytes()])
    }

    fn decode(&mut self) -> Result<&Result<Option<Pixels>, String>, Error> {
        if self.pixels.is_none() {
            let measured = self.measure()?.unwrap_or(Measured { size: None, file: File::Other });
            let _taken = self.shared.budget.take(measured.area().min(MOST_PIXELS));
            self.pixels = Some(Decoded { pixels: picture::decode(measured.file, self.read()?), _taken });
        }
        Ok(&self.pixels.as_ref().expect("it was decoded a line above").pixels)
    }

    fn measure(&mut self) -> Result<Result<Measured, String>, Error> {
        let content = self.content;
        Ok(picture::measure(&content.1, self.read()?))
    }

    fn read(&mut self) -> Result<&[u8], Error> {
        if self.bytes.is_none() {
            let source = self.outputs.first().and_then(|output| self.images.site.files.get(*output));
            let source = source.ok_or_else(|| Error::new("an image that is no file of the site"))?;
            let bytes = self.images.given.files.read(source)?;
            if Digest::of(&bytes) != self.content.0 {
                return Err(Error::overtaken(source.as_str()));
            }
            self.bytes = Some(bytes);
        }
        Ok(self.bytes.as_deref().unwrap_or_default())
    }
}
