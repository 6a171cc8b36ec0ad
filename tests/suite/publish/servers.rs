//! Real servers on this machine, each on a port of its own, which end with their value.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::site::{Files, Said, Site};

/// A program that runs until this value is dropped.
pub(super) struct Running {
    child: Child,
    /// Where it listens.
    pub(super) port: u16,
    /// Its own folder.
    pub(super) folder: tempfile::TempDir,
}

impl Running {
    /// Starts what `command` makes of a port and a folder, and waits until it listens.
    pub(super) fn start(command: impl FnOnce(u16, &Path) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = command(port, folder.path());
        let log = std::fs::File::create(folder.path().join("stdout")).unwrap();
        command.stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log);
        let name = format!("{:?}", command.get_program());
        let child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}; run ./tests/run once"));
        let server = Self { child, port, folder };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(server.folder.path().join("stdout")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(120), "{name} does not start: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// nginx with one server, whose lines are made of a port and a folder.
pub(super) fn nginx(server: impl FnOnce(u16, &Path) -> String) -> Running {
    Running::start(|port, folder| {
        let at = folder.display();
        let config = format!(
            "load_module /usr/lib/nginx/modules/ngx_http_brotli_static_module.so;\n\
             daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\nevents {{}}\nhttp {{\n\
             access_log off; types {{ text/html html; text/css css; }}\n\
             client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c; uwsgi_temp_path {at}/d; \
             scgi_temp_path {at}/e;\nserver {{ {} }}\n}}\n",
            server(port, folder)
        );
        let path = folder.join("main.conf");
        std::fs::write(&path, config).unwrap();
        let program = if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
        let mut command = Command::new(program);
        command.arg("-e").arg(folder.join("error.log")).arg("-p").arg(folder).arg("-c").arg(path);
        command
    })
}

/// Apache that serves a folder, which others may read, with what Debian switches on and what `.htaccess` needs.
pub(super) fn apache(root: &Path) -> Running {
    Running::start(|port, folder| {
        let at = folder.display();
        let mut config = format!(
            "Listen 127.0.0.1:{port}\nPidFile {at}/pid\nErrorLog {at}/error.log\nServerName localhost\n\
             DefaultRuntimeDir {at}\nDocumentRoot {0}\n",
            root.display()
        );
        for name in ["mpm_event", "authz_core", "dir", "mime", "headers", "alias", "rewrite", "deflate", "filter"] {
            config += &format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
        }
        config += &format!(
            "TypesConfig /etc/mime.types\nAddType application/x-gzip .gz .tgz\n\
             AddOutputFilterByType DEFLATE text/html text/css\nUser nobody\nGroup nogroup\n\
             <Directory {}>\nAllowOverride All\nRequire all granted\nOptions FollowSymLinks\n</Directory>\n",
            root.display()
        );
        let path = folder.join("main.conf");
        std::fs::write(&path, config).unwrap();
        let mut command = Command::new("/usr/sbin/apache2");
        command.args(["-D", "FOREGROUND", "-d"]).arg(folder).arg("-f").arg(path);
        command
    })
}

/// The whole answer to a request for a path, with further headers: its own in small letters, and the body.
pub(super) fn ask(port: u16, path: &str, headers: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    (head, answer.split_off(end + 4))
}

/// A port that nobody listens at.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Where `tests/servers/install` put its programs.
fn installed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers").join(path)
}

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Amazon,
    Azure,
}

/// The key of Azurite's account, which its manual tells to everybody.
const AZURITE_KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A signature as moto takes it.
const SIGNATURE: &str =
    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a";

/// A secret, to be looked for where none may be.
pub(super) const SECRET: &str = "s3cr3t/K3y+x";

/// An object store with a bucket `pages`.
pub(super) struct Store {
    kind: Kind,
    server: Running,
    /// Where it is asked: at its own port, or at that of somebody between.
    port: u16,
}

