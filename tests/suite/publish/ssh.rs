//! A folder behind a real sshd, reached by rsync.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{change, crawl, served, small_site};
use crate::site::{Site, tree};

/// An sshd of our own, and how to reach it; it ends with this value.
struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["host", "user"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.path().join(key));
            assert!(make.status().expect("ssh is installed").success());
        }
        std::fs::copy(folder.path().join("user.pub"), folder.path().join("authorized")).unwrap();
        // Where sshd locks in what it runs before anybody is let in; only root needs it, and may make it.
        drop(std::fs::create_dir("/run/sshd"));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = folder.path().display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nPidFile {at}/pid\nAuthorizedKeysFile {at}/authorized\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        );
        std::fs::write(folder.path().join("conf"), config).unwrap();
        let program = if Path::new("/usr/sbin/sshd").exists() { "/usr/sbin/sshd" } else { "/usr/bin/sshd" };
        let mut command = Command::new(program);
        command.arg("-D").arg("-E").arg(folder.path().join("log")).arg("-f").arg(folder.path().join("conf"));
        let child = command.stdin(Stdio::null()).spawn().expect("sshd is installed");
        let server = Self { child, port, folder };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(20), "sshd does not start: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// The command by which rsync gets there.
    fn ssh(&self) -> String {
        let at = self.folder.path().display();
        format!(
            "ssh -F none -p {} -i {at}/user -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={at}/known",
            self.port
        )
    }

    fn publish(&self, site: &Site, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").args(arguments).current_dir(site.root()).env("RSYNC_RSH", self.ssh());
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_folder_behind_ssh_is_sent_only_what_differs() {
    let server = Server::start();
    let live = server.folder.path().join("deep/live");
    let mut site = small_site(&format!("[publish.live]\nto = \"rsync://127.0.0.1{}\"", live.display()));
    let (fine, said) = server.publish(&site, &["--dry-run"]);
    assert!(fine && said.contains("one/index.html") && !live.exists(), "{said}");
    let (fine, said) = server.publish(&site, &[]);
    assert!(fine && said.contains("files sent"), "{said}");
    site.build();
    assert_eq!(served(&live), site.output());

    std::fs::write(live.join("mine.txt"), "mine").unwrap();
    let (fine, said) = server.publish(&site, &[]);
    assert!(fine && said.contains("0 files sent"), "{said}");
    change(&mut site);
    site.build();
    let (fine, said) = server.publish(&site, &["--allow-removals"]);
    assert!(fine, "{said}");
    let mut expected = site.output();
    expected.insert("mine.txt".to_owned(), b"mine".to_vec());
    assert_eq!(served(&live), expected);
    assert!(!site.root().join(".docweave/publish/live").exists(), "nothing is left");

    std::fs::remove_file(live.join("index.html")).unwrap();
    std::fs::create_dir(live.join("four")).unwrap();
    std::fs::write(live.join("four/index.html"), "mine").unwrap();
    site.write("content/four.md", "# Four\n");
    let (fine, said) = server.publish(&site, &[]);
    assert!(!fine && said.contains("did not send") && said.contains("four/index.html"), "{said}");
}

#[test]
fn behind_ssh_a_site_is_whole_whenever_a_publish_is_killed() {
    let server = Server::start();
    let live = server.folder.path().join("live");
    let mut site = small_site(&format!("[publish.live]\nto = \"rsync://127.0.0.1{}\"", live.display()));
    site.build();
    let start = Instant::now();
    let (fine, said) = server.publish(&site, &["--no-build"]);
    assert!(fine, "{said}");
    let usual = start.elapsed();
    let mut running = 0;
    for round in 0..4_u32 {
        let (from, to) = if round % 2 == 0 { ("# One\n", "# Ones\n") } else { ("# Ones\n", "# One\n") };
        site.edit("content/one.md", from, to);
        match round {
            0 => site.edit("site.toml", "[publish.live]", "[css.variables]\naccent = \"#000\"\n[publish.live]"),
            _ => site.edit("site.toml", &format!("#{0}{0}{0}", round - 1), &format!("#{round}{round}{round}")),
        };
        site.build();
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.args(["publish", "--no-build"]).current_dir(site.root()).env("RSYNC_RSH", server.ssh());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(usual.mul_f64(f64::from(round) / 4.0));
        running += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(crawl(&whole(&live), &format!("round {round}")) > 10);
        let (fine, said) = server.publish(&site, &["--no-build"]);
        assert!(fine, "{said}");
        assert_eq!(whole(&live), site.output(), "round {round}");
    }
    assert!(running > 0);
}

/// What is served: a killed rsync may leave a file under a temporary name, which begins with a dot.
fn whole(live: &Path) -> crate::site::Files {
    let mut files = tree(live);
    files.retain(|path, _| !path.rsplit('/').next().unwrap().starts_with('.'));
    files
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let site = small_site("[publish.live]\nto = \"rsync://127.0.0.1:1/srv/live\"");
    site.run(&["publish"]).ends(2).says(["rsync could not do it for 127.0.0.1:/srv/live/"]);
}
