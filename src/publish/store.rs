//! A bucket of an object store: Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.
//!
//! Files are sent side by side; [`Remote::flush`] waits for them. Each is there whole or not at all, which is how such stores
//! work, and Amazon's check the digest of what they got, because requests are signed with it.

mod cache;
mod http;
mod login;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{
    Attribute, Attributes, Extensions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
    path::Path as Key,
};
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet};

pub(super) use self::cache::Cache;
use self::http::{AT_ONCE, Http, LeadsTo};
use crate::model::{
    Error, RelPath, media,
    target::{Bucket, Cloud, redact},
};
use crate::output::{self, Lock};
use crate::publish::{
    About, Failure, Patience, Remote, Takes,
    host::{FOR_EVER, is_fingerprinted},
    lease::{self, Lease, Mark, Term},
};
use crate::source::standing::Standing;

/// A bucket, for one publish at a time.
pub struct Store {
    objects: Arc<Objects>,
    runtime: Arc<Runtime>,
    sending: Mutex<JoinSet<Result<(), Failure>>>,
    places: Arc<Semaphore>,
    has_failed: Arc<AtomicBool>,
    owner: String,
    term: Term,
    lease: OnceLock<Lease>,
    keeps: usize,
    _lock: Lock,
}

impl Store {
    /// The bucket `bucket`, which must exist, for one publish of this target from here at a time; waits up to `wait` for
    /// another to finish.
    ///
    /// # Errors
    ///
    /// No credentials, and another publish from here that takes longer.
    pub fn open(name: &str, root: &Path, bucket: &Bucket, wait: Duration) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|error| Error::io("could not resolve", root, error))?;
        let folder = root.join(".docweave/publish").join(name);
        let lock = Lock::acquire(&folder, wait)?;
        let patience = Patience { times: 5, ..Patience::default() };
        let store = login::open(bucket, &login::Patience(patience), Http::new())?;
        let prefix = Key::parse(&bucket.prefix).map_err(|error| Error::new(format!("no such place: {error}")))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(AT_ONCE * 2)
            .enable_time()
            .build()
            .map_err(|error| Error::new(format!("could not start a runtime: {error}")))?;
        Ok(Self {
            objects: Arc::new(Objects { store, prefix, shown: bucket.shown(), copies: bucket.cloud != Cloud::Azure }),
            runtime: Arc::new(runtime),
            sending: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            has_failed: Arc::default(),
            owner: lease::owner(&folder)?,
            term: Term::waiting(wait),
            lease: OnceLock::new(),
            keeps: bucket.keep,
            _lock: lock,
        })
    }

    fn check(&self) -> Result<(), Failure> {
        self.lease.get().map_or(Ok(()), Lease::check)
    }

    /// Begins one of the requests that run side by side.
    fn start(&self, request: impl Future<Output = Result<(), Failure>> + Send + 'static) -> Result<(), Failure> {
        self.check()?;
        let place = self.runtime.block_on(self.places.clone().acquire_owned());
        if self.has_failed.load(Ordering::SeqCst) {
            return Ok(());
        }
        let has_failed = self.has_failed.clone();
        let request = async move {
            let _place = place;
            let done = request.await;
            if done.is_err() {
                has_failed.store(true, Ordering::SeqCst);
            }
            done
        };
        self.sending.lock().unwrap_or_else(PoisonError::into_inner).spawn_on(request, self.runtime.handle());
        Ok(())
    }
}

impl Remote for Store {
    fn takes(&self) -> Takes {
        Takes::Files
    }

    fn keeps(&self) -> usize {
        self.keeps
    }

    fn begin(&self) -> Result<(), Error> {
        let mark = InStore { objects: self.objects.clone(), runtime: self.runtime.clone() };
        let lease = Lease::acquire(Arc::new(mark), &self.owner, &self.objects.shown, self.term)?;
        drop(self.lease.set(lease));
        Ok(())
    }

