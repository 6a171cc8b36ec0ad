//! What was typed in a console, told from what it said.
//!
//! A line that begins with a prompt is a command: `$ `, `% `, `user@host:~$ `, `PS C:\> `, `C:\> `, and `>>> ` where the
//! console is Python's. `# ` is root's prompt, but the beginning of a comment where other lines have another prompt. A
//! command goes on in the next line behind `> `, `>> ` or `... `, after a backslash, and up to the end of a here-document.

/// Consoles by the names of their languages, and what is typed into them.
const CONSOLES: &[(&str, Kind)] = &[
    ("console", Kind::Shell),
    ("shell-session", Kind::Shell),
    ("shellsession", Kind::Shell),
    ("sh-session", Kind::Shell),
    ("bash-session", Kind::Shell),
    ("zsh-session", Kind::Shell),
    ("terminal", Kind::Shell),
    ("doscon", Kind::Shell),
    ("pycon", Kind::Python),
    ("python-console", Kind::Python),
    ("ps1con", Kind::PowerShell),
    ("pwsh-session", Kind::PowerShell),
    ("powershell-session", Kind::PowerShell),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Shell,
    Python,
    PowerShell,
}

/// The longest prompt, in bytes.
const LONGEST: usize = 120;

/// The longest here-document, in lines: what never ends is none.
const DOCUMENT: usize = 200;

/// The language that is typed into a console of this name; `None` where it is no console.
pub fn language(name: &str) -> Option<&'static str> {
    kind(name).map(|kind| match kind {
        Kind::Shell => "bash",
        Kind::Python => "python",
        Kind::PowerShell => "powershell",
    })
}

fn kind(name: &str) -> Option<Kind> {
    CONSOLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
}

/// The lines of `text`, counted from 1, that are commands, and how many bytes of each are its prompt: every other line is
/// what the console said. Empty where the language is no console, or no line has a prompt.
pub(super) fn commands(name: &str, text: &str) -> Vec<(u32, u32)> {
    let Some(kind) = kind(name) else { return Vec::new() };
    let has_other = kind == Kind::Shell && text.lines().any(|line| prompt(kind, line) > 0);
    let root = |line: &str| (kind == Kind::Shell && !has_other && line.starts_with("# ")).then_some(2);
    let mut commands = Vec::new();
    let mut open = Open::No;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let begins = match prompt(kind, line) {
            0 => root(line),
            length => Some(length),
        };
        let length = match (&open, begins) {
            (Open::Lines { rest, prompt }, _) => {
                let length = if *prompt { continuation(kind, line) } else { 0 };
                commands.push((number as u32 + 1, length as u32));
                open = match rest {
                    0 | 1 => Open::Maybe,
                    rest => Open::Lines { rest: rest - 1, prompt: *prompt },
                };
                continue;
            }
            (_, Some(length)) => length,
            (Open::No, None) => continue,
            (Open::Maybe | Open::Yes, None) => match (continuation(kind, line), &open) {
                (0, Open::Yes) => 0,
                (0, _) => {
                    open = Open::No;
                    continue;
                }
                (length, _) => length,
            },
        };
        commands.push((number as u32 + 1, length as u32));
        open = after(kind, &line[length..], lines.clone().map(|(_, line)| line));
    }
    commands
}

/// Whether a command goes on in the line after it.
enum Open {
    No,
    /// If that line has the prompt for it.
    Maybe,
    Yes,
    /// For so many lines, of a here-document: with the prompt for them or without.
    Lines {
        rest: usize,
        prompt: bool,
    },
}

fn after<'t>(kind: Kind, command: &str, following: impl Iterator<Item = &'t str>) -> Open {
    let goes_on = match kind {
        Kind::Shell => command.ends_with('\\') && !command.ends_with("\\\\"),
        Kind::PowerShell => command.ends_with('`'),
        Kind::Python => false,
    };
    let document = here_document(command).filter(|_| kind == Kind::Shell).and_then(|end| {
        let ends = |line: &str| line.strip_prefix("> ").unwrap_or(line).trim() == end;
        let (last, line) = following.take(DOCUMENT).enumerate().find(|(_, line)| ends(line))?;
        Some(Open::Lines { rest: last + 1, prompt: line.starts_with("> ") })
    });
    document.unwrap_or(if goes_on { Open::Yes } else { Open::Maybe })
}

/// The word that ends the here-document that a command begins: `cat <<'EOF'`.
fn here_document(command: &str) -> Option<&str> {
    let (_, rest) = command.split_once("<<")?;
    if rest.starts_with('<') {
        return None;
    }
    let word = rest.trim_start_matches('-').trim_start().trim_start_matches(['\'', '"', '\\']);
    let end = word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
    (end > 0 && !word.starts_with(|c: char| c.is_ascii_digit())).then(|| &word[..end])
}

/// The length of the prompt that a line begins with, with the space behind it; 0 where there is none.
fn prompt(kind: Kind, line: &str) -> usize {
    match kind {
        Kind::Python => sign(line, ">>>"),
        Kind::PowerShell => shell_of_windows(line),
        Kind::Shell => {
            [sign(line, "$"), sign(line, "%"), sign(line, "\u{276f}"), shell_of_windows(line), long_prompt(line)]
                .into_iter()
                .find(|length| *length > 0)
                .unwrap_or(0)
        }
    }
}

