//! What lets us in at object stores: variables of the environment, and the files that the stores' own programs keep.
//!
//! Nothing of it is stored or told.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use crate::model::Error;
use crate::source::{disk, facts};

/// Of a file of credentials, in bytes.
const LARGEST: u64 = 1 << 20;

/// Names and values, names in small letters.
pub type Settings = BTreeMap<String, String>;

/// What Amazon's own programs would take: variables that begin with `AWS_`, names as they are there, and for what they
/// leave out the profile that `AWS_PROFILE` names, in `~/.aws/credentials` and `~/.aws/config`.
///
/// # Errors
///
/// A profile that is asked for and does not exist, and a file that can't be read.
pub fn amazon() -> Result<Settings, Error> {
    let mut settings = facts::variables("AWS_");
    let home = facts::home().unwrap_or_default();
    let file = |variable: &str, usual: &str| {
        settings.get(variable).map_or_else(|| home.join(".aws").join(usual), PathBuf::from)
    };
    let wanted = settings.get("aws_profile").cloned();
    let name = wanted.as_deref().unwrap_or("default");
    let mut profile = Settings::new();
    let credentials = read(&file("aws_shared_credentials_file", "credentials"))?;
    let config = read(&file("aws_config_file", "config"))?;
    let mut is_known = false;
    for (text, section) in
        [(&config, format!("profile {name}")), (&config, name.to_owned()), (&credentials, name.to_owned())]
    {
        if let Some(found) = section_of(text, &section) {
            is_known = true;
            profile.extend(found);
        }
    }
    if let (Some(wanted), false) = (&wanted, is_known) {
        let what = format!("there is no profile `{}` in {}", wanted.escape_debug(), home.join(".aws").display());
        return Err(Error::new(what).help("set AWS_PROFILE to one of `aws configure list-profiles`"));
    }
    // A key of the environment and the secret of a file would not fit together.
    let has_key = settings.contains_key("aws_access_key_id");
    for name in ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region", "endpoint_url"] {
        let is_key = !matches!(name, "region" | "endpoint_url");
        if let Some(value) = profile.remove(name).filter(|_| !(is_key && has_key)) {
            let name = if is_key { name.to_owned() } else { format!("aws_{name}") };
            settings.entry(name).or_insert(value);
        }
    }
    Ok(settings)
}

/// What Google's own programs would take: variables that begin with `GOOGLE_` or `CLOUDSDK_`; and where they name no file of
/// credentials, the one that `gcloud auth application-default login` writes.
pub fn google() -> Settings {
    let mut settings = facts::variables("GOOGLE_");
    settings.extend(facts::variables("CLOUDSDK_"));
    let usual = facts::home().map(|home| home.join(".config/gcloud/application_default_credentials.json"));
    if let Some(usual) = usual.filter(|usual| usual.is_file()).and_then(|usual| usual.to_str().map(str::to_owned)) {
        settings.entry("google_application_credentials".to_owned()).or_insert(usual);
    }
    settings
}

/// What Azure's own programs would take: variables that begin with `AZURE_`, with the parts of a connection string, if there
/// is one, under the names of the variables that say the same.
pub fn azure() -> Settings {
    let mut settings = facts::variables("AZURE_");
    let parts = settings.get("azure_storage_connection_string").cloned().unwrap_or_default();
    for (name, value) in parts.split(';').filter_map(|part| part.split_once('=')) {
        let name = match name.trim() {
            "AccountName" => "azure_storage_account_name",
            "AccountKey" => "azure_storage_account_key",
            "SharedAccessSignature" => "azure_storage_sas_key",
            "BlobEndpoint" => "azure_storage_endpoint",
            _ => continue,
        };
        settings.entry(name.to_owned()).or_insert_with(|| value.trim().to_owned());
    }
    settings
}

fn read(path: &Path) -> Result<String, Error> {
    match disk::read_at_most(path, LARGEST) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Error::io("could not read", path, error)),
    }
}

/// The lines `name = value` below `[section]`, without those that belong to a setting above them.
fn section_of(text: &str, section: &str) -> Option<Settings> {
    let mut settings = None;
    let mut is_inside = false;
    for line in text.lines() {
        let is_nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            is_inside = name.split_whitespace().eq(section.split_whitespace());
            if is_inside {
                settings.get_or_insert_with(Settings::new);
            }
        } else if let (Some((name, value)), Some(settings), true, false) =
            (line.split_once('='), &mut settings, is_inside, is_nested || line.starts_with(['#', ';']))
        {
            settings.insert(name.trim().to_lowercase(), value.trim().to_owned());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read() {
        let text = "# mine\n[default]\naws_access_key_id=A\nAWS_SECRET_ACCESS_KEY = s=c/r+t\n[profile  work]\n; no\n\
                    region = eu-west-1\ns3 =\n  region = none\n[other]\nregion=x";
        let of = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Settings>())
        };
        assert_eq!(
            section_of(text, "default"),
            of(&[("aws_access_key_id", "A"), ("aws_secret_access_key", "s=c/r+t")])
        );
        assert_eq!(section_of(text, "profile work"), of(&[("region", "eu-west-1"), ("s3", "")]));
        assert_eq!(section_of(text, "work"), None);
    }
}
