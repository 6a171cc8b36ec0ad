//! One file that holds the whole site: `.zip` or `.tar.gz`.
//!
//! The same site gives the same bytes: files in the order of their paths, without dates, owners or whoever made them.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::model::{Error, RelPath, target::Format};
use crate::output::{AtomicFile, Lock, MANIFEST, Manifest};
use crate::publish::{Failure, Remote, Takes, plan::manifest_path};
use crate::source::{
    disk,
    standing::{self, Found, Standing},
};

/// An archive, for one publish at a time.
pub struct Archive {
    path: PathBuf,
    format: Format,
    writer: Mutex<Option<Writer>>,
    _lock: Lock,
}

enum Writer {
    Zip(Box<ZipWriter<AtomicFile>>),
    TarGz(Box<tar::Builder<GzEncoder<AtomicFile>>>),
}

impl Archive {
    /// The archive `path`, which need not exist yet; waits up to `wait` for another publish to finish.
    ///
    /// # Errors
    ///
    /// A path that is a folder, and another publish that takes longer.
    pub fn open(path: &Path, format: Format, wait: Duration) -> Result<Self, Error> {
        if path.is_dir() {
            let help = "it ends like an archive: move the folder away, or give the archive another name";
            return Err(Error::new("a folder is in the way:").at(path).help(help));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let lock = Lock::acquire(&path.with_file_name(format!(".{name}.docweave")), wait)?;
        Ok(Self { path: path.to_owned(), format, writer: Mutex::new(None), _lock: lock })
    }

    /// The manifest of the archive that stands. It is the first file of ours.
    fn manifest(&self) -> Result<Option<Vec<u8>>, Failure> {
        let file = match disk::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::of(Error::io("could not read", &self.path, error))),
        };
        // What is no archive holds no manifest, and is foreign.
        Ok(match self.format {
            Format::Zip => first_of_zip(file),
            Format::TarGz => first_of_tar(file),
        })
    }

    fn could_not_write(&self, error: io::Error) -> Failure {
        Failure::of(Error::io("could not write", &self.path, error))
    }

    fn begin(&self) -> Result<Writer, Failure> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        crate::output::sweep(folder);
        let file = AtomicFile::create(folder).map_err(Failure::of)?;
        Ok(match self.format {
            Format::Zip => Writer::Zip(Box::new(ZipWriter::new(file))),
            Format::TarGz => Writer::TarGz(Box::new(tar::Builder::new(GzEncoder::new(file, Compression::default())))),
        })
    }
}

fn first_of_zip(file: File) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(file).ok()?;
    let mut bytes = Vec::new();
    archive.by_name(MANIFEST).ok()?.take(disk::LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn first_of_tar(file: File) -> Option<Vec<u8>> {
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let first = archive.entries().ok()?.next()?.ok()?;
    if first.path_bytes().as_ref() != MANIFEST.as_bytes() {
        return None;
    }
    let mut bytes = Vec::new();
    first.take(disk::LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

impl Writer {
    fn add(&mut self, path: &RelPath, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Zip(zip) => {
                let options = SimpleFileOptions::default()
                    .last_modified_time(zip::DateTime::default())
                    .unix_permissions(0o644)
                    .large_file(bytes.len() > u32::MAX as usize);
                zip.start_file(path.as_str(), options)?;
                zip.write_all(bytes)
            }
            Self::TarGz(tar) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes.len() as u64);
                header.set_mode(0o644);
                header.set_mtime(0);
                tar.append_data(&mut header, path.as_str(), bytes)
            }
        }
    }

    fn end(self) -> io::Result<AtomicFile> {
        match self {
            Self::Zip(zip) => Ok(zip.finish()?),
            Self::TarGz(tar) => tar.into_inner()?.finish(),
        }
    }
}

impl Remote for Archive {
    fn takes(&self) -> Takes {
        Takes::Everything
    }

    fn list(&self) -> Result<Standing, Failure> {
        let mut standing = Standing::default();
        match self.manifest()?.map(|bytes| Manifest::from_bytes(&bytes)) {
            Some(Ok(manifest)) => {
                standing.files = manifest.files.into_iter().map(|(path, entry)| (path, entry.size)).collect();
            }
            _ if standing::find(&self.path) != Found::Nothing => {
                let name = self.path.file_name().unwrap_or_default().to_string_lossy();
                standing.others.extend(RelPath::new(name));
            }
            _ => {}
        }
        Ok(standing)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        if *path == manifest_path() { self.manifest() } else { Ok(None) }
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = match &mut *writer {
            Some(writer) => writer,
            none => none.insert(self.begin()?),
        };
        writer.add(path, bytes).map_err(|error| self.could_not_write(error))
    }

    fn remove(&self, _path: &RelPath) -> Result<(), Failure> {
        Ok(())
    }

    fn finish(&self) -> Result<(), Failure> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(writer) = writer else { return Ok(()) };
        let file = writer.end().map_err(|error| self.could_not_write(error))?;
        file.persist(&self.path).map_err(Failure::of)
    }
}
