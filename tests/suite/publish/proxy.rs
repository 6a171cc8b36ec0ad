//! Somebody between us and a server, by whom every so manieth request fails, each in another way.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The connection breaks before the server hears of it.
    Lost,
    /// The server does it, and nobody hears of that.
    Unheard,
    /// The server does it, and its answer is cut.
    Cut,
    /// The answer is that something is wrong with the server, which hears of nothing.
    Refused,
    /// The server does it, and the answer is that something is wrong with it.
    Denied,
    /// It takes its time.
    Slow,
}

const FAULTS: [Fault; 6] = [Fault::Lost, Fault::Unheard, Fault::Cut, Fault::Refused, Fault::Denied, Fault::Slow];

/// The proxy, which ends with this value.
pub(super) struct Proxy {
    /// Where it listens.
    pub(super) port: u16,
    counts: Arc<Counts>,
}

struct Counts {
    every: usize,
    server: u16,
    requests: AtomicUsize,
    faults: AtomicUsize,
    is_over: AtomicBool,
}

impl Proxy {
    /// Before the server at `server`; of `every` requests one fails.
    pub(super) fn start(server: u16, every: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, faults, is_over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
        let counts = Arc::new(Counts { every, server, requests, faults, is_over });
        let shared = counts.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.is_over.load(Ordering::SeqCst) {
                    return;
                }
                let counts = shared.clone();
                // A client that goes away is its own affair.
                std::thread::spawn(move || drop(counts.pass_on(client)));
            }
        });
        Self { port, counts }
    }

    /// How many requests failed.
    pub(super) fn faults(&self) -> usize {
        self.counts.faults.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.counts.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Counts {
    /// One request on each connection.
    fn pass_on(&self, mut client: TcpStream) -> std::io::Result<()> {
        let request = message(&mut client)?;
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let fault = number.is_multiple_of(self.every).then(|| FAULTS[number / self.every % FAULTS.len()]);
        self.faults.fetch_add(usize::from(fault.is_some()), Ordering::SeqCst);
        let wrong = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\nno\r\n";
        match fault {
            Some(Fault::Lost) => return Ok(()),
            Some(Fault::Refused) => return client.write_all(wrong),
            Some(Fault::Slow) => std::thread::sleep(Duration::from_millis(300)),
            _ => {}
        }
        let answer = self.ask(&request)?;
        match fault {
            Some(Fault::Unheard) => Ok(()),
            Some(Fault::Cut) => client.write_all(&answer[..answer.len() / 2]),
            Some(Fault::Denied) => client.write_all(wrong),
            _ => client.write_all(&answer),
        }
    }

    /// The server's answer, after which it closes the connection.
    fn ask(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(("127.0.0.1", self.server))?;
        let line = request.windows(2).position(|two| two == b"\r\n").unwrap_or(0);
        server.write_all(&request[..line])?;
        server.write_all(b"\r\nConnection: close")?;
        server.write_all(&request[line..])?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        let line = answer.windows(2).position(|two| two == b"\r\n").unwrap_or(0);
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
        if !String::from_utf8_lossy(&answer[..head]).to_lowercase().contains("connection: close") {
            answer.splice(line..line, *b"\r\nConnection: close");
        }
        Ok(answer)
    }
}

/// A request with its body, whose length it tells.
pub(super) fn message(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 1 << 14];
    loop {
        let read = client.read(&mut part)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if bytes.len() >= end + 4 + length {
            return Ok(bytes);
        }
    }
}
