//! Parents, children, and the way through the site.

use crate::site::Site;

#[test]
fn siblings_stand_by_weight_then_date_then_title() {
    Site::new(
        "-- content/z.md --\n+++\nweight = 1\n+++\n-- content/y.md --\n+++\nweight = 2\n+++\n\
         -- content/old.md --\n+++\ndate = 2020-01-01\n+++\n-- content/new.md --\n+++\ndate = 2021-01-01\n+++\n\
         -- content/c.md --\n# chapter 10\n-- content/d.md --\n# Chapter 9\n-- content/e.md --\n# Annex\n",
    )
    .build()
    .says(
        "index.html",
        "child",
        [
            "/z/ z (article, 0 min)".replace(" z ", " Z ").as_str(),
            "/y/ Y (article, 0 min)",
            "/new/ New (article, 2021-01-01, 0 min)",
            "/old/ Old (article, 2020-01-01, 0 min)",
            "/e/ Annex (article, 0 min)",
            "/d/ Chapter 9 (article, 0 min)",
            "/c/ chapter 10 (article, 0 min)",
        ],
    );
}

#[test]
fn previous_and_next_run_through_the_whole_site() {
    let mut site = Site::new(
        "-- content/a.md --\n-- content/b/_index.md --\n-- content/b/x.md --\n-- content/b/c/y.md --\n-- content/d.md --\n",
    );
    site.build().says("index.html", "next", []).says("index.html", "previous", []).says("a/index.html", "previous", []);
    let way = ["a", "b", "b/c", "b/c/y", "b/x", "d"];
    for pair in way.windows(2) {
        let (here, next) =
            (site.page(&format!("{}/index.html", pair[0])), site.page(&format!("{}/index.html", pair[1])));
        assert!(here.contains(&format!("\nnext /{}/ ", pair[1])), "{here}");
        assert!(next.contains(&format!("\nprevious /{}/ ", pair[0])), "{next}");
    }
    site.says("d/index.html", "next", []).warns([]);
}

#[test]
fn breadcrumbs_lead_up_through_folders_that_have_no_page_of_their_own() {
    Site::new("-- content/one/two/three.md --\n-- content/one/_index.md --\n# First\n")
        .build()
        .says("one/two/three/index.html", "crumb", ["/ Site", "/one/ First", "/one/two/ Two"])
        .says("one/two/index.html", "crumb", ["/ Site", "/one/ First"])
        .says("one/index.html", "crumb", ["/ Site"])
        .says("index.html", "crumb", []);
}

#[test]
fn the_sidebar_opens_the_section_of_its_page() {
    Site::new("-- content/a.md --\n-- content/s/b.md --\n-- content/s/deep/c.md --\n-- content/t/d.md --\n")
        .build()
        .says("a/index.html", "nav", ["/a/ A, /s/ S (section), /t/ T (section),"])
        .says(
            "s/b/index.html",
            "nav",
            ["/a/ A, /s/ S (section), [/s/b/ B, /s/deep/ Deep (section), ], /t/ T (section),"],
        )
        .says(
            "s/deep/c/index.html",
            "nav",
            ["/a/ A, /s/ S (section), [/s/b/ B, /s/deep/ Deep (section), [/s/deep/c/ C, ], ], /t/ T (section),"],
        )
        .says("404.html", "nav", ["/a/ A, /s/ S (section), /t/ T (section),"]);
}

#[test]
fn a_long_folder_is_shown_through_a_window() {
    let mut text = "[nav]\nwindow = 10\n".to_owned();
    for number in 0..25 {
        text.push_str(&format!("-- content/p{number:02}.md --\n"));
    }
    Site::new(&text)
        .build()
        .check("p00/index.html", ["/p09/ P09, 15 after of /,"])
        .lacks("p00/index.html", ["/p10/"])
        .check("p12/index.html", ["/p10/ P10,", "/p19/ P19, 10 before, 5 after of /,"])
        .check("p24/index.html", ["nav /p20/ P20,", "/p24/ P24, 20 before,"]);
}

#[test]
fn drafts_and_dates_decide_what_is_published() {
    let mut site = Site::new(
        "-- content/a.md --\n[d](d.md) [e](early.md) [l](late.md) [n](now.md)\n-- content/d.md --\n+++\ndraft = true\n+++\n\
         -- content/early.md --\n+++\npublish_on = 2999-01-01\n+++\n-- content/late.md --\n+++\nexpires_on = 2001-01-01\n+++\n\
         -- content/now.md --\n+++\npublish_on = 2001-01-01\nexpires_on = 2999-01-01\n+++\n",
    );
    site.build().pages(["index.html", "a/index.html", "now/index.html"]).warns([
        "content/a.md:1:1: warning[broken-link]: `d.md` is not published: a draft, or outside its dates",
        "content/a.md:1:11: warning[broken-link]: `early.md` is not published",
        "content/a.md:1:25: warning[broken-link]: `late.md` is not published",
    ]);
    site.toggle_drafts()
        .build()
        .pages(["index.html", "a/index.html", "d/index.html", "early/index.html", "late/index.html", "now/index.html"])
        .warns([])
        .same_as_cold();
}
