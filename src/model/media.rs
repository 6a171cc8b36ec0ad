//! What files are, by their extensions: as static hosts say it.

/// Content types by the extensions of files.
const KINDS: [(&[&str], &str); 40] = [
    (&["html", "htm"], HTML),
    (&["css"], "text/css; charset=utf-8"),
    (&["js", "mjs"], SCRIPT),
    (&["json", "map"], "application/json; charset=utf-8"),
    (&["webmanifest"], "application/manifest+json; charset=utf-8"),
    (&["xml", "rss", "atom", "xsl"], "application/xml; charset=utf-8"),
    (&["svg"], "image/svg+xml; charset=utf-8"),
    (&["txt", "text", "log", "toml", "yaml", "yml", "ini"], TEXT),
    (&["md", "markdown"], "text/markdown; charset=utf-8"),
    (&["csv"], "text/csv; charset=utf-8"),
    (&["tsv"], "text/tab-separated-values; charset=utf-8"),
    (&["vtt"], "text/vtt; charset=utf-8"),
    (&["ics"], "text/calendar; charset=utf-8"),
    (&["png"], "image/png"),
    (&["apng"], "image/apng"),
    (&["jpg", "jpeg"], "image/jpeg"),
    (&["gif"], "image/gif"),
    (&["webp"], "image/webp"),
    (&["avif"], "image/avif"),
    (&["ico"], "image/x-icon"),
    (&["bmp"], "image/bmp"),
    (&["tif", "tiff"], "image/tiff"),
    (&["mp4", "m4v"], "video/mp4"),
    (&["webm"], "video/webm"),
    (&["ogv"], "video/ogg"),
    (&["mov"], "video/quicktime"),
    (&["mp3"], "audio/mpeg"),
    (&["m4a"], "audio/mp4"),
    (&["ogg", "oga", "opus"], "audio/ogg"),
    (&["wav"], "audio/wav"),
    (&["flac"], "audio/flac"),
    (&["woff"], "font/woff"),
    (&["woff2"], "font/woff2"),
    (&["ttf"], "font/ttf"),
    (&["otf"], "font/otf"),
    (&["pdf"], "application/pdf"),
    (&["wasm"], "application/wasm"),
    (&["zip"], "application/zip"),
    (&["gz"], "application/gzip"),
    (&["epub"], "application/epub+zip"),
];

/// The value of `Content-Type` for a file with this extension.
pub fn content_type(extension: &str) -> &'static str {
    let is_this = |name: &&str| name.eq_ignore_ascii_case(extension);
    let found = KINDS.iter().find(|(names, _)| names.iter().any(is_this));
    found.map_or("application/octet-stream", |(_, kind)| kind)
}

/// Whether files of this content type are texts, which compression makes much smaller.
pub fn is_text(kind: &str) -> bool {
    kind.starts_with("text/") || ["json", "xml", "wasm"].iter().any(|part| kind.contains(part))
}

/// The content types of texts, each with its extensions.
pub fn texts() -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    KINDS.into_iter().filter(|(_, kind)| is_text(kind))
}

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
    fn extensions_tell_what_files_are() {
        assert_eq!((content_type("HTML"), content_type("htm"), content_type("jpeg")), (HTML, HTML, "image/jpeg"));
        assert_eq!(content_type("what"), "application/octet-stream");
        let names: Vec<&str> = texts().flat_map(|(names, _)| names).copied().collect();
        assert!(["html", "css", "mjs", "svg", "json", "md", "wasm"].iter().all(|name| names.contains(name)));
        assert!(!["png", "woff2", "gz", "pdf"].iter().any(|name| names.contains(name)));
        let mut all: Vec<&str> = KINDS.iter().flat_map(|(names, _)| *names).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "each is one kind");
    }
}
