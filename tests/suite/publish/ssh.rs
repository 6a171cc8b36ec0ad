//! A folder behind a real sshd, reached by rsync and by sftp, and a repository there, reached by git.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use docweave::model::target::Encoding;

use super::{
    back::goes_back_and_on,
    change,
    compress::{BOTH, plain},
    served, small_site,
};
use crate::site::{Said, Site, tree};

/// An sshd of our own, and how to reach it; it ends with this value.
struct Server {
    child: Child,
    /// A connection through which all calls go, so that each need not begin with keys.
    control: Option<Child>,
    port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        Self::that_allows("", "internal-sftp")
    }

    /// Whose keys may do what `only` says before each, and whose sftp is `sftp`.
    fn that_allows(only: &str, sftp: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["host", "user"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.path().join(key));
            assert!(make.status().expect("ssh is installed").success());
        }
        let key = std::fs::read_to_string(folder.path().join("user.pub")).unwrap();
        let only = only.replace("HERE", &folder.path().display().to_string());
        std::fs::write(folder.path().join("authorized"), format!("{only} {key}")).unwrap();
        // Where sshd locks in what it runs before anybody is let in; only root needs it, and may make it.
        drop(std::fs::create_dir("/run/sshd"));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = folder.path().display();
        // Nothing that a shell reads when somebody logs in: on some machines that takes longer than all else.
        let config = format!(
            "SetEnv HOME={at} SHLVL=1\nPort {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nPidFile {at}/pid\nAuthorizedKeysFile {at}/authorized\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n\
             MaxSessions 100\n\
             Subsystem sftp {sftp}\n"
        );
        std::fs::write(folder.path().join("conf"), config).unwrap();
        let program = if Path::new("/usr/sbin/sshd").exists() { "/usr/sbin/sshd" } else { "/usr/bin/sshd" };
        let mut command = Command::new(program);
        command.arg("-D").arg("-E").arg(folder.path().join("log")).arg("-f").arg(folder.path().join("conf"));
        let child = command.stdin(Stdio::null()).spawn().expect("sshd is installed");
        let mut server = Self { child, control: None, port, folder };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(20), "sshd does not start: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        server.keep_a_connection();
        server
    }

    fn keep_a_connection(&mut self) {
        let mut command = Command::new("ssh");
        command.args(self.options().split(' ')).args(["-o", "ControlMaster=yes", "-N", "-p", &self.port.to_string()]);
        let log = std::fs::File::create(self.folder.path().join("control.log")).unwrap();
        self.control = Some(command.arg("127.0.0.1").stdin(Stdio::null()).stderr(log).spawn().unwrap());
        let start = Instant::now();
        while !self.folder.path().join("control").exists() {
            let log = || std::fs::read_to_string(self.folder.path().join("control.log")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(20), "no connection: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Options by which ssh gets there.
    fn options(&self) -> String {
        let at = self.folder.path().display();
        format!(
            "-F none -i {at}/user -o BatchMode=yes -o StrictHostKeyChecking=accept-new \
             -o UserKnownHostsFile={at}/known -o ControlPath={at}/control"
        )
    }

    /// Puts a program before the one of this name, which does something and then runs that one with further options.
    fn wrap(&self, name: &str, first: &str, options: &str) {
        let program = self.folder.path().join("programs").join(name);
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        let path = std::env::var("PATH").unwrap();
        let real = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.exists());
        let real = real.unwrap_or_else(|| panic!("{name} is installed"));
        std::fs::write(&program, format!("#!/bin/sh\n{first}exec {} {options} \"$@\"\n", real.display())).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// `docweave publish` in the folder of a site, with programs that have these options.
    fn command(&self, site: &Site, arguments: &[&str]) -> Command {
        let options = self.options();
        let programs = self.folder.path().join("programs");
        if !programs.join("sftp").exists() {
            self.wrap("sftp", "", &options);
        }
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_docweave"));
        command.arg("publish").args(arguments).current_dir(site.root()).env("PATH", path);
        command.env("RSYNC_RSH", format!("ssh -p {} {options}", self.port));
        command.env("GIT_SSH_COMMAND", format!("ssh {options}"));
        command
    }

    fn publish(&self, site: &Site, arguments: &[&str]) -> (bool, String) {
        let output = self.command(site, arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// The line of a target in a folder there.
    fn target(&self, by: By, folder: &Path) -> String {
        let (scheme, port) = match by {
            By::Rsync => ("rsync", String::new()),
            By::Sftp => ("sftp", format!(":{}", self.port)),
        };
        format!("to = \"{scheme}://127.0.0.1{port}{}\"", folder.display())
    }
}

/// By which program.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Rsync,
    Sftp,
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in self.control.iter_mut().chain([&mut self.child]) {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

#[test]
fn rsync_sends_only_what_differs() {
    sends_only_what_differs(By::Rsync);
}

#[test]
fn sftp_sends_only_what_differs() {
    sends_only_what_differs(By::Sftp);
}

fn sends_only_what_differs(by: By) {
    let server = Server::start();
    let live = server.folder.path().join("deep/live");
    let mut site = small_site(&format!("[publish.live]\n{}\n{BOTH}", server.target(by, &live)));
    site.write("static/ä [b] \"c\".txt", "quoted").write("static/d/e/f/g.txt", "deep");
    site.write("static/w*/x?.txt", "no pattern").write("static/v/[y].txt", "no pattern");
    let (fine, said) = server.publish(&site, &["--dry-run"]);
    assert!(fine && said.contains("one/index.html") && !live.exists(), "{said}");
    let (fine, said) = server.publish(&site, &[]);
    assert!(fine && said.contains("files sent"), "{said}");
    site.build();
    assert_eq!(plain(&served(&live), &Encoding::ALL), site.output());

    let mine = ["mine.txt", "wx/xx.txt", "v/y.txt"];
    for path in mine {
        std::fs::create_dir_all(live.join(path).parent().unwrap()).unwrap();
        std::fs::write(live.join(path), "mine").unwrap();
    }
    let (fine, said) = server.publish(&site, &[]);
    assert!(fine && said.contains("0 files sent"), "{said}");
    change(&mut site);
    site.remove("static/d/e/f/g.txt").remove("static/w*/x?.txt").remove("static/v/[y].txt").build();
    let (fine, said) = server.publish(&site, &["--allow-removals"]);
    assert!(fine, "{said}");
    assert!(!live.join("d").exists() && !live.join("w*").exists(), "no empty folder is left");
    assert!(!live.join(".docweave-lock").exists(), "no mark is left");
    let mut expected = site.output();
    expected.extend(mine.map(|path| (path.to_owned(), b"mine".to_vec())));
    assert_eq!(plain(&served(&live), &Encoding::ALL), expected);
    assert!(!site.root().join(".docweave/publish/live").exists(), "nothing is left");

    std::fs::remove_file(live.join("index.html")).unwrap();
    std::fs::create_dir(live.join("four")).unwrap();
    std::fs::write(live.join("four/index.html"), "mine").unwrap();
    site.write("content/four.md", "# Four\n");
    let (fine, said) = server.publish(&site, &[]);
    assert!(!fine && said.contains("did not send") && said.contains("four/index.html"), "{said}");
}

#[test]
fn another_machine_goes_back_and_on() {
    for by in [By::Rsync, By::Sftp] {
        let server = Server::start();
        let live = server.folder.path().join("live");
        let mut site = small_site(&format!("[publish.live]\n{}", server.target(by, &live)));
        let publish = |site: &Site, arguments: &[&str]| Said::of(server.command(site, arguments).output().unwrap());
        let names = || tree(&live).into_keys().collect();
        goes_back_and_on(&mut site, 3, &publish, &|| served(&live), &names);
    }
}

#[test]
fn where_nothing_but_files_is_allowed_older_releases_are_copied() {
    let rrsync = (By::Rsync, "command=\"rrsync HERE\"", "internal-sftp");
    let no_links = (By::Sftp, "", "internal-sftp -P hardlink");
    for (by, only, sftp) in [rrsync, no_links] {
        let server = Server::that_allows(only, sftp);
        let live = server.folder.path().join("live");
        let there = if by == By::Rsync { Path::new("/live") } else { &live };
        std::fs::create_dir(&live).unwrap();
        let mut site = small_site(&format!("[publish.live]\n{}", server.target(by, there)));
        let publish = |site: &Site, arguments: &[&str]| Said::of(server.command(site, arguments).output().unwrap());
        let names = || tree(&live).into_keys().collect();
        goes_back_and_on(&mut site, 3, &publish, &|| served(&live), &names);
        assert!(!live.join(".docweave-lock").exists(), "no mark is left");
    }
}

#[test]
fn behind_rsync_a_site_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment(By::Rsync);
}

#[test]
fn behind_sftp_a_site_is_whole_whenever_a_publish_is_killed() {
    kill_at_any_moment(By::Sftp);
}

#[test]
fn behind_ssh_a_branch_is_whole_whenever_a_publish_is_killed() {
    let server = Server::start();
    let repository = server.folder.path().join("pages.git");
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(&repository).status().unwrap();
    assert!(made.success());
    let to = format!("git+ssh://127.0.0.1:{}{}", server.port, repository.display());
    let mut site = small_site(&format!("[publish.live]\nto = \"{to}\"\nbranch = \"pages\""));
    let publish = |site: &Site, arguments: &[&str]| server.command(site, arguments);
    super::kills::kill_at_any_moment(&mut site, 4, &publish, &|_| {
        let mut files = super::git::branch(&repository, "pages");
        files.remove(".nojekyll");
        files
    });
}

fn kill_at_any_moment(by: By) {
    let server = Server::start();
    let live = server.folder.path().join("live");
    let mut site = small_site(&format!("[publish.live]\n{}", server.target(by, &live)));
    let publish = |site: &Site, arguments: &[&str]| server.command(site, arguments);
    super::kills::kill_at_any_moment(&mut site, 4, &publish, &|_| whole(&live));
    let left: Vec<String> = tree(&live).into_keys().filter(|path| path.ends_with(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The rsync of a publish that was killed goes on by itself, until it has to tell of a file and nobody listens. What it sent
/// after that would come between what the next publish sends.
#[test]
fn an_rsync_that_outlives_its_publish_ends_at_its_next_file() {
    const FILES: usize = 8;
    let server = Server::start();
    let live = server.folder.path().join("live");
    let mut site = small_site(&format!("[publish.live]\n{}", server.target(By::Rsync, &live)));
    for number in 0..FILES {
        site.write(&format!("static/big/{number:02}.bin"), vec![number as u8; 1_000_000]);
    }
    site.build();
    // Half a second for each file.
    let calls = server.folder.path().join("calls");
    server.wrap("rsync", &format!("echo $$ >> {}\n", calls.display()), "--bwlimit=2000");
    let mut publish =
        server.command(&site, &["--no-build"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while !live.join("big/01.bin").exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing is sent");
        std::thread::sleep(Duration::from_millis(10));
    }
    publish.kill().unwrap();
    publish.wait().unwrap();
    let last = std::fs::read_to_string(&calls).unwrap().lines().last().unwrap().to_owned();
    let start = Instant::now();
    while Path::new("/proc").join(&last).exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "it goes on");
        std::thread::sleep(Duration::from_millis(10));
    }
    let sent = std::fs::read_dir(live.join("big")).unwrap().count();
    assert!(sent < FILES, "all files were sent");
    server.publish(&site, &["--no-build"]);
    assert_eq!(served(&live), site.output());
}

/// What is served: a killed rsync may leave a file under a temporary name, which begins with a dot.
fn whole(live: &Path) -> crate::site::Files {
    let mut files = served(live);
    files.retain(|path, _| !path.rsplit('/').next().unwrap().starts_with('.'));
    files
}

#[test]
fn a_server_that_is_not_there_is_told() {
    // Each is tried again, after pauses.
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let site = small_site("[publish.live]\nto = \"rsync://127.0.0.1:1/srv/live\"");
            site.run(&["publish"]).ends(2).says(["rsync could not do it for 127.0.0.1:/srv/live/"]);
        });
        let site = small_site("[publish.live]\nto = \"sftp://127.0.0.1:1/srv/live\"");
        site.run(&["publish"])
            .ends(2)
            .says(["sftp could not do it for sftp://127.0.0.1/srv/live: ssh: connect to host", "network"]);
    });
}

#[test]
fn one_publishes_behind_ssh_at_a_time() {
    for by in [By::Rsync, By::Sftp] {
        let server = Server::start();
        let live = server.folder.path().join("live");
        let config = format!("[publish.live]\n{}", server.target(by, &live));
        let mut sites: Vec<Site> = (0..2).map(|_| small_site(&config)).collect();
        for (number, site) in sites.iter_mut().enumerate() {
            site.edit("content/one.md", "# One", &format!("# Number {number}")).build();
        }
        let fine: Vec<bool> = std::thread::scope(|threads| {
            let publish = |site: &Site| {
                let (fine, said) = server.publish(site, &["--no-build"]);
                // On a machine that has more to do, half a minute may be too short for the first.
                assert!(fine || said.contains("somebody else publishes to"), "{by:?}: {said}");
                fine
            };
            let threads: Vec<_> = sites.iter().map(|site| threads.spawn(move || publish(site))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(fine.contains(&true), "{by:?}");
        assert!(sites.iter().any(|site| site.output() == served(&live)), "{by:?}: one of them, whole");
    }
}

#[test]
fn somebody_else_who_is_alive_is_waited_for_and_then_told() {
    let server = Server::start();
    let live = server.folder.path().join("live");
    let site = small_site(&format!("[publish.live]\n{}", server.target(By::Sftp, &live)));
    let mark = live.join(".docweave-lock");
    std::fs::create_dir_all(&mark).unwrap();
    std::fs::write(mark.join("somebody-0"), "").unwrap();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| server.publish(&site, &["--wait", "3"]));
        for beat in 1.. {
            if waiting.is_finished() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
            std::fs::rename(mark.join(format!("somebody-{}", beat - 1)), mark.join(format!("somebody-{beat}")))
                .unwrap();
        }
        let (fine, said) = waiting.join().unwrap();
        assert!(!fine && said.contains("somebody else publishes to"), "{said}");
    });
    assert_eq!(served(&live).len(), 0, "nothing was sent");
    assert!(mark.exists(), "theirs stays");
}

#[test]
fn a_branch_behind_ssh_grows() {
    let server = Server::start();
    let repository = server.folder.path().join("pages.git");
    let made = Command::new("git").args(["init", "--quiet", "--bare"]).arg(&repository).status().unwrap();
    assert!(made.success());
    let to = format!("git+ssh://127.0.0.1:{}{}", server.port, repository.display());
    let mut site = small_site(&format!("[publish.pages]\nto = \"{to}\"\nbranch = \"pages\""));
    let (fine, said) = server.publish(&site, &[]);
    assert!(fine && said.contains("files sent"), "{said}");
    change(&mut site);
    let (fine, said) = server.publish(&site, &["--allow-removals"]);
    assert!(fine, "{said}");
    site.build();
    let mut files = super::git::branch(&repository, "pages");
    files.remove(".nojekyll");
    assert_eq!(files, site.output());
    let (fine, said) = server.publish(&site, &["--rollback"]);
    assert!(fine && said.contains("went back to"), "{said}");
}
