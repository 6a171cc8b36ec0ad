//! JUnit's XML, as most servers for continuous integration read it: a suite for each rule, a case for each finding.

use std::{collections::BTreeMap, io};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::check::report::Finding;
use crate::model::Level;

/// The findings as XML. Errors and warnings are failures; advice is a case that was skipped. Rules that found nothing are
/// not named; where none found anything there is one case that passed.
pub fn junit(findings: &[Finding<'_>]) -> String {
    let mut by_rule: BTreeMap<&str, Vec<&Finding<'_>>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(&finding.diagnostic.code).or_default().push(finding);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, &by_rule).expect("a vector takes every byte");
    let mut text = String::from_utf8(writer.into_inner()).expect("XML made of text is text");
    text.push('\n');
    text
}

fn write(writer: &mut Writer<Vec<u8>>, by_rule: &BTreeMap<&str, Vec<&Finding<'_>>>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attribute(("name", "docweave check")).write_inner_content(|writer| {
        if by_rule.is_empty() {
            let suite = writer.create_element("testsuite");
            let suite =
                suite.with_attributes([("name", "docweave"), ("tests", "1"), ("failures", "0"), ("errors", "0")]);
            suite.write_inner_content(|writer| {
                let case = writer.create_element("testcase");
                case.with_attributes([("name", "nothing was found"), ("classname", "docweave")]).write_empty()?;
                Ok(())
            })?;
        }
        by_rule.iter().try_for_each(|(rule, findings)| write_suite(writer, rule, findings))
    })?;
    Ok(())
}

fn write_suite(writer: &mut Writer<Vec<u8>>, rule: &str, findings: &[&Finding<'_>]) -> io::Result<()> {
    let is_advice = |finding: &&&Finding<'_>| matches!(finding.diagnostic.level, Level::Advice | Level::Allow);
    let skipped = findings.iter().filter(is_advice).count();
    let (tests, skipped, failures) =
        (findings.len().to_string(), skipped.to_string(), (findings.len() - skipped).to_string());
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", rule),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", "0"),
        ("skipped", skipped.as_str()),
    ]);
    suite.write_inner_content(|writer| findings.iter().try_for_each(|finding| write_case(writer, rule, finding)))?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, rule: &str, finding: &Finding<'_>) -> io::Result<()> {
    let (line, column) = finding.start();
    let name = format!("{}:{line}:{column}", finding.path);
    let message = valid(&finding.diagnostic.message);
    let case =
        writer.create_element("testcase").with_attributes([("name", valid(&name).as_str()), ("classname", rule)]);
    case.write_inner_content(|writer| {
        match finding.diagnostic.level {
            Level::Error | Level::Warning => {
                let failure = writer.create_element("failure");
                let failure = failure.with_attributes([("message", message.as_str()), ("type", rule)]);
                let text = format!("{name}: {}", finding.text());
                failure.write_text_content(BytesText::new(&valid(&text)))?;
            }
            Level::Advice | Level::Allow => {
                writer.create_element("skipped").write_text_content(BytesText::new(&valid(&finding.text())))?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Text without the characters that XML 1.0 can't hold.
fn valid(text: &str) -> String {
    let is_bad = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(is_bad, "\u{fffd}")
}
