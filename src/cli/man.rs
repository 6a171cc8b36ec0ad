//! `docweave man`.

use clap::Command;
use clap_mangen::Man;

/// One page for the program, with a section for each command and its options.
pub(super) fn page(mut program: Command) -> String {
    program.build();
    let commands = commands(&program);
    let mut page = rendered(&Man::new(program), Man::render);
    for command in commands {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let name = command.get_bin_name().unwrap_or(command.get_name()).replace('-', "\\-");
        let options = rendered(&Man::new(command), Man::render_options_section);
        let options: Vec<&str> = options.lines().filter(|line| !line.starts_with(".SH")).collect();
        page.push_str(&format!(".SH {}\n{about}\n{}\n", name.to_uppercase(), options.join("\n")));
    }
    page
}

/// All commands that do something: in the place of one that has commands of its own stand these.
fn commands(program: &Command) -> Vec<Command> {
    let own = program.get_subcommands().filter(|command| command.get_name() != "help");
    own.flat_map(|command| match commands(command) {
        inner if inner.is_empty() => vec![command.clone()],
        inner => inner,
    })
    .collect()
}

fn rendered(man: &Man, render: impl Fn(&Man, &mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut text = Vec::new();
    render(man, &mut text).expect("a vector takes every byte");
    String::from_utf8_lossy(&text).into_owned()
}
