//! Places that a built site is sent to.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::model::config::BaseUrl;

/// `[publish.NAME]`: a place that a built site is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where it is.
    pub to: Address,
    /// Where readers find it, in place of the site's own.
    pub base_url: Option<BaseUrl>,
    /// Whether it may be moved there, and opened without a server.
    pub relative: bool,
    /// Who serves it: decides in which file redirects and headers are told.
    pub host: Option<Host>,
    /// Headers beside those that every site is served with, or in their place; an empty one takes one away.
    pub headers: BTreeMap<String, String>,
    /// How many of a hundred files may be removed at once without being asked for.
    pub removals: u8,
    /// In which encodings it holds texts: buckets in place of the text, all others beside it.
    pub compress: Vec<Encoding>,
}

/// How bytes are made smaller on their way to readers (RFC 9110, section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Br,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 2] = [Self::Gzip, Self::Br];

    /// What `site.toml` calls it, and `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Br => "br",
        }
    }

    /// What the name of a file ends with that holds another in this encoding, as web servers look for it.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Br => ".br",
        }
    }
}

/// `[cache]`: a place where machines share what they make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCache {
    /// Where it is: a folder or a bucket.
    pub to: Address,
    /// Whether this machine gives others what it makes.
    pub push: bool,
    /// How long a build waits for it in all, once for reading and once for writing.
    pub timeout: Duration,
}

/// Where a target is, and what belongs to that kind of place alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Address {
    /// A folder.
    Folder {
        /// Relative to the site's folder, or absolute.
        path: String,
        /// How many releases it holds; `None` where the files stand in the folder itself.
        keep: Option<usize>,
    },
    /// A file that holds the whole site.
    Archive {
        /// Relative to the site's folder, or absolute.
        path: String,
        /// Its format.
        format: Format,
    },
    /// A folder on another machine, which rsync reaches over ssh.
    Rsync {
        /// The machine, perhaps with a user: `me@example.org`.
        host: String,
        /// The port of its ssh.
        port: Option<u16>,
        /// From the root of its disk, or from the user's home.
        path: String,
        /// How many releases it holds, the one that readers see among them.
        keep: usize,
    },
    /// A folder on another machine, which sftp reaches.
    Sftp {
        /// The machine, perhaps with a user: `me@example.org`.
        host: String,
        /// The port of its ssh.
        port: Option<u16>,
        /// From the root of its disk, or from the user's home.
        path: String,
        /// How many releases it holds, the one that readers see among them.
        keep: usize,
    },
    /// A bucket of an object store, or a part of one.
    Bucket(Bucket),
    /// A branch of a git repository.
    Git {
        /// As git understands it; may hold a user and a password.
        url: String,
        /// The branch's name.
        branch: String,
        /// Whether each publish adds a commit; else there is one commit only.
        history: bool,
        /// The host's name for a file `CNAME`.
        cname: Option<String>,
    },
}

/// A bucket of an object store, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Whose store it is, or whose it is like.
    pub cloud: Cloud,
    /// The bucket's name; Azure says container.
    pub name: String,
    /// What the names of all objects begin with, without slashes at its ends; may be empty.
    pub prefix: String,
    /// Where the store is; `None` for the cloud's own.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The storage account.
    pub account: Option<String>,
    /// How many releases it holds, the one that readers see among them.
    pub keep: usize,
}

impl Bucket {
    /// The address as it may be told.
    pub fn shown(&self) -> String {
        let scheme = Cloud::ALL.iter().find(|(_, cloud)| *cloud == self.cloud).map_or("", |(scheme, _)| scheme);
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        format!("{scheme}{}{slash}{}", self.name, self.prefix)
    }
}

/// Kinds of object stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cloud {
    /// Amazon S3, and what speaks like it.
    Amazon,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

impl Cloud {
    /// Every kind, by what an address of it begins with.
    pub const ALL: [(&str, Self); 3] = [("s3://", Self::Amazon), ("gs://", Self::Google), ("az://", Self::Azure)];
}

/// The format of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// `.zip`
    Zip,
    /// `.tar.gz`
    TarGz,
}

/// Who serves the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// Reads `.htaccess`.
    Apache,
    /// Reads `_redirects` and `_headers`.
    Cloudflare,
    /// Its program reads `firebase.json`.
    Firebase,
    /// Reads `_redirects` and `_headers`.
    Netlify,
    /// Includes two files in its configuration.
    Nginx,
    /// A bucket of Amazon's that is served as a website, whose program reads `s3-website.json`.
    S3,
    /// Its program reads `vercel.json`.
    Vercel,
}

impl Host {
    /// Every host, by the name that it has in `site.toml`.
    pub const ALL: [(&str, Self); 7] = [
        ("apache", Self::Apache),
        ("cloudflare", Self::Cloudflare),
        ("firebase", Self::Firebase),
        ("netlify", Self::Netlify),
        ("nginx", Self::Nginx),
        ("s3", Self::S3),
        ("vercel", Self::Vercel),
    ];

    /// The name that it has in `site.toml`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, host)| *host == self).map_or("", |(name, _)| name)
    }
}

impl Address {
    /// The address as it may be told: without user and password.
    pub fn shown(&self) -> String {
        match self {
            Self::Folder { path, .. } | Self::Archive { path, .. } => path.clone(),
            Self::Rsync { host, path, .. } | Self::Sftp { host, path, .. } => format!("{host}:{path}"),
            Self::Bucket(bucket) => bucket.shown(),
            Self::Git { url, branch, .. } => format!("{} {branch}", redact(url)),
        }
    }
}

/// `text` with every user and password in an address replaced by `***`.
///
/// What stands between `://` and the last `@` before the next space or quote counts, even where a password holds a slash:
/// to hide a path with an `@` in it does no harm.
pub fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        redacted.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>')).unwrap_or(after.len());
        match after[..end].rfind('@') {
            Some(secret) => {
                redacted.push_str("***");
                rest = &after[secret..];
            }
            None => rest = after,
        }
    }
    redacted + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_and_no_password_is_told() {
        for (text, told) in [
            ("https://example.org/a", "https://example.org/a"),
            ("https://me:secret@example.org/a", "https://***@example.org/a"),
            ("https://me:se/cr@t@example.org/a", "https://***@example.org/a"),
            ("fatal: 'https://t@x/' and https://u:p@y/z: no", "fatal: 'https://***@x/' and https://***@y/z: no"),
            ("git@example.org:a/b", "git@example.org:a/b"),
            ("ssh://git@example.org/a", "ssh://***@example.org/a"),
            ("://", "://"),
        ] {
            assert_eq!(redact(text), told);
        }
    }
}
