use docweave::{model::RelPath, parse};
fn main() {
    let many: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    for text in [
        ">".repeat(many),
        "> ".repeat(many),
        "[".repeat(many),
        "![".repeat(many),
        "*a ".repeat(many),
        "_".repeat(many) + "a",
        "- ".repeat(many),
        "`".repeat(many),
        "<".repeat(many),
        "#".repeat(many),
        "[a](".repeat(many),
        "| a ".repeat(many) + "\n" + &"|-".repeat(many),
        "[^a]: ".repeat(many),
        "a\n".repeat(many * 10),
        "> a\n".repeat(many),
        "- a\n  ".repeat(many),
        "1. > ".repeat(many / 2),
        "*a _b ".repeat(many),
        "<!--".repeat(many),
        "<a ".repeat(many),
        "&".repeat(many),
        "[a]: b\n".repeat(many),
        "[a".repeat(many),
        "a](b".repeat(many),
        "**a*".repeat(many),
        "`a``".repeat(many),
        "~a~~".repeat(many),
    ] {
        let t = std::time::Instant::now();
        let p = parse::article(&RelPath::new("a.md").unwrap(), &text, &parse::Options { smart_punctuation: false });
        println!("{:>8} ms {:?} out {}", t.elapsed().as_millis(), &text[..12], p.doc.html.len());
    }
}