impl Store {
    pub(super) fn start(kind: Kind) -> Self {
        let server = Running::start(|port, folder| match kind {
            Kind::Amazon => {
                let mut command = Command::new(installed("venv/bin/moto_server"));
                command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
                command
            }
            Kind::Azure => {
                let mut command = Command::new(installed("node_modules/.bin/azurite-blob"));
                command.args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string(), "--silent"]);
                command.arg("--skipApiVersionCheck").arg("--location").arg(folder);
                command
            }
        });
        let store = Self { kind, port: server.port, server };
        let start = Instant::now();
        while !store.make_bucket() {
            assert!(start.elapsed() < Duration::from_secs(60), "{kind:?} makes no bucket");
            std::thread::sleep(Duration::from_millis(100));
        }
        store
    }

    /// Asked by way of `port`, where somebody else listens.
    pub(super) fn by_way_of(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    pub(super) fn own_port(&self) -> u16 {
        self.server.port
    }

    fn make_bucket(&self) -> bool {
        let at = format!("http://127.0.0.1:{}", self.server.port);
        let made = match self.kind {
            Kind::Amazon => ureq::put(format!("{at}/pages")).send_empty(),
            Kind::Azure => {
                let mut command = Command::new("node");
                command.arg(installed("make-container.js")).arg(self.server.port.to_string()).arg(AZURITE_KEY);
                return command.output().unwrap().status.success();
            }
        };
        made.is_ok()
    }

    /// The lines of a target in this store, below `prefix`.
    pub(super) fn target(&self, prefix: &str) -> String {
        let (scheme, path) = match self.kind {
            Kind::Amazon => ("s3", ""),
            Kind::Azure => ("az", "/devstoreaccount1"),
        };
        format!("to = \"{scheme}://pages{prefix}\"\nendpoint = \"http://127.0.0.1:{}{path}\"", self.port)
    }

    /// What the environment says of this store, and nothing of whoever runs the tests.
    pub(super) fn environment(&self, command: &mut Command) {
        let ours = |name: &str| ["AWS_", "GOOGLE_", "CLOUDSDK_", "AZURE_"].iter().any(|start| name.starts_with(start));
        for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.env("HOME", self.server.folder.path());
        match self.kind {
            Kind::Amazon => command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", SECRET),
            Kind::Azure => command
                .env("AZURE_STORAGE_ACCOUNT_NAME", "devstoreaccount1")
                .env("AZURE_STORAGE_ACCOUNT_KEY", AZURITE_KEY),
        };
    }

    /// `docweave publish` in a site's folder.
    pub(super) fn command(&self, site: &Site, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").args(arguments).current_dir(site.root()).stdin(Stdio::null());
        self.environment(&mut command);
        command
    }

    /// Publishes, sees that no secret is told, and gives what was said.
    pub(super) fn publish(&self, site: &Site, arguments: &[&str]) -> Said {
        let said = Said::of(self.command(site, arguments).output().unwrap());
        assert!(![SECRET, AZURITE_KEY].iter().any(|secret| format!("{said:?}").contains(secret)), "{said:?}");
        said
    }

    /// Names of the objects, by asking the store itself.
    pub(super) fn names(&self) -> Vec<String> {
        let at = format!("http://127.0.0.1:{}", self.server.port);
        let (ask, name) = match self.kind {
            Kind::Amazon => (format!("{at}/pages?list-type=2&max-keys=1000"), "Key"),
            Kind::Azure => (format!("{at}/devstoreaccount1/pages?restype=container&comp=list"), "Name"),
        };
        let told = ureq::get(ask).call().unwrap().body_mut().read_to_string().unwrap();
        let open = format!("<{name}>");
        told.split(&open).skip(1).map(|rest| rest.split('<').next().unwrap().replace("&amp;", "&")).collect()
    }

    /// What readers get: the bytes, and the headers that tell of them.
    pub(super) fn get(&self, name: &str) -> (Vec<u8>, ureq::http::HeaderMap) {
        self.get_if_there(name).unwrap_or_else(|| panic!("{name} is not there"))
    }

    fn get_if_there(&self, name: &str) -> Option<(Vec<u8>, ureq::http::HeaderMap)> {
        let name: String = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string();
        let name = name.replace("%2F", "/");
        let at = format!("http://127.0.0.1:{}", self.server.port);
        let request = match self.kind {
            // Whoever signs is let in, whatever the signature.
            Kind::Amazon => ureq::get(format!("{at}/pages/{name}")).header("Authorization", SIGNATURE),
            Kind::Azure => ureq::get(format!("{at}/devstoreaccount1/pages/{name}")),
        };
        let mut answer = match request.call() {
            Err(ureq::Error::StatusCode(404)) => return None,
            answer => answer.unwrap_or_else(|error| panic!("{name}: {error}")),
        };
        let bytes = answer.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap();
        Some((bytes, answer.headers().clone()))
    }

    /// Tells a bucket what a file says of its website, by Amazon's own library, and gives what the bucket says then.
    pub(super) fn website(&self, file: &Path) -> String {
        let program = "import boto3, json, sys\n\
                       s3 = boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1')\n\
                       s3.put_bucket_website(Bucket='pages', WebsiteConfiguration=json.load(open(sys.argv[2])))\n\
                       print(s3.get_bucket_website(Bucket='pages'))\n";
        let mut command = Command::new(installed("venv/bin/python"));
        command.args(["-c", program, &format!("http://127.0.0.1:{}", self.server.port)]).arg(file);
        self.environment(&mut command);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes over an object, as somebody else.
    pub(super) fn write(&self, name: &str, text: &str) {
        let at = format!("http://127.0.0.1:{}/pages/{name}", self.server.port);
        ureq::put(at).header("Authorization", SIGNATURE).send(text).unwrap();
    }

    /// Everything there but what is docweave's own, with names below `prefix`.
    pub(super) fn served(&self, prefix: &str) -> Files {
        let seen = || -> Option<Files> {
            let names = self.names().into_iter().filter_map(|name| Some((name.strip_prefix(prefix)?.to_owned(), name)));
            let names = names.filter(|(path, _)| !super::is_own(path));
            names.map(|(path, name)| Some((path, self.get_if_there(&name)?.0))).collect()
        };
        // The store may still do what a publish asked for that was killed since: then some name is not there any more.
        (0..10).find_map(|_| seen()).expect("names stand for objects")
    }
}
