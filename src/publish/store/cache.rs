//! A bucket in which machines share a cache.

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path as Key};
use tokio::runtime::Runtime;

use super::{
    Objects,
    http::{AT_ONCE, Http},
    login::{self, Patience},
};
use crate::build::store::{LARGEST_OBJECT, Remote};
use crate::model::{
    Error,
    target::{Bucket, Cloud},
};
use crate::publish;

/// Few tries and soon: what takes long is not worth it.
const PATIENCE: publish::Patience = publish::Patience { times: 2, first: Duration::from_millis(100) };

/// A part of a bucket.
pub(in crate::publish) struct Cache {
    objects: Objects,
    /// Taken when this is dropped.
    runtime: Option<Runtime>,
}

impl Cache {
    /// The folder `folder` of the bucket, and whether we may write there: without credentials it is read as anybody would.
    ///
    /// # Errors
    ///
    /// Credentials that can't be right.
    pub(in crate::publish) fn open(bucket: &Bucket, folder: &str) -> Result<(Self, bool), Error> {
        let login = login::open_or_read(bucket, &Patience(PATIENCE), Http::taking(LARGEST_OBJECT))?;
        let slash = if bucket.prefix.is_empty() { "" } else { "/" };
        let prefix = Key::parse(format!("{}{slash}{folder}", bucket.prefix));
        let prefix = prefix.map_err(|error| Error::new(format!("no such place: {error}")))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(AT_ONCE)
            .enable_time()
            .build()
            .map_err(|error| Error::new(format!("could not start a runtime: {error}")))?;
        let copies = bucket.cloud != Cloud::Azure;
        let objects = Objects { store: login.store, prefix, shown: bucket.shown(), copies };
        Ok((Self { objects, runtime: Some(runtime) }, login.may_write))
    }

    fn key(&self, name: &str) -> Result<Key, Error> {
        self.objects.key(name).map_err(publish::Failure::into_error)
    }

    fn wait<T>(
        &self,
        within: Duration,
        request: impl Future<Output = Result<T, object_store::Error>>,
    ) -> Result<T, Error> {
        let runtime = self.runtime.as_ref().expect("it is there until this is dropped");
        let done = runtime.block_on(async { tokio::time::timeout(within, request).await });
        match done {
            Ok(done) => done.map_err(|error| self.objects.failure(&error).into_error()),
            Err(_) => {
                let what = format!("{} did not answer within {} s", self.objects.shown, within.as_secs_f32().ceil());
                Err(Error::new(what).help("look at the network, or give it more time with `cache.timeout`"))
            }
        }
    }

    fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.objects.store
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // A request that nobody waits for any more is not waited for here.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Remote for Cache {
    fn list(&self, within: Duration) -> Result<Vec<(String, u64)>, Error> {
        let prefix = &self.objects.prefix;
        let found = self.wait(within, self.store().list(Some(prefix)).try_collect::<Vec<_>>())?;
        let name = |key: &Key| Some(key.as_ref().strip_prefix(prefix.as_ref())?.strip_prefix('/')?.to_owned());
        Ok(found.into_iter().filter_map(|object| Some((name(&object.location)?, object.size))).collect())
    }

    fn read(&self, name: &str, within: Duration) -> Result<Option<Vec<u8>>, Error> {
        let key = self.key(name)?;
        let got = self.wait(within, async {
            match self.store().get(&key).await {
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                got => got?.bytes().await.map(Some),
            }
        });
        Ok(got?.map(|bytes| bytes.to_vec()))
    }

    fn write(&self, name: &str, bytes: Vec<u8>, within: Duration) -> Result<(), Error> {
        let key = self.key(name)?;
        self.wait(within, self.store().put(&key, PutPayload::from(bytes))).map(drop)
    }

    fn remove(&self, name: &str, within: Duration) -> Result<(), Error> {
        let key = self.key(name)?;
        self.wait(within, async {
            match self.store().delete(&key).await {
                Err(object_store::Error::NotFound { .. }) => Ok(()),
                done => done,
            }
        })
    }
}
