//! Images, videos and sounds, from the file to the page.

use std::fs;

use docweave::build::run::CACHE;

use crate::site::Site;

/// A PNG with lines of text on a plain ground.
fn screenshot(width: u32, height: u32) -> Vec<u8> {
    let colour = |x: u32, y: u32| match y % 16 < 9 && x % 7 < 4 && (x / 7 * 31 + y / 16 * 17) % 6 > 1 {
        true => [30, 34, 38],
        false => [250, 250, 250],
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    // As many programs do, which leaves something to save.
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header().unwrap().write_image_data(&pixels(width, height, colour)).unwrap();
    bytes
}

/// A JPEG of soft shapes with grain; `seed` makes it another one.
fn photo(width: u16, height: u16, seed: u32) -> Vec<u8> {
    let colour = |x: u32, y: u32| {
        let wave = |at: u32, period: f32| ((at as f32 / period).sin() * 60.0) as i32;
        let grain = ((x.wrapping_mul(2_654_435_761) ^ (y + seed).wrapping_mul(40_503)) >> 7) as i32 % 9;
        [120, 110, 90].map(|base| (base + wave(x, 91.0) + wave(y + seed, 57.0) + grain).clamp(0, 255) as u8)
    };
    let mut bytes = Vec::new();
    let data = pixels(width.into(), height.into(), colour);
    jpeg_encoder::Encoder::new(&mut bytes, 92).encode(&data, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

fn pixels(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect()
}

/// A site of one article, and the photograph `photo.jpg`, 1000 pixels wide, beside it.
fn site(text: &str) -> Site {
    let mut site = Site::new(&format!("[related]\nenabled = false\n-- content/a.md --\n{text}\n"));
    site.write("content/photo.jpg", photo(1000, 750, 0));
    site
}

/// The files of variants, without the digests in their names.
fn variants(site: &Site) -> Vec<String> {
    let files = site.output().into_keys().filter(|path| path.ends_with(".webp") || path.ends_with(".avif"));
    files
        .map(|path| {
            path.split('.').enumerate().filter(|(at, _)| *at != 2).map(|(_, part)| part).collect::<Vec<_>>().join(".")
        })
        .collect()
}

fn encoded(site: &mut Site, expected: usize) -> &mut Site {
    assert_eq!(site.report().outcome.trace.encoded.get(), expected, "variants encoded");
    site
}

/// The page without digests.
fn page(site: &Site) -> String {
    let page = site.page("a/index.html");
    let (_, body) = page.split_once("\n---\n").unwrap();
    let is_digest = |part: &str| part.len() == 10 && part.bytes().all(|b| b.is_ascii_hexdigit());
    body.split('.')
        .map(|part| if is_digest(part) { "DIGEST" } else { part })
        .collect::<Vec<_>>()
        .join(".")
        .trim()
        .to_owned()
}

#[test]
fn an_image_has_its_size_and_smaller_variants() {
    let mut site = site("![A lake](photo.jpg)");
    site.build().warns([]);
    assert_eq!(
        page(&site),
        "<p><picture><source type=\"image/webp\" srcset=\"/assets/photo.480.DIGEST.webp 480w, \
         /assets/photo.1000.DIGEST.webp 1000w\" sizes=\"(min-width: 704px) 672px, calc(100vw - 32px)\">\
         <img src=\"/photo.jpg\" alt=\"A lake\" width=\"1000\" height=\"750\" fetchpriority=\"high\" \
         decoding=\"async\"></picture></p>"
    );
    assert_eq!(variants(&site), ["assets/photo.1000.webp", "assets/photo.480.webp"]);
    encoded(&mut site, 2).same_as_cold();
    let whole = site.output()["photo.jpg"].len();
    for (path, bytes) in site.output().iter().filter(|(path, _)| path.ends_with(".webp")) {
        assert!(bytes.len() < whole, "{path} is smaller than its original");
    }
}

#[test]
fn a_second_build_encodes_none() {
    let mut site = site("![A lake](photo.jpg)");
    site.write("content/b.md", "![Another](other.jpg)\n").write("content/other.jpg", photo(1000, 750, 9));
    encoded(site.build().warns([]), 4);
    encoded(site.build().warns([]), 0).counts(0, 0, 0).rendered([]).same_as_cold();

    // Prose beside it: its page, and the front page, which shows how it begins.
    encoded(site.write("content/a.md", "New words. ![A lake](photo.jpg)\n").build(), 0).counts(1, 1, 2).same_as_cold();

    // One of two images: its own variants, and the page that shows it.
    site.write("content/other.jpg", photo(1000, 750, 10));
    encoded(site.build(), 2).counts(1, 1, 1).same_as_cold();

    // A lost output folder is filled from the cache, and a lost cache from the images.
    fs::remove_dir_all(site.root().join("public")).unwrap();
    encoded(site.build(), 0).same_as_cold();
    fs::remove_dir_all(site.root().join(CACHE)).unwrap();
    encoded(site.build(), 4).counts(2, 0, 0).rendered([]).same_as_cold();
}

#[test]
fn settings_cost_what_they_ask_for() {
    let mut site = site("![A lake](photo.jpg)");
    encoded(site.build(), 2);
    encoded(site.configure("[images]\nwidths = [320, 480, 1440]\n").build(), 1).counts(1, 1, 1).same_as_cold();
    assert_eq!(variants(&site), ["assets/photo.1000.webp", "assets/photo.320.webp", "assets/photo.480.webp"]);
    encoded(site.configure("[images]\nquality = 60\n").build(), 2).same_as_cold();
    encoded(site.configure("[images]\nformats = []\n").build(), 0).same_as_cold();
    assert_eq!(variants(&site), [""; 0]);
    site.check("a/index.html", ["<p><img src=\"/photo.jpg\" alt=\"A lake\" width=\"1000\" height=\"750\""]);
}

#[test]
fn a_build_that_was_stopped_keeps_what_it_encoded() {
    let mut site = site("![A lake](photo.jpg)");
    encoded(site.build(), 2);
    // Segments are written at the end of a build: without them the cache is as a stopped one leaves it.
    for entry in fs::read_dir(site.root().join(CACHE)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
    fs::remove_dir_all(site.root().join("public")).unwrap();
    encoded(site.build(), 0).same_as_cold();
}

#[test]
fn a_build_that_failed_keeps_what_was_encoded() {
    let mut site = site("![A lake](photo.jpg)");
    encoded(site.build(), 2);
    site.write("content/b.md", "+++\nnonsense\n").build().fails(["front-matter"]);
    fs::remove_dir_all(site.root().join("public")).unwrap();
    encoded(site.remove("content/b.md").build(), 0).same_as_cold();
}

#[test]
fn equal_images_are_encoded_once() {
    let mut site = site("![One](photo.jpg) ![The same](sub/photo.jpg) ![Once more](copy.jpg)");
    site.write("content/sub/photo.jpg", photo(1000, 750, 0)).write("content/copy.jpg", photo(1000, 750, 0));
    encoded(site.build().warns([]), 2).same_as_cold();
    let expected = ["assets/copy.1000.webp", "assets/copy.480.webp", "assets/photo.1000.webp", "assets/photo.480.webp"];
    assert_eq!(variants(&site), expected);
}

#[test]
fn screenshots_stay_sharp_and_small_images_are_left_alone() {
    let mut site = site("![A window](shot.png) ![An icon](icon.png)");
    site.write("content/shot.png", screenshot(1280, 800)).write("content/icon.png", screenshot(24, 24));
    site.build().warns([]).same_as_cold();
    site.check(
        "a/index.html",
        [
            "<source type=\"image/webp\" srcset=\"/assets/shot.",
            "<img src=\"/shot.png\" alt=\"A window\" width=\"1280\" height=\"800\"",
            "<img src=\"/icon.png\" alt=\"An icon\" width=\"24\" height=\"24\" loading=\"lazy\"",
        ],
    );
}

#[test]
fn wishes_of_the_author_win() {
    for (text, expected) in [
        ("{width=500}", "width=\"500\" height=\"375\""),
        ("{height=75px}", "width=\"100\" height=\"75\""),
        ("{width=50 height=60}", "width=\"50\" height=\"60\""),
        ("{width=\"50%\"}", "alt=\"A lake\" width=\"50%\" data-own-width=\"1000\" fetchpriority"),
        ("{loading=lazy}", "height=\"750\" decoding=\"async\" loading=\"lazy\">"),
        ("{#lake .wide}", "id=\"lake\" class=\"wide\" width=\"1000\""),
        ("{data-x=\"a<b\"}", "decoding=\"async\" data-x=\"a&lt;b\">"),
        ("{alt='A \"lake\"'}", "alt=\"A &quot;lake&quot;\""),
    ] {
        let mut site = site(&format!("![A lake](photo.jpg){text}"));
        site.build().warns([]);
        assert!(page(&site).contains(expected), "{text}: {}", page(&site));
    }
    let mut narrow = site("![A lake](photo.jpg){width=300}");
    narrow.build().check("a/index.html", ["sizes=\"(min-width: 332px) 300px, calc(100vw - 32px)\""]);
}

#[test]
fn only_the_first_image_near_the_top_is_fetched_at_once() {
    let far = "Many words. ".repeat(200);
    let mut top = site("Words.\n\n![One](photo.jpg)\n\n![Two](photo.jpg)");
    top.build();
    let html = page(&top);
    let (one, two) = html.split_once("alt=\"Two\"").unwrap();
    assert!(one.contains("fetchpriority=\"high\"") && !one.contains("loading"), "{html}");
    assert!(two.contains("loading=\"lazy\"") && !two.contains("fetchpriority"), "{html}");
    site(&format!("{far}\n\n![One](photo.jpg)")).build().lacks("a/index.html", ["fetchpriority"]);
}

#[test]
fn pairs_and_fragments_are_for_light_or_dark_pages() {
    let mut pair = site("![A lake](photo.jpg){#lake dark=\"night.jpg\"}");
    pair.write("content/night.jpg", photo(600, 450, 5)).build().warns([]).same_as_cold();
    pair.check("a/index.html", [
        "<img src=\"/photo.jpg\" alt=\"A lake\" id=\"lake\" class=\"only-light\" width=\"1000\" height=\"750\" loading=\"lazy\"",
        "<img src=\"/night.jpg\" alt=\"A lake\" class=\"only-dark\" width=\"600\" height=\"450\" loading=\"lazy\"",
        "/assets/night.600.",
    ]);
    for (fragment, class) in [
        ("#only-light", "only-light"),
        ("#gh-light-mode-only", "only-light"),
        ("#only-dark", "only-dark"),
        ("#gh-dark-mode-only", "only-dark"),
    ] {
        let mut site = site(&format!("![A lake](photo.jpg{fragment}) ![Far](https://example.com/x.png{fragment})"));
        site.build().warns([]).lacks("a/index.html", ["#"]);
        site.check(
            "a/index.html",
            [
                &format!("<img src=\"/photo.jpg\" alt=\"A lake\" class=\"{class}\""),
                &format!("<img src=\"https://example.com/x.png\" alt=\"Far\" class=\"{class}\" loading=\"lazy\""),
            ],
        );
    }
}

#[test]
fn an_image_between_words_stays_in_its_line() {
    for (text, is_inline) in [
        ("Press ![An icon](https://example.com/x.png) now.", true),
        ("![An icon](https://example.com/x.png) now.", true),
        ("`code` ![An icon](https://example.com/x.png)", true),
        ("> Press\n> ![An icon](https://example.com/x.png \"A title\")", true),
        ("![An icon](https://example.com/x.png)", false),
        ("[![An icon](https://example.com/x.png)](https://example.com)", false),
        ("![An icon](https://example.com/x.png)\n![Two](https://example.com/y.png)", false),
        ("Words.\n\n![An icon](https://example.com/x.png)\n\nWords.", false),
        ("![An icon](https://example.com/x.png \"A caption\")", false),
    ] {
        let mut site = site(text);
        site.build();
        assert_eq!(page(&site).contains("class=\"inline\""), is_inline, "{text}: {}", page(&site));
    }
}

#[test]
fn captions_stand_below_their_image() {
    let mut site = site("![A lake](photo.jpg \"At noon\")");
    site.build().warns([]);
    let html = page(&site);
    assert!(html.starts_with("<figure><picture><source"), "{html}");
    assert!(html.ends_with("</picture><figcaption>At noon</figcaption></figure>"), "{html}");
}

#[test]
fn videos_and_sounds_are_played_in_place() {
    let mut site = site(
        "![How it runs](run.MP4){width=640 height=360 loop=true}\n\n![A bell](bell.ogg \"Ding\")\n\n\
         ![Far](https://example.com/x.webm?v=1#t=5)",
    );
    site.write("content/run.MP4", "").write("content/bell.ogg", "").build().warns([]).same_as_cold();
    let html = page(&site);
    for expected in [
        "<video src=\"/run.MP4\" aria-label=\"How it runs\" width=\"640\" height=\"360\" controls preload=\"metadata\" \
         playsinline loop=\"true\"><a href=\"/run.MP4\">How it runs</a></video>",
        "<audio src=\"/bell.ogg\" aria-label=\"A bell\" controls preload=\"metadata\"><a href=\"/bell.ogg\">A bell</a></audio>",
        "<video src=\"https://example.com/x.webm?v=1#t=5\" aria-label=\"Far\"",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
}

#[test]
fn vectors_and_moving_images_are_measured_and_left_alone() {
    let mut site = site("![A circle](a.svg) ![Moving](b.gif) ![Unknown](c.tiff)");
    site.write(
        "content/a.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 200\"><circle r=\"9\"/></svg>",
    );
    site.write("content/b.gif", b"GIF89a\x0a\0\x14\0\0\0\0;").write("content/c.tiff", "whatever");
    encoded(site.build().warns([]), 0).check(
        "a/index.html",
        [
            "<img src=\"/a.svg\" alt=\"A circle\" width=\"300\" height=\"200\"",
            "<img src=\"/b.gif\" alt=\"Moving\" width=\"10\" height=\"20\"",
            "<img src=\"/c.tiff\" alt=\"Unknown\" loading",
        ],
    );
}

#[test]
fn what_is_damaged_is_told_at_each_link_and_shown_as_it_is() {
    let whole = photo(1000, 750, 0);
    let mut site = site("![A lake](photo.jpg)\n\nAgain: ![A lake](photo.jpg)\n\n![No image](page.png)");
    site.write("content/photo.jpg", &whole[..whole.len() / 2]).write("content/page.png", "<!doctype html>");
    for _ in 0..2 {
        site.build().warns([
            "content/a.md:1:1: warning[damaged-image]: the image `photo.jpg` can't be read: it is cut short",
            "content/a.md:3:8: warning[damaged-image]: the image `photo.jpg`",
            "content/a.md:5:1: warning[damaged-image]: the image `page.png` can't be read: it is no image of a kind",
        ]);
        site.same_as_cold();
    }
    encoded(&mut site, 0).check(
        "a/index.html",
        [
            "<img src=\"/photo.jpg\" alt=\"A lake\" width=\"1000\" height=\"750\"",
            "<img src=\"/page.png\" alt=\"No image\" loading",
        ],
    );
    site.configure("[check]\ndamaged-image = \"error\"\n").build().fails(["photo.jpg", "photo.jpg", "page.png"]);
}

#[test]
fn words_that_stand_for_an_image_are_asked_for() {
    let mut site = site("![](photo.jpg)\n\n![](photo.jpg){alt=\"\"} ![](photo.jpg){alt=words}\n\n> ![](bell.mp3)");
    site.write("content/bell.mp3", "");
    for _ in 0..2 {
        site.build().warns([
            "content/a.md:1:1: warning[missing-alt]: the image `photo.jpg` has no words that stand for it; write between",
            "content/a.md:5:3: warning[missing-alt]: the sound `bell.mp3` has no words",
        ]);
        site.same_as_cold();
    }
}

#[test]
fn pages_with_an_image_to_enlarge_say_so() {
    let uses = "-- themes/bare/templates/page.html --\n{{ page.uses | join(sep=\" \") }}\n";
    for (width, expected) in [(1000, "media zoom"), (600, "media")] {
        let mut site = site("![A lake](photo.jpg)");
        site.and(uses).write("content/photo.jpg", photo(width, 300, 0)).build();
        assert_eq!(site.page("a/index.html").trim(), expected, "{width}");
    }
}

#[test]
fn attributes_that_need_a_sub_path_get_it() {
    let mut site = site("![A lake](photo.jpg)");
    site.configure("base_url = \"https://example.org/docs/\"\n").build();
    site.check("a/index.html", ["srcset=\"/docs/assets/photo.480.", "src=\"/docs/photo.jpg\""]);
}

#[cfg(feature = "avif")]
#[test]
fn avif_is_offered_first() {
    let mut site = site("![A lake](photo.jpg)");
    encoded(site.configure("[images]\nformats = [\"webp\", \"avif\"]\nwidths = [300]\n").build().warns([]), 2);
    site.check(
        "a/index.html",
        ["<source type=\"image/avif\" srcset=\"/assets/photo.300.", "<source type=\"image/webp\""],
    );
    encoded(site.build(), 0).same_as_cold();
}

#[cfg(not(feature = "avif"))]
#[test]
fn avif_that_was_left_out_is_an_error() {
    let mut site = site("![A lake](photo.jpg)");
    site.configure("[images]\nformats = [\"avif\"]\n").build();
    site.fails([
        "site.toml:7:12: error[invalid-value]: invalid value for `images.formats`: this docweave was compiled",
    ]);
}

#[test]
fn pages_load_what_videos_and_pairs_of_images_need() {
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 3\"/>\n";
    let pages = [
        ("dark", "![A cat](cat.svg#only-dark)", true),
        ("pair", "![A cat](cat.svg){dark=\"cat.svg\"}", true),
        ("film", "![A cat](cat.mp4)", true),
        ("raw", "<video src=\"cat.mp4\"></video>", true),
        ("sound", "Purr: <audio src=\"cat.mp3\"></audio>", true),
        ("class", "<img class=\"only-light\" src=\"cat.svg\" alt=\"A cat\">", true),
        ("image", "![A cat](cat.svg)", false),
        ("words", "only-dark, video, audio", false),
    ];
    let mut text = format!(
        "theme = \"default\"\n-- content/cat.svg --\n{picture}-- content/cat.mp4 --\nx\n-- content/cat.mp3 --\nx\n"
    );
    for (name, body, _) in pages {
        text.push_str(&format!("-- content/{name}.md --\n# Cats: {name}\n\n{body}\n"));
    }
    let mut site = Site::new(&text);
    site.build();
    for (name, _, needs) in pages {
        let html = site.page(&format!("{name}/index.html"));
        assert_eq!(html.contains("/assets/media."), needs, "{name}");
    }
}
