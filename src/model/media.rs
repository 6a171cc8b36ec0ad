//! What files are, by their extensions: as static hosts say it.

/// The value of `Content-Type` for a file with this extension.
pub fn content_type(extension: &str) -> &'static str {
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => SCRIPT,
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" | "rss" | "atom" | "xsl" => "application/xml; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "txt" | "text" | "log" | "toml" | "yaml" | "yml" | "ini" => TEXT,
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "png" => "image/png",
        "apng" => "image/apng",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "epub" => "application/epub+zip",
        _ => "application/octet-stream",
    }
}

/// Whether files of this content type are texts, which compression makes much smaller.
pub fn is_text(kind: &str) -> bool {
    kind.starts_with("text/") || ["json", "xml", "wasm"].iter().any(|part| kind.contains(part))
}

/// The extensions of texts.
pub const TEXTS: [&str; 27] = [
    "atom",
    "css",
    "csv",
    "htm",
    "html",
    "ics",
    "ini",
    "js",
    "json",
    "log",
    "map",
    "markdown",
    "md",
    "mjs",
    "rss",
    "svg",
    "text",
    "toml",
    "tsv",
    "txt",
    "vtt",
    "wasm",
    "webmanifest",
    "xml",
    "xsl",
    "yaml",
    "yml",
];

/// Pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// Scripts.
pub const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_that_are_listed() {
        assert!(TEXTS.iter().all(|extension| is_text(content_type(extension))));
        let source = include_str!("media.rs").split("pub fn is_text").next().unwrap_or_default();
        let arms = source.lines().filter_map(|line| line.split_once(" => ")).map(|(names, _)| names);
        let names = arms.flat_map(|names| names.split('"')).filter(|name| !name.contains([' ', '|']));
        for name in names.filter(|name| is_text(content_type(name))) {
            assert!(TEXTS.contains(&name), "{name}");
        }
    }
}