/// The same for a line in which a command goes on.
fn continuation(kind: Kind, line: &str) -> usize {
    match kind {
        Kind::Python => sign(line, "..."),
        Kind::PowerShell => sign(line, ">>"),
        Kind::Shell => sign(line, ">"),
    }
}

/// `sign` and a space, or `sign` alone.
fn sign(line: &str, sign: &str) -> usize {
    match line.strip_prefix(sign) {
        Some("") => sign.len(),
        Some(rest) if rest.starts_with(' ') => sign.len() + 1,
        _ => 0,
    }
}

/// `PS C:\Users\me> `, `PS> ` and `C:\Users\me> `, the space behind the latter left out by some.
fn shell_of_windows(line: &str) -> usize {
    let Some(end) = line.bytes().take(LONGEST).position(|byte| byte == b'>') else { return 0 };
    let path = line[..end].strip_prefix("PS").map_or(&line[..end], str::trim_start);
    let is_power_shell = line.starts_with("PS") && (path.is_empty() || line.starts_with("PS "));
    let is_drive = path.as_bytes().get(1..3) == Some(br":\") && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if !(is_power_shell || is_drive) {
        return 0;
    }
    end + 1 + usize::from(line[end + 1..].starts_with(' '))
}

/// `user@host:~/work$ `, `[user@host work]# ` and `(venv) $ `.
fn long_prompt(line: &str) -> usize {
    let head = line.bytes().take(LONGEST);
    let Some(end) = head.clone().zip(head.skip(1)).position(|pair| matches!(pair, (b'$' | b'#' | b'%', b' '))) else {
        return 0;
    };
    let before = &line[..end];
    let (environment, before) = match before.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((name, rest)) => (!name.contains(' '), rest.trim_start()),
        None => (false, before),
    };
    let name = before.split(['@', ':', ' ']).next().unwrap_or("").trim_start_matches('[');
    let is_name = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let is_user = before.contains('@') && !name.is_empty() && name.chars().all(is_name);
    // A sentence that holds a dollar has more words.
    let is_prompt = (environment && before.is_empty()) || (is_user && before.split_whitespace().count() <= 2);
    if is_prompt { end + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands, their prompts in brackets; what was said with an equals sign before it.
    fn told(name: &str, text: &str) -> String {
        let commands = commands(name, text);
        let line = |(number, line): (usize, &str)| match commands.iter().find(|(at, _)| *at as usize == number + 1) {
            Some((_, length)) => format!("[{}]{}", &line[..*length as usize], &line[*length as usize..]),
            None => format!("={line}"),
        };
        text.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn commands_are_told_from_what_was_said() {
        for (name, text, expected) in [
            ("console", "$ ls\na b\n$ pwd\n/", "[$ ]ls\n=a b\n[$ ]pwd\n=/"),
            ("console", "# apt update\nDone", "[# ]apt update\n=Done"),
            ("console", "# What is there:\n$ ls", "=# What is there:\n[$ ]ls"),
            ("terminal", "% ls\na", "[% ]ls\n=a"),
            ("console", "$ a \\\n    --b\nc", "[$ ]a \\\n[]    --b\n=c"),
            ("console", "$ for x in 1 2\n> do\n> done\n1\n> 2", "[$ ]for x in 1 2\n[> ]do\n[> ]done\n=1\n=> 2"),
            ("console", "$ cat <<'EOF' > a\n$ b\nEOF\nc", "[$ ]cat <<'EOF' > a\n[]$ b\n[]EOF\n=c"),
            ("console", "$ cat <<EOF\n> a\n> EOF\nb", "[$ ]cat <<EOF\n[> ]a\n[> ]EOF\n=b"),
            ("console", "$ cat <<EOF\n> a\nEOF", "[$ ]cat <<EOF\n[]> a\n[]EOF"),
            ("console", "$ a << b\nc", "[$ ]a << b\n=c"),
            ("sh-session", "me@host:~/a$ ls\nb", "[me@host:~/a$ ]ls\n=b"),
            ("shell-session", "[root@host ~]# ls", "[[root@host ~]# ]ls"),
            ("console", "(venv) $ pip install x", "[(venv) $ ]pip install x"),
            ("console", "(venv) me@host:~$ ls", "[(venv) me@host:~$ ]ls"),
            ("console", "$ ls\nmail me@example.org for 5 $ a month", "[$ ]ls\n=mail me@example.org for 5 $ a month"),
            ("console", "C:\\work> dir\na", "[C:\\work> ]dir\n=a"),
            ("console", "PS C:\\> Get-Date\nToday", "[PS C:\\> ]Get-Date\n=Today"),
            ("powershell-session", "PS> a `\n  b\n>> c\nd", "[PS> ]a `\n[]  b\n[>> ]c\n=d"),
            (
                "pycon",
                ">>> def f():\n...     return 1\n...\n>>> f()\n1",
                "[>>> ]def f():\n[... ]    return 1\n[...]\n[>>> ]f()\n=1",
            ),
            ("console", "$\n$ ls", "[$]\n[$ ]ls"),
            ("console", "no prompt", "=no prompt"),
            ("bash", "$ ls", "=$ ls"),
        ] {
            assert_eq!(told(name, text), expected, "{name}: {text}");
        }
    }

    #[test]
    fn any_length_costs_little() {
        for unit in ["$ ", "> ", "$ a <<x\n", "$ a \\\n", "me@", "C:\\", "# "] {
            let text = unit.repeat((1 << 20) / unit.len());
            assert!(commands("console", &text).len() <= text.lines().count());
        }
    }
}