    fn list(&self) -> Result<Standing, Failure> {
        self.runtime.block_on(self.objects.list())
    }

    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Failure> {
        let read = self.runtime.block_on(self.objects.read(path.as_str()))?;
        Ok(read.map(|(bytes, _)| bytes))
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Failure> {
        let (objects, path, bytes) = (self.objects.clone(), path.clone(), bytes.to_vec());
        self.start(async move { objects.put(&path, bytes, About::default()).await })
    }

    fn put_with(&self, path: &RelPath, bytes: &[u8], about: About) -> Result<(), Failure> {
        let (objects, path, bytes) = (self.objects.clone(), path.clone(), bytes.to_vec());
        self.start(async move { objects.put(&path, bytes, about).await })
    }

    fn put_aside(&self, files: &BTreeMap<RelPath, RelPath>) -> Result<(), Failure> {
        files.iter().try_for_each(|(to, from)| {
            let (objects, to, from) = (self.objects.clone(), to.clone(), from.clone());
            self.start(async move { objects.copy(&from, &to).await })
        })
    }

    fn fetch(&self, paths: &[RelPath], into: &Path) -> Result<(), Failure> {
        let read = |path: &RelPath| {
            let (objects, path) = (self.objects.clone(), path.clone());
            async move { objects.read(path.as_str()).await.map(|read| (path, read)) }
        };
        let mut read = stream::iter(paths.iter().map(read)).buffer_unordered(AT_ONCE);
        while let Some(read) = self.runtime.block_on(read.next()) {
            if let (path, Some((bytes, _))) = read? {
                output::write_atomic(&into.join(path.as_str()), &bytes).map_err(Failure::of)?;
            }
        }
        Ok(())
    }

    fn remove(&self, path: &RelPath) -> Result<(), Failure> {
        let (objects, path) = (self.objects.clone(), path.clone());
        self.start(async move { objects.remove(path.as_str()).await })
    }

    fn flush(&self) -> Result<(), Failure> {
        let sending = std::mem::take(&mut *self.sending.lock().unwrap_or_else(PoisonError::into_inner));
        let done = self.runtime.block_on(sending.join_all());
        self.has_failed.store(false, Ordering::SeqCst);
        // Each was tried several times already.
        done.into_iter().collect::<Result<(), Failure>>().map_err(|error| Failure::Lasting(error.into_error()))
    }
}

/// Files as objects, below a prefix.
struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    shown: String,
    /// Whether a copy is whole when the store says that it made one. Azure's may still be coming.
    copies: bool,
}

impl Objects {
    fn key(&self, path: &str) -> Result<Key, Failure> {
        let whole = if self.prefix.as_ref().is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        let bad = |_| Failure::Lasting(Error::new("no object can have this name:").at(path).help("rename the file"));
        Key::parse(whole).map_err(bad)
    }

    async fn list(&self) -> Result<Standing, Failure> {
        let prefix = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let found = self.store.list(prefix).try_collect::<Vec<_>>().await;
        let mut standing = Standing::default();
        for object in found.map_err(|error| self.failure(&error))? {
            let key = object.location.as_ref();
            let path = match prefix {
                Some(prefix) => key.strip_prefix(prefix.as_ref()).and_then(|rest| rest.strip_prefix('/')),
                None => Some(key),
            };
            let Some(path) = path.and_then(RelPath::new) else { continue };
            // The mark of a folder, `guide/`, comes without its slash.
            let is_mark = object.size == 0 && self.head(&object.location).await?.is_none();
            if !is_mark && !path.file_name().starts_with(".docweave-") {
                standing.files.insert(path, object.size);
            }
        }
        Ok(standing)
    }

    async fn head(&self, key: &Key) -> Result<Option<()>, Failure> {
        match self.store.head(key).await {
            Ok(_) => Ok(Some(())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failure(&error)),
        }
    }

