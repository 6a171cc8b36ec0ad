//! Who is asked when: many hosts at once, each of them gently.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::model::external::External;
use crate::probe::{
    Wanted,
    ask::{Answer, Asker},
};

/// The longest that a host is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The wait after the first answer that asks for patience without saying how long; each time twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// After so many addresses of a host in a row that nobody answers at, the others are not asked.
const GIVES_UP: usize = 3;

/// Asks all addresses; the answers are in no order.
pub(super) fn ask_all(asker: &Asker<'_>, settings: &External, wanted: Vec<Wanted>) -> Vec<(Wanted, Answer)> {
    let workers = settings.at_once.min(wanted.len());
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for wanted in wanted {
        hosts.entry(host_of(&wanted)).or_default().waiting.push_back((wanted, 0));
    }
    let queue = Queue { hosts: Mutex::new(hosts), news: Condvar::new(), settings };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(|| queue.work(asker))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

fn host_of(wanted: &Wanted) -> String {
    let port = wanted.url.port_or_known_default().unwrap_or(0);
    format!("{}:{port}", wanted.url.host_str().unwrap_or(""))
}

/// What is known of a host.
#[derive(Default)]
struct Host {
    /// Addresses, each with how often it was asked.
    waiting: VecDeque<(Wanted, u32)>,
    /// How many requests are under way.
    running: usize,
    not_before: Option<Instant>,
    /// How many addresses in a row nobody answered at.
    silent: usize,
    last_silence: Option<Answer>,
}

struct Queue<'a> {
    hosts: Mutex<BTreeMap<String, Host>>,
    news: Condvar,
    settings: &'a External,
}

impl Queue<'_> {
    fn work(&self, asker: &Asker<'_>) -> Vec<(Wanted, Answer)> {
        let mut answers = Vec::new();
        while let Some((name, wanted, tries)) = self.next(&mut answers) {
            let answer = asker.ask(&wanted);
            answers.extend(self.note(&name, wanted, tries, answer));
        }
        answers
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next address, when its host may be asked; `None` when all is done. Addresses that are not worth asking are
    /// answered on the way.
    fn next(&self, answers: &mut Vec<(Wanted, Answer)>) -> Option<(String, Wanted, u32)> {
        let mut hosts = self.lock();
        loop {
            let now = Instant::now();
            let mut wait = PATIENCE;
            let mut is_done = true;
            for (name, host) in hosts.iter_mut() {
                if let Some(answer) = host.last_silence.clone().filter(|_| host.silent >= GIVES_UP) {
                    answers.extend(host.waiting.drain(..).map(|(wanted, _)| (wanted, answer.clone())));
                }
                is_done &= host.waiting.is_empty() && host.running == 0;
                if host.waiting.is_empty() || host.running >= self.settings.per_host {
                    continue;
                }
                let left = host.not_before.map_or(Duration::ZERO, |then| then.saturating_duration_since(now));
                if left > Duration::ZERO {
                    wait = wait.min(left);
                    continue;
                }
                if let Some((wanted, tries)) = host.waiting.pop_front() {
                    host.running += 1;
                    return Some((name.clone(), wanted, tries));
                }
            }
            if is_done {
                self.news.notify_all();
                return None;
            }
            hosts =
                self.news.wait_timeout(hosts, wait).map_or_else(|poisoned| poisoned.into_inner().0, |(hosts, _)| hosts);
        }
    }

    /// Notes an answer; `None` where the address is to be asked again.
    fn note(&self, name: &str, wanted: Wanted, tries: u32, answer: Answer) -> Option<(Wanted, Answer)> {
        let mut hosts = self.lock();
        self.news.notify_all();
        let host = hosts.entry(name.to_owned()).or_default();
        host.running = host.running.saturating_sub(1);
        match &answer {
            Answer::Unreached { .. } => {
                host.silent += 1;
                host.last_silence = Some(answer.clone());
            }
            Answer::Later(patience) if tries < self.settings.retries => {
                let wait = patience.unwrap_or(FIRST_WAIT * 2_u32.saturating_pow(tries));
                if wait <= PATIENCE {
                    let then = Instant::now() + wait;
                    host.not_before = Some(host.not_before.map_or(then, |other| other.max(then)));
                    host.waiting.push_back((wanted, tries + 1));
                    return None;
                }
            }
            _ => host.silent = 0,
        }
        Some((wanted, answer))
    }
}
