//! From an address to a store that lets us in.

use std::sync::Arc;

use object_store::{
    BackoffConfig, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    azure::{AzureConfigKey, MicrosoftAzureBuilder},
    gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
};

use super::http::{Http, Signer};
use crate::model::{
    Error,
    target::{Bucket, Cloud},
};
use crate::source::credentials::{self, Settings};

/// Opens a store with what the environment and the usual files say.
///
/// # Errors
///
/// No credentials, and ones that can't be right.
pub(super) fn open(bucket: &Bucket, retry: &Patience, http: Http) -> Result<Arc<dyn ObjectStore>, Error> {
    match bucket.cloud {
        Cloud::Amazon => amazon(bucket, credentials::amazon()?, retry.config(), http),
        Cloud::Google => google(bucket, credentials::google(), retry.config(), http),
        Cloud::Azure => azure(bucket, credentials::azure(), retry.config(), http),
    }
}

/// A store, and what we may do there.
pub(super) struct Login {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) may_write: bool,
}

/// The same; where there are no credentials, as anybody may read it.
///
/// # Errors
///
/// Credentials that can't be right.
pub(super) fn open_or_read(bucket: &Bucket, retry: &Patience, http: Http) -> Result<Login, Error> {
    let settings = match bucket.cloud {
        Cloud::Amazon => credentials::amazon()?,
        Cloud::Google => credentials::google(),
        Cloud::Azure => credentials::azure(),
    };
    if has_credentials(bucket.cloud, &settings) {
        return Ok(Login { store: open(bucket, retry, http)?, may_write: true });
    }
    let built: object_store::Result<Arc<dyn ObjectStore>> = match bucket.cloud {
        Cloud::Amazon => {
            let region = bucket.region.clone().or_else(|| settings.get("aws_default_region").cloned());
            let region = region.or_else(|| settings.get("aws_region").cloned());
            let mut builder = AmazonS3Builder::new().with_skip_signature(true).with_bucket_name(&bucket.name);
            builder = builder.with_region(region.unwrap_or_else(|| "us-east-1".to_owned())).with_allow_http(true);
            if let Some(endpoint) = &bucket.endpoint {
                builder = builder.with_endpoint(endpoint);
            }
            let built = builder.with_retry(retry.config()).with_http_connector(http).build();
            built.map(|store| Arc::new(store) as _)
        }
        Cloud::Google => {
            let mut builder = GoogleCloudStorageBuilder::new().with_skip_signature(true);
            if let Some(endpoint) = &bucket.endpoint {
                builder = builder.with_base_url(endpoint);
            }
            let builder = builder.with_bucket_name(&bucket.name).with_retry(retry.config());
            builder.with_http_connector(http).build().map(|store| Arc::new(store) as _)
        }
        Cloud::Azure => {
            let account = bucket.account.clone().or_else(|| settings.get("azure_storage_account_name").cloned());
            let account = account.or_else(|| settings.get("azure_storage_account").cloned());
            let mut builder = MicrosoftAzureBuilder::new().with_skip_signature(true);
            builder = builder.with_account(account.unwrap_or_default()).with_container_name(&bucket.name);
            if let Some(endpoint) = &bucket.endpoint {
                builder = builder.with_endpoint(endpoint.clone());
            }
            let builder = builder.with_allow_http(true).with_retry(retry.config());
            builder.with_http_connector(http).build().map(|store| Arc::new(store) as _)
        }
    };
    Ok(Login { store: built.map_err(|error| refused(bucket, &error))?, may_write: false })
}

/// Settings that let somebody in, one of which is enough.
fn ways(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::Amazon => &[
            AMAZON_MACHINE,
            "aws_access_key_id",
            "aws_web_identity_token_file",
            "aws_container_credentials_relative_uri",
            "aws_container_credentials_full_uri",
        ],
        Cloud::Google => &[
            "cloudsdk_auth_access_token",
            "google_oauth_access_token",
            "google_application_credentials",
            "google_service_account",
            "google_service_account_path",
            "google_service_account_key",
        ],
        Cloud::Azure => &[
            "azure_storage_account_key",
            "azure_storage_sas_key",
            "azure_storage_token",
            "azure_client_secret",
            "azure_federated_token_file",
            "azure_use_azure_cli",
            // What `az` calls them.
            "azure_storage_key",
            "azure_storage_sas_token",
            "azure_storage_auth_token",
        ],
    }
}

