//! Sphinx's inventory of version 2: four lines of text, then a list that zlib has packed.
//!
//! Each line of the list is `name domain:role priority address title`. A name may hold spaces; an address that ends in
//! `$` ends in the name; a title of `-` is the name.

use std::borrow::Cow;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::model::{Diagnostic, inventory::Entry};
use crate::source::inventory::{LARGEST_LIST, MOST_ENTRIES, Parsed, bad, beginning, is_name, shorten, too_large};

/// How every version of such a file begins.
pub(super) const BEGINNING: &[u8] = b"# Sphinx inventory version ";

/// The lines before the packed list, by how they begin.
const HEADER: [&[u8]; 4] = [b"# Sphinx inventory version 2", b"# Project:", b"# Version:", b"# The remainder of this"];

/// No line of the header is longer, in bytes.
const LONGEST: usize = 4096;

/// What an address of a list can't hold as it is.
const ADDRESS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\\');

pub(super) fn parse(path: &str, bytes: &[u8]) -> (Option<Parsed>, Vec<Diagnostic>) {
    let packed = match header(path, bytes) {
        Ok(packed) => packed,
        Err(problem) => return (None, vec![*problem]),
    };
    let list = match decompress_to_vec_zlib_with_limit(packed, LARGEST_LIST) {
        Ok(list) => list,
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            let message = format!("an inventory whose list is larger than {} MiB", LARGEST_LIST >> 20);
            return (None, vec![too_large(path, message)]);
        }
        Err(_) => {
            let message = "the packed list behind the four lines of the header is damaged";
            return (None, vec![refused(path, 5, message)]);
        }
    };
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in (HEADER.len() as u32 + 1..).zip(list.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if entries.len() == MOST_ENTRIES {
            return (None, vec![too_large(path, format!("an inventory of more than {MOST_ENTRIES} entries"))]);
        }
        match std::str::from_utf8(line).map_err(|_| "it is not UTF-8").and_then(entry) {
            Ok(entry) => entries.push(entry),
            Err(reason) => {
                problems.push(bad(
                    path,
                    beginning(number),
                    format!("an entry of the packed list is left out: {reason}"),
                ));
            }
        }
    }
    (Some(Parsed { base: None, entries }), shorten(problems))
}

/// The packed list, behind the header.
fn header<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a [u8], Box<Diagnostic>> {
    let mut rest = bytes;
    for (number, wanted) in (1..).zip(HEADER) {
        let end = rest.iter().take(LONGEST).position(|byte| *byte == b'\n');
        let (line, behind) = end.map_or((rest, &[][..]), |end| (&rest[..end], &rest[end + 1..]));
        if !line.starts_with(wanted) || (number == 1 && line.trim_ascii_end() != wanted) {
            let wanted = String::from_utf8_lossy(wanted);
            let message = format!("expected a line that begins with `{wanted}`");
            return Err(Box::new(refused(path, number, &message)));
        }
        rest = behind;
    }
    Ok(rest)
}

fn refused(path: &str, line: u32, message: &str) -> Diagnostic {
    let help = "fetch the file anew; only version 2 of the format is read";
    Diagnostic::error("inventory", path, beginning(line), format!("not an inventory of Sphinx: {message}")).help(help)
}

/// One line of the list, or why it is none.
fn entry(line: &str) -> Result<Entry, &'static str> {
    const EXPECTED: &str = "expected `name domain:role priority address title`";
    let line = line.trim_end();
    let (name, kind, rest) = parts(line).ok_or(EXPECTED)?;
    // An address may be empty: then two spaces stand where it would.
    let (address, title) = rest.split_once(' ').ok_or(EXPECTED)?;
    let title = match title.trim() {
        "-" => name,
        "" => return Err(EXPECTED),
        title => title,
    };
    if !is_name(name) || !is_name(title) {
        return Err("its name or its title holds control characters");
    }
    let address = match address.strip_suffix('$') {
        Some(begin) => Cow::Owned(format!("{begin}{name}")),
        None => Cow::Borrowed(address),
    };
    Ok(Entry {
        kind: kind.to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        aliases: Vec::new(),
        url: utf8_percent_encode(address.trim_start_matches('/'), ADDRESS).to_string(),
    })
}

/// The name, the domain and role, and what stands behind the priority. The name ends before the first word with a colon
/// inside that a number follows.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    for (at, _) in line.match_indices(' ').filter(|(at, _)| *at > 0) {
        let mut words = line[at + 1..].splitn(3, ' ');
        let (Some(kind), Some(priority), Some(rest)) = (words.next(), words.next(), words.next()) else { return None };
        let is_kind = kind.split_once(':').is_some_and(|(domain, role)| !domain.is_empty() && !role.is_empty());
        if is_kind && priority.parse::<i32>().is_ok() {
            return Some((line[..at].trim(), kind, rest));
        }
    }
    None
}
