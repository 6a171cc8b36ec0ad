//! Scripts made small: white space, comments and the names that nobody else can see. The only room that knows oxc.
//!
//! What a script does stays the same, and so do the names that other scripts may use: those at the top of a script that is no
//! module.

/// A script made small; `None` where it can't be read, or without the feature `js`.
pub(super) fn shortened(source: &str) -> Option<String> {
    tool::shortened(source)
}

#[cfg(feature = "js")]
mod tool {
    use std::thread;

    use oxc_allocator::Allocator;
    use oxc_codegen::{Codegen, CodegenOptions, CommentOptions, LegalComment};
    use oxc_compat::EngineTargets;
    use oxc_minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
    use oxc_parser::Parser;
    use oxc_span::SourceType;

    /// What is written in place of longer code is no newer than this: nobody told which browsers a script is for.
    const OLDEST: &str = "es2020";

    /// A larger script, in bytes, is somebody's library, which comes small.
    const LARGEST: usize = 256 << 10;

    /// How much memory the calls may take with which what is nested is read, in bytes: one within the other.
    const STACK: usize = 256 << 20;

    pub(super) fn shortened(source: &str) -> Option<String> {
        if source.len() > LARGEST {
            return None;
        }
        thread::scope(|scope| {
            let reader = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || as_either(source));
            reader.ok()?.join().ok()?
        })
    }

    fn as_either(source: &str) -> Option<String> {
        // What neither imports nor exports is taken for no module, so that its names may be used elsewhere, unless it can be
        // read as one alone.
        [SourceType::unambiguous(), SourceType::mjs()].into_iter().find_map(|kind| small(source, kind))
    }

    fn small(source: &str, kind: SourceType) -> Option<String> {
        let memory = Allocator::default();
        let mut read = Parser::new(&memory, source, kind).parse();
        if read.panicked || !read.errors.is_empty() {
            return None;
        }
        let options = MinifierOptions {
            mangle: Some(MangleOptions { top_level: read.program.source_type.is_module(), ..MangleOptions::default() }),
            compress: Some(CompressOptions {
                target: EngineTargets::from_target(OLDEST).ok()?,
                ..CompressOptions::default()
            }),
        };
        let made = Minifier::new(options).minify(&memory, &mut read.program);
        let comments = CommentOptions { legal: LegalComment::Inline, ..CommentOptions::disabled() };
        let options = CodegenOptions { comments, ..CodegenOptions::minify() };
        Some(Codegen::new().with_options(options).with_scoping(made.scoping).build(&read.program).code)
    }
}

#[cfg(not(feature = "js"))]
mod tool {
    pub(super) fn shortened(_: &str) -> Option<String> {
        None
    }
}

#[cfg(all(test, feature = "js"))]
mod tests {
    use super::shortened;
    use crate::render::theme::DefaultTheme;

    #[test]
    fn the_default_theme_sends_nobody_more_than_it_runs() {
        for path in DefaultTheme::iter().filter(|path| path.ends_with(".js")) {
            let source = String::from_utf8(DefaultTheme::get(&path).unwrap().data.into_owned()).unwrap();
            let short = shortened(&source).unwrap_or_else(|| panic!("{path} stays as it is"));
            assert!(short.len() * 4 < source.len() * 3, "{path}: {} of {}", short.len(), source.len());
        }
    }

    #[test]
    fn names_that_others_may_use_stay() {
        let short = |source: &str| shortened(source).unwrap();
        let source = "// Why.\nconst greeting = 'hi';\nfunction greet(somebody) {\n  return greeting + somebody;\n}\n";
        assert_eq!(short(source), "const greeting=`hi`;function greet(e){return`hi`+e}");
        let module = short(&format!("{source}export {{ greet }};\n"));
        assert!(module.contains(" as greet}") && !module.contains("greeting"), "{module}");
        assert_eq!(short("await start();\nwindow.later = true;\n"), "await start(),window.later=!0;");
        assert_eq!(short("self.onmessage = (event) => event.data.name;"), "self.onmessage=e=>e.data.name;");
    }

    #[test]
    fn nothing_newer_is_written_than_was() {
        let source = "export function first(a) { if (a === null || a === undefined) a = other(); return a; }";
        assert!(!shortened(source).unwrap().contains("??="));
        assert!(shortened("let a = first(); a ??= other(); last(a);").unwrap().contains("??="));
    }

    #[test]
    fn licences_stay() {
        let short = shortened("/*! MIT */\n/* Why. */\nstart(); // Why.\n").unwrap();
        assert!(short.starts_with("/*! MIT */") && short.ends_with("start();"), "{short}");
    }

    #[test]
    fn what_cant_be_read_stays_as_it_is() {
        for source in ["a = {", "<div>", "a b"] {
            assert_eq!(shortened(source), None, "{source}");
        }
        assert_eq!(shortened(&"a();\n".repeat(60_000)), None);
    }

    #[test]
    fn what_is_nested_deeply_is_read() {
        for (open, close) in [("[", "]"), ("(", ")"), ("!", ""), ("a=>", ""), ("if(a)", ""), ("a+", ""), ("a?b:", "")] {
            let source = format!("b = {}a{};", open.repeat(2000), close.repeat(2000)).replace("b = if", "if");
            assert!(shortened(&source).is_some(), "{open}");
            assert_eq!(shortened(&open.repeat(2000)), None, "{open}");
        }
    }
}