/// Whether there is a way in: one of those, or that of the cloud's own machines.
fn has_credentials(cloud: Cloud, settings: &Settings) -> bool {
    ways(cloud).iter().any(|way| settings.contains_key(*way)) || credentials::is_machine_of(cloud)
}

/// How often a request is sent again that failed for a moment.
pub(super) struct Patience(pub(super) crate::publish::Patience);

impl Patience {
    fn config(&self) -> RetryConfig {
        let backoff = BackoffConfig { init_backoff: self.0.first, ..BackoffConfig::default() };
        RetryConfig { backoff, max_retries: self.0.times as usize, ..RetryConfig::default() }
    }
}

/// Those of `settings` that the library knows, as pairs.
fn known<K: std::str::FromStr>(settings: &Settings) -> impl Iterator<Item = (K, &String)> {
    settings.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value)))
}

fn amazon(bucket: &Bucket, settings: Settings, retry: RetryConfig, http: Http) -> Result<Arc<dyn ObjectStore>, Error> {
    amazon_way(bucket, &settings)?;
    let mut builder = AmazonS3Builder::new();
    if let Some(endpoint) = settings.get(AMAZON_MACHINE) {
        builder = builder.with_metadata_endpoint(endpoint.trim_end_matches('/'));
    }
    for (key, value) in known::<AmazonS3ConfigKey>(&settings) {
        builder = builder.with_config(key, value);
    }
    let region = bucket.region.clone().or_else(|| builder.get_config_value(&AmazonS3ConfigKey::Region));
    let region =
        region.or_else(|| settings.get("aws_default_region").cloned()).unwrap_or_else(|| "us-east-1".to_owned());
    builder = builder.with_bucket_name(&bucket.name).with_region(&region).with_allow_http(true).with_retry(retry);
    // File by file, which stores that are like Amazon's all know.
    builder = builder.with_disable_bulk_delete(true);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    let signer = http.signer.clone();
    let store = builder.with_http_connector(http).build().map_err(|error| refused(bucket, &error))?;
    drop(signer.set(Signer { credentials: store.credentials().clone(), region }));
    Ok(Arc::new(store))
}

/// Where one of Amazon's machines gets credentials, if not at the usual address.
const AMAZON_MACHINE: &str = "aws_ec2_metadata_service_endpoint";

/// Sees that there is a way in. Where there is none, the library would ask an address of the local network, which answers in
/// Amazon's machines alone.
fn amazon_way(bucket: &Bucket, settings: &Settings) -> Result<(), Error> {
    let has = |name: &str| settings.contains_key(name);
    let none = || Error::new(format!("there are no credentials for {}", bucket.shown()));
    let is_allowed = settings.get("aws_ec2_metadata_disabled").is_none_or(|is| !is.eq_ignore_ascii_case("true"));
    let is_ours = || has(AMAZON_MACHINE) || credentials::is_machine_of(Cloud::Amazon);
    if has("aws_web_identity_token_file") && !has("aws_role_arn") && !has("aws_access_key_id") {
        return Err(
            none().help("AWS_WEB_IDENTITY_TOKEN_FILE is set: let AWS_ROLE_ARN say which role that token is for")
        );
    }
    let is_in_container = has("aws_container_credentials_relative_uri")
        || has("aws_container_credentials_full_uri") && has("aws_container_authorization_token_file");
    let has_key = has("aws_access_key_id") || has("aws_web_identity_token_file");
    if has_key || is_in_container || is_allowed && is_ours() {
        return Ok(());
    }
    let export = "`eval \"$(aws configure export-credentials --format env)\"`";
    Err(none().help(match settings.get("profile_way") {
        Some(way) => format!("the profile gets them by `{way}`, which only `aws` itself can do: run {export} before"),
        None => format!(
            "looked for AWS_ACCESS_KEY_ID, for AWS_WEB_IDENTITY_TOKEN_FILE, for the profile `{}` of ~/.aws, for \
             AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, and whether this is one of Amazon's machines: set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; where `aws` works already, {export} sets them",
            settings.get("aws_profile").map_or("default", String::as_str)
        ),
    }))
}