    /// The bytes of an object and its version.
    async fn read(&self, path: &str) -> Result<Option<(Vec<u8>, UpdateVersion)>, Failure> {
        let got = match self.store.get(&self.key(path)?).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.failure(&error)),
        };
        let version = UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() };
        let bytes = got.bytes().await.map_err(|error| self.failure(&error))?;
        Ok(Some((bytes.to_vec(), version)))
    }

    async fn put(&self, path: &RelPath, bytes: Vec<u8>, about: About) -> Result<(), Failure> {
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, media::content_type(path.extension()).into());
        if let Some(encoding) = about.encoding {
            attributes.insert(Attribute::ContentEncoding, encoding.name().into());
        }
        let lasts = if is_fingerprinted(path.file_name()) { FOR_EVER } else { "no-cache" };
        attributes.insert(Attribute::CacheControl, lasts.into());
        let mut extensions = Extensions::new();
        if let Some(to) = about.leads_to {
            extensions.insert(LeadsTo(to));
        }
        let options = PutOptions { attributes, extensions, ..PutOptions::default() };
        let put = self.store.put_opts(&self.key(path.as_str())?, PutPayload::from(bytes), options).await;
        put.map(drop).map_err(|error| self.failure(&error))
    }

    /// Nothing where nothing stands.
    async fn copy(&self, from: &RelPath, to: &RelPath) -> Result<(), Failure> {
        if !self.copies {
            return match self.read(from.as_str()).await? {
                Some((bytes, _)) => self.put(to, bytes, About::default()).await,
                None => Ok(()),
            };
        }
        match self.store.copy(&self.key(from.as_str())?, &self.key(to.as_str())?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failure(&error)),
        }
    }

    async fn remove(&self, path: &str) -> Result<(), Failure> {
        let key = self.key(path)?;
        // The library does not try this again by itself everywhere.
        let patience = Patience::default();
        let mut pauses = patience.pauses();
        loop {
            match (self.store.delete(&key).await, pauses.next()) {
                (Ok(()) | Err(object_store::Error::NotFound { .. }), _) => return Ok(()),
                (Err(object_store::Error::Generic { .. }), Some(pause)) => tokio::time::sleep(pause).await,
                (Err(error), _) => return Err(self.failure(&error)),
            }
        }
    }

    /// The library has tried again already where that could help.
    fn failure(&self, error: &object_store::Error) -> Failure {
        use object_store::Error as Cause;
        let said = told(error);
        let help = match error {
            Cause::NotFound { .. } => "see that the bucket exists, and that its name is right",
            Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. } => {
                "see that the credentials are right, and that they allow to list, read, write and delete there"
            }
            _ if said.contains("NoSuchBucket") || said.contains("ContainerNotFound") => {
                "see that the bucket exists, and that its name is right"
            }
            _ if said.contains("301 Moved Permanently") || said.contains("PermanentRedirect") => {
                "the bucket is in another region: add a line such as `region = \"eu-central-1\"`"
            }
            _ => "look at the network, and publish again: what was sent is not sent twice",
        };
        Failure::Lasting(Error::new(format!("could not reach {}: {said}", self.shown)).help(help))
    }
}

/// What a library says, in one line and without secrets.
fn told(error: &object_store::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = next {
        let part = cause.to_string();
        // Most say what their cause says as well.
        if !parts.iter().any(|before| before.contains(&part)) {
            parts.push(part);
        }
        next = cause.source();
    }
    let line = parts.join(": ").split_whitespace().collect::<Vec<_>>().join(" ");
    let line = redact(&line);
    match line.char_indices().nth(400) {
        Some((end, _)) => format!("{}..", &line[..end]),
        None => line,
    }
}

/// The mark as an object, by conditional writes.
struct InStore {
    objects: Arc<Objects>,
    runtime: Arc<Runtime>,
}

impl InStore {
    /// Whether it was written; a store that knows no conditions is written to without one.
    fn write(&self, text: &str, mode: PutMode) -> Result<bool, Failure> {
        use object_store::Error as Cause;
        let key = self.objects.key(lease::NAME)?;
        let put = |mode: PutMode| {
            let payload = PutPayload::from(text.as_bytes().to_vec());
            self.runtime.block_on(self.objects.store.put_opts(&key, payload, mode.into()))
        };
        let is_update = matches!(mode, PutMode::Update(_));
        match put(mode) {
            Ok(_) => Ok(true),
            Err(Cause::AlreadyExists { .. } | Cause::Precondition { .. }) => Ok(false),
            // It is gone. Where none was expected, the bucket is not there.
            Err(Cause::NotFound { .. }) if is_update => Ok(false),
            Err(Cause::NotImplemented { .. } | Cause::NotSupported { .. }) => {
                put(PutMode::Overwrite).map(|_| true).map_err(|error| self.objects.failure(&error))
            }
            // The library does not write with a condition twice: the first may have been heard. Whoever asks again looks.
            Err(error @ Cause::Generic { .. }) => Err(Failure::Passing(self.objects.failure(&error).into_error())),
            Err(error) => Err(self.objects.failure(&error)),
        }
    }
}

impl Mark for InStore {
    fn read(&self) -> Result<Option<String>, Failure> {
        let read = self.runtime.block_on(self.objects.read(lease::NAME))?;
        Ok(read.map(|(bytes, _)| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn create(&self, text: &str) -> Result<bool, Failure> {
        self.write(text, PutMode::Create)
    }

    fn replace(&self, old: &str, text: &str) -> Result<bool, Failure> {
        match self.runtime.block_on(self.objects.read(lease::NAME))? {
            Some((bytes, version)) if bytes == old.as_bytes() => self.write(text, PutMode::Update(version)),
            _ => Ok(false),
        }
    }

    fn remove(&self, _text: &str) -> Result<(), Failure> {
        self.runtime.block_on(self.objects.remove(lease::NAME))
    }
}
