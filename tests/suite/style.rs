//! Style sheets of themes: small, with the names of what they load, and told where they are wrong.

use std::collections::BTreeSet;

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
    let as_it_is = ["integrity=\"sha256-sJqMMK3w4r/X72LbRQZWtPGeRwGgEKHuOfafLeFQ7gQ=\""];
    site.edit("site.toml", "theme =", "js.minify = false\ntheme =").build().check("a/index.html", as_it_is);
    // Without its last line break.
    let small = ["integrity=\"sha256-sah6ejGZ/xnxbOmD7DPmSI9pwKV+XbdZY57Gc135b0s=\""];
    site.edit("site.toml", "js.minify = false\n", "").build().check("a/index.html", small);
    site.same_as_cold();
}

#[test]
fn variables_of_the_theme_are_set_in_the_configuration() {
    let config =
        "theme = \"default\"\n[css.variables]\naccent = \"light-dark(#123456, #abcdef)\"\nmeasure = \"700px\"\n";
    let mut site = Site::new(&format!("{config}-- content/a.md --\nText.\n"));
    site.build().warns([]);
    let before = name_of(&site, "assets/style.", ".css");
    let sheet = site.page(&before);
    let last = |name: &str| {
        sheet.rsplit(&format!("--{name}:")).next().unwrap().split([';', '}']).next().unwrap().trim().to_owned()
    };
    assert_eq!((last("accent").as_str(), last("measure").as_str()), ("light-dark(#123456,#abcdef)", "700px"));
    // A style sheet with another name: pages that load it are rendered anew.
    site.edit("site.toml", "700px", "720px").build().same_as_cold();
    assert_ne!(name_of(&site, "assets/style.", ".css"), before);
}

#[test]
fn what_is_no_variable_and_no_value_is_refused() {
    let mut site = Site::new("theme = \"default\"\n[css.variables]\nacent = \"red\"\n-- content/a.md --\nText.\n");
    site.build().fails(["no style sheet of the theme has the variable `acent`; did you mean `accent`?"]);
    for bad in ["red; } body { display: none", "url(", "'a", "", "a) b", "</style>", "a /* b"] {
        let text = format!("theme = \"default\"\n[css.variables]\naccent = {bad:?}\n");
        site.configure(&text).build().fails(["is no single value"]);
    }
    site.configure("theme = \"default\"\n[css.variables]\n--accent = \"red\"\n").build();
    site.fails(["write the name without its dashes"]);
}

#[test]
fn every_variable_of_the_default_theme_is_in_the_manual() {
    let sheet = std::fs::read_to_string("themes/default/assets/style.css").unwrap();
    let manual = std::fs::read_to_string("content/manual/themes/look.md").unwrap();
    let told: BTreeSet<&str> =
        manual.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name).collect();
    let missing: Vec<_> =
        docweave::render::style::root_variables(&sheet).into_iter().filter(|name| !told.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_logo_and_what_fills_slots_stand_on_every_page() {
    let mut site = Site::new(
        "theme = \"default\"\nlogo = \"logo.svg\"\n-- static/logo.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n\
         -- content/a.md --\nText.\n-- themes/default/templates/slots/head.html --\n<meta name=\"mine\" content=\"{{ site.title }}\">\n\
         -- themes/default/templates/slots/header.html --\n<b>Above</b>\n\
         -- themes/default/templates/slots/footer.html --\n<p>Below</p>\n",
    );
    site.build();
    for page in ["a/index.html", "404.html"] {
        site.check(
            page,
            ["<img src=\"/logo.svg\" alt=\"\" height=\"28\">", "<meta name=\"mine\"", "<b>Above</b>", "<p>Below</p>"],
        );
    }
    site.configure("theme = \"default\"\nlogo = \"lgo.svg\"\n").build();
    assert!(
        site.diagnostics().iter().any(|found| found.place.path == "site.toml" && found.message.contains("lgo.svg"))
    );
}

#[test]
fn browsers_are_named_with_versions() {
    let mut site = site("\n[css]\nbrowsers = { chrome = \"100\", netscape = \"4\", safari = \"new\" }\n");
    site.build().fails(["`netscape` is no browser that we know", "`new` is no version"]);
}