fn google(bucket: &Bucket, settings: Settings, retry: RetryConfig, http: Http) -> Result<Arc<dyn ObjectStore>, Error> {
    let mut builder = GoogleCloudStorageBuilder::new();
    let token = ["cloudsdk_auth_access_token", "google_oauth_access_token"].iter().find_map(|name| settings.get(*name));
    if let Some(token) = token {
        builder = builder.with_bearer_token(token);
    } else {
        const EXPORT: &str = "`export CLOUDSDK_AUTH_ACCESS_TOKEN=\"$(gcloud auth print-access-token)\"`";
        let file = settings.get("google_application_credentials");
        if let Some(kind) = file.and_then(|file| credentials::google_kind(file))
            && !["service_account", "authorized_user"].contains(&kind.as_str())
        {
            let what = format!("credentials of the kind `{}` do not open {}", kind.escape_debug(), bucket.shown());
            return Err(Error::new(what).help(format!("where `gcloud` works with them, run {EXPORT} before")));
        }
        if !has_credentials(Cloud::Google, &settings) {
            let help = format!(
                "looked for CLOUDSDK_AUTH_ACCESS_TOKEN, for GOOGLE_APPLICATION_CREDENTIALS, for the file that `gcloud auth \
                 application-default login` writes, and whether this is one of Google's machines: run that, or set \
                 GOOGLE_APPLICATION_CREDENTIALS to the file of a service account; in a pipeline, {EXPORT}"
            );
            return Err(Error::new(format!("there are no credentials for {}", bucket.shown())).help(help));
        }
        for (key, value) in known::<GoogleConfigKey>(&settings) {
            builder = builder.with_config(key, value);
        }
    }
    builder = builder.with_bucket_name(&bucket.name).with_retry(retry).with_http_connector(http);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_base_url(endpoint);
    }
    Ok(Arc::new(builder.build().map_err(|error| refused(bucket, &error))?))
}

fn azure(
    bucket: &Bucket,
    mut settings: Settings,
    retry: RetryConfig,
    http: Http,
) -> Result<Arc<dyn ObjectStore>, Error> {
    let account = bucket.account.clone().or_else(|| settings.get("azure_storage_account_name").cloned());
    let Some(account) = account.or_else(|| settings.get("azure_storage_account").cloned()) else {
        let help = "add a line such as `account = \"mysite\"` to the target, or set AZURE_STORAGE_ACCOUNT_NAME";
        return Err(Error::new(format!("no storage account is named for {}", bucket.shown())).help(help));
    };
    // What `az` calls them, in the library's words.
    for (here, there) in [
        ("azure_storage_key", "azure_storage_account_key"),
        ("azure_storage_sas_token", "azure_storage_sas_key"),
        ("azure_storage_auth_token", "azure_storage_token"),
    ] {
        if let Some(value) = settings.remove(here) {
            settings.entry(there.to_owned()).or_insert(value);
        }
    }
    if !has_credentials(Cloud::Azure, &settings) {
        let help = "looked for AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN, \
                    AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, for what `az login` writes, and whether this is one of \
                    Azure's machines: set one of them, or run `az login`";
        return Err(Error::new(format!("there are no credentials for {}", bucket.shown())).help(help));
    }
    let mut builder = MicrosoftAzureBuilder::new();
    for (key, value) in known::<AzureConfigKey>(&settings) {
        builder = builder.with_config(key, value);
    }
    builder = builder.with_account(account).with_container_name(&bucket.name).with_allow_http(true).with_retry(retry);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint.clone());
    }
    let built = builder.with_http_connector(http).build();
    Ok(Arc::new(built.map_err(|error| refused(bucket, &error))?))
}

fn refused(bucket: &Bucket, error: &object_store::Error) -> Error {
    let what = format!("the credentials for {} are of no use: {}", bucket.shown(), super::told(error));
    Error::new(what).help("look at the variables of the environment and at the files that hold them")
}
