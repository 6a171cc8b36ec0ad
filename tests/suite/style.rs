//! Style sheets of themes: small, with the names of what they load, and told where they are wrong.

use crate::site::Site;

const SITE: &str = r#"
theme = "own"

-- themes/own/theme.toml --
extends = "bare"
-- themes/bare/assets/bare.css --
body { color : black ; }
-- themes/own/assets/css/main.css --
/* loads two others */
@import "../bare.css";
.logo { background-image: url("../img/logo.svg#sign"); user-select: none }
-- themes/own/assets/img/logo.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- content/a.md --
Text.
"#;

/// A site with that theme over the theme of the suite.
fn site(config: &str) -> Site {
    let mut site = Site::new(&SITE.replacen("theme = \"own\"", &format!("theme = \"own\"\n{config}"), 1));
    let bare: String = crate::site::BARE.replace("body { color: black }", "body { color : black ; }");
    site.and(&format!("\n{bare}"));
    site
}

fn name_of(site: &Site, start: &str, end: &str) -> String {
    let files = site.output();
    let mut names = files.keys().filter(|path| path.starts_with(start) && path.ends_with(end));
    let name = names.next().unwrap_or_else(|| panic!("no {start}*{end} among {:?}", files.keys())).clone();
    assert_eq!(names.next(), None, "one {start}*{end}");
    name
}

#[test]
#[cfg(feature = "css")]
fn style_sheets_are_small_and_name_what_they_load() {
    let mut site = site("");
    site.build().warns([]);
    let bare = name_of(&site, "assets/bare.", ".css");
    let logo = name_of(&site, "assets/img/logo.", ".svg");
    let main = name_of(&site, "assets/css/main.", ".css");
    assert_eq!(site.page(&bare), "body{color:#000}");
    let inside = |path: &str| path.trim_start_matches("assets").to_owned();
    assert_eq!(
        site.page(&main),
        format!(
            "@import \"..{}\";.logo{{-webkit-user-select:none;user-select:none;background-image:url(..{}#sign)}}",
            inside(&bare),
            inside(&logo)
        )
    );
}

#[test]
#[cfg(feature = "css")]
fn a_style_sheet_is_named_after_what_it_loads() {
    let mut site = site("");
    let before = name_of(site.build(), "assets/css/main.", ".css");
    site.edit("themes/own/assets/img/logo.svg", "/>", "></svg>").build().same_as_cold();
    assert_ne!(name_of(&site, "assets/css/main.", ".css"), before);
    site.edit("themes/own/assets/css/main.css", "loads two others", "loads two").build().same_as_cold();
    site.rendered([]);
}

#[test]
fn style_sheets_are_left_alone_where_that_is_wanted() {
    let mut site = site("\n[css]\nminify = false\n");
    site.build().warns([]);
    let name = name_of(&site, "assets/css/main.", ".css");
    assert!(site.page(&name).contains("/* loads two others */\n@import \"../bare.css\";"));
}

#[test]
#[cfg(feature = "css")]
fn a_mistake_is_told_and_the_style_sheet_is_kept() {
    let mut site = site("");
    site.edit("themes/own/assets/css/main.css", ".logo {", ".logo { colour red;").build();
    site.warns([
        "themes/own/assets/css/main.css:3:16: warning[bad-style]: this is no CSS that we know: unexpected `red`",
    ]);
    let name = name_of(&site, "assets/css/main.", ".css");
    assert!(site.page(&name).contains("/* loads two others */"));
    site.run(&["build"]).ends(0).says(["main.css:3:16", "colour red"]);
}

#[test]
fn scripts_are_named_with_their_digests() {
    let mut site = Site::new(
        "theme = \"default\"\n\n-- content/a.md --\nText.\n-- themes/default/assets/script.js --\nhello();\n",
    );
    // openssl dgst -sha256 -binary script.js | base64
    site.build().check("a/index.html", ["integrity=\"sha256-sJqMMK3w4r/X72LbRQZWtPGeRwGgEKHuOfafLeFQ7gQ=\""]);
}

#[test]
fn browsers_are_named_with_versions() {
    let mut site = site("\n[css]\nbrowsers = { chrome = \"100\", netscape = \"4\", safari = \"new\" }\n");
    site.build().fails(["`netscape` is no browser that we know", "`new` is no version"]);
}
