//! How an object store is spoken to: by the client that other sites are asked with, so that one TLS library is enough.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::{
    ClientOptions,
    aws::{AwsAuthorizer, AwsCredentialProvider},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use ureq::{
    Agent,
    http::{HeaderValue, Response, request::Parts},
};

/// How many requests are under way at once.
pub(super) const AT_ONCE: usize = 32;

/// A page that leads elsewhere: the value of `x-amz-website-redirect-location` (Amazon S3 User Guide, "Configuring a webpage
/// redirect").
#[derive(Clone, Debug)]
pub(super) struct LeadsTo(pub(super) String);

/// Whoever signs requests again that were given a further header.
#[derive(Debug)]
pub(super) struct Signer {
    pub(super) credentials: AwsCredentialProvider,
    pub(super) region: String,
}

/// The client.
#[derive(Clone, Debug)]
pub(super) struct Http {
    agent: Agent,
    /// The largest answer in bytes.
    most: u64,
    /// Set where the store understands [`LeadsTo`].
    pub(super) signer: Arc<OnceLock<Signer>>,
}

impl Http {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("docweave/", env!("CARGO_PKG_VERSION")))
            .max_idle_connections(AT_ONCE)
            .max_idle_connections_per_host(AT_ONCE)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_recv_body(Some(Duration::from_secs(120)))
            .build();
        Self { agent: config.into(), most: u64::MAX, signer: Arc::default() }
    }

    /// One that takes no answer of more than `most` bytes.
    pub(super) fn taking(most: u64) -> Self {
        Self { most, ..Self::new() }
    }
}

impl HttpConnector for Http {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Http {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if let (Some(LeadsTo(address)), Some(signer)) = (request.extensions().get().cloned(), self.signer.get()) {
            signer.add(&mut request, &address).await?;
        }
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let (agent, most) = (self.agent.clone(), self.most);
        let answer = tokio::task::spawn_blocking(move || ask(&agent, parts, &body, most)).await;
        answer.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))?
    }
}

impl Signer {
    /// Amazon wants every header of its own to be signed.
    async fn add(&self, request: &mut HttpRequest, address: &str) -> Result<(), HttpError> {
        let failed = |error| HttpError::new(HttpErrorKind::Unknown, error);
        let value = HeaderValue::from_str(address);
        let value = value.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let credential = self.credentials.get_credential().await.map_err(failed)?;
        let headers = request.headers_mut();
        for name in ["authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"] {
            headers.remove(name);
        }
        headers.insert("x-amz-website-redirect-location", value);
        AwsAuthorizer::new(&credential, "s3", &self.region).try_authorize(request, None).map_err(failed)
    }
}

fn ask(agent: &Agent, parts: Parts, body: &[u8], most: u64) -> Result<HttpResponse, HttpError> {
    let has_body = !body.is_empty() || parts.method == "PUT" || parts.method == "POST";
    let answer = match has_body {
        true => agent.run(ureq::http::Request::from_parts(parts, body)),
        false => agent.run(ureq::http::Request::from_parts(parts, ())),
    };
    let (parts, mut body) = answer.map_err(failure)?.into_parts();
    let bytes = body.with_config().limit(most).read_to_vec().map_err(failure)?;
    Ok(Response::from_parts(parts, HttpResponseBody::from(bytes)))
}

fn failure(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
        // A connection that broke, before or after the server had read the request.
        ureq::Error::Io(_) | ureq::Error::Protocol(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
