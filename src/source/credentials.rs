//! What lets us in at object stores: variables of the environment, and the files that the stores' own programs keep.
//!
//! Nothing of it is stored or told.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use crate::model::{Error, target::Cloud};
use crate::source::{disk, facts};

/// Of a file of credentials, in bytes.
const LARGEST: u64 = 1 << 20;

/// Names and values, names in small letters.
pub type Settings = BTreeMap<String, String>;

/// Where Linux says whose machine this is.
const MACHINE: &str = "/sys/class/dmi/id";

/// Whether this is a machine of that cloud, which hands out credentials at an address of its own.
pub fn is_machine_of(cloud: Cloud) -> bool {
    is_told(Path::new(MACHINE), cloud)
}

fn is_told(folder: &Path, cloud: Cloud) -> bool {
    let (names, mark): (&[&str], _) = match cloud {
        Cloud::Amazon => (&["sys_vendor", "bios_vendor", "board_vendor"], "Amazon EC2"),
        Cloud::Google => (&["product_name"], "Google Compute Engine"),
        // The tag that each of Azure's machines has.
        Cloud::Azure => (&["chassis_asset_tag"], "7783-7084-3265-9085-8269-3286-77"),
    };
    let says = |name: &&str| disk::read_at_most(&folder.join(name), LARGEST);
    names.iter().filter_map(|name| says(name).ok()).any(|said| String::from_utf8_lossy(&said).trim() == mark)
}

/// Ways of a profile that only Amazon's own programs go.
const ELSEWHERE: [&str; 5] =
    ["source_profile", "credential_source", "credential_process", "sso_session", "sso_start_url"];

/// What Amazon's own programs would take: variables that begin with `AWS_`, names as they are there, and for what they
/// leave out the profile that `AWS_PROFILE` names, in `~/.aws/credentials` and `~/.aws/config`. Where that profile gets its
/// credentials in a way that we do not know, `profile_way` is the name of that.
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
    for name in ["region", "endpoint_url"] {
        if let Some(value) = profile.remove(name) {
            settings.entry(format!("aws_{name}")).or_insert(value);
        }
    }
    // A key of the environment and the secret of a file would not fit together. A token of the environment goes before a
    // profile that nobody named.
    let has_key = settings.contains_key("aws_access_key_id");
    let has_token = settings.contains_key("aws_web_identity_token_file") && wanted.is_none();
    if has_key || has_token {
        return Ok(settings);
    }
    if profile.contains_key("aws_access_key_id") {
        settings.extend(
            ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), profile.remove(name)?))),
        );
    } else if profile.contains_key("web_identity_token_file") {
        for name in ["role_arn", "web_identity_token_file", "role_session_name"] {
            if let Some(value) = profile.remove(name) {
                settings.insert(format!("aws_{name}"), value);
            }
        }
    } else if let Some(way) = ELSEWHERE.into_iter().find(|way| profile.contains_key(*way)) {
        settings.insert("profile_way".to_owned(), way.to_owned());
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

/// The kind of credentials that a file of Google's holds, as it says itself; `None` where there is no such file.
pub fn google_kind(path: &str) -> Option<String> {
    let bytes = disk::read_at_most(Path::new(path), LARGEST).ok()?;
    let said: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    said.get("type")?.as_str().map(str::to_owned)
}

/// What Azure's own programs would take: variables that begin with `AZURE_`, with the parts of a connection string, if there
/// is one, under the names of the variables that say the same. Where the program `az` was let in, `azure_use_azure_cli` is set.
pub fn azure() -> Settings {
    let mut settings = facts::variables("AZURE_");
    let folder = settings.get("azure_config_dir").map(PathBuf::from);
    let folder = folder.or_else(|| facts::home().map(|home| home.join(".azure")));
    if folder.is_some_and(|folder| folder.join("azureProfile.json").is_file()) {
        settings.entry("azure_use_azure_cli".to_owned()).or_insert_with(|| "true".to_owned());
    }
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
    #[expect(clippy::disallowed_methods, reason = "tests set up real folders")]
    fn machines_are_told_by_what_their_makers_wrote() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_told(folder.path(), Cloud::Amazon));
        std::fs::write(folder.path().join("sys_vendor"), "Amazon EC2\n").unwrap();
        std::fs::write(folder.path().join("product_name"), "Google Compute\n").unwrap();
        std::fs::write(folder.path().join("chassis_asset_tag"), "7783-7084-3265-9085-8269-3286-77\n").unwrap();
        assert_eq!(
            [Cloud::Amazon, Cloud::Google, Cloud::Azure].map(|cloud| is_told(folder.path(), cloud)),
            [true, false, true]
        );
    }

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
