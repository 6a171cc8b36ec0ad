//! Publishes that are killed at any moment.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use super::crawl;
use crate::site::{Files, Said, Site};

/// A variable of the environment: how often a publish to each target is killed.
const ROUNDS: &str = "DOCWEAVE_KILLS";

/// Publishes editions in turn, each killed at some moment and then finished: whatever the moment, every page that readers see
/// has its assets, and the next publish comes to the same bytes. `publish` gives a publish of what was built, with further
/// arguments, and `look` what readers see. Unless said otherwise, one is killed `few` times.
#[expect(clippy::print_stdout, reason = "how often it was killed is what a long run is for")]
pub(super) fn kill_at_any_moment(
    site: &mut Site,
    few: u32,
    publish: &dyn Fn(&Site, &[&str]) -> Command,
    look: &dyn Fn(&Site) -> Files,
) {
    let run = |site: &Site, arguments: &[&str]| Said::of(publish(site, arguments).output().unwrap());
    site.edit("site.toml", "[publish.live]", "[css.variables]\naccent = \"#000000\"\n[publish.live]").build();
    let start = Instant::now();
    run(site, &["--no-build"]).ends(0);
    let mut usual = start.elapsed();
    let rounds = std::env::var(ROUNDS).map_or(few, |rounds| rounds.parse().unwrap());
    let mut editions = vec![site.output()];
    let mut running = 0;
    let mut round = 0;
    // How long a publish takes depends on what else the machine does: the wait follows it, and goes on if none was killed.
    while round < rounds || (running == 0 && round < 3 * rounds) {
        let (from, to) = if round % 2 == 0 { ("# One\n", "# Ones\n") } else { ("# Ones\n", "# One\n") };
        site.edit("content/one.md", from, to);
        site.edit("site.toml", &format!("#{round:06}"), &format!("#{:06}", round + 1)).build();
        let goes_back = round % 4 == 3 && run(site, &["--list"]).code == 0;
        let what = if goes_back { "--rollback" } else { "--no-build" };
        if goes_back {
            run(site, &["--no-build"]).ends(0);
        }
        let mut command = publish(site, &[what]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(usual.mul_f64(f64::from(round * 7 % rounds + 1) / f64::from(rounds)));
        let was_running = child.try_wait().unwrap().is_none();
        running += u32::from(was_running);
        usual = usual.mul_f64(if was_running { 1.15 } else { 0.85 });
        child.kill().unwrap();
        child.wait().unwrap();
        let told = format!("round {round}, {what}");
        assert!(crawl(&look(site), &told) > 10, "{told}");
        if goes_back && was_running {
            // It may be over when it is killed, or just before the next one begins, which then goes one further.
            let said = run(site, &["--rollback"]);
            assert!(editions.contains(&look(site)), "{told}: {said:?}");
        }
        run(site, &["--no-build"]).ends(0);
        let (now, built) = (look(site), site.output());
        let differs: Vec<_> =
            now.keys().chain(built.keys()).filter(|path| now.get(*path) != built.get(*path)).collect();
        assert!(differs.is_empty(), "{told}: {differs:?}");
        editions.push(built);
        round += 1;
    }
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: killed {round} times, {running} of them before it was over");
    assert!(running > 0, "every publish was over before it was killed");
}
