//! Components in articles: what they see, who wins, what is wrong with their use, and what a change of them costs.

use crate::site::Site;

/// Components of the site's own, one of each sort.
const COMPONENTS: &str = r#"
-- components/plain.html --
{% component plain(text: string, kind: string = "note", n: number = 0, whole: integer = 0, wide: bool = false, list: array = []) %}
<i class="{{ kind }}">{{ text }}{% if n %} {{ n }}{% endif %}{% if wide %} wide{% endif %}{% for item in list %} {{ item }}{% endfor %}</i>
{% endcomponent plain %}
{% component any(...rest) %}{% for key, value in rest %}{{ key }}={{ value }};{% endfor %}{% endcomponent any %}
{% component here(@page) %}{{ page.title }} at {{ page.url }}, {{ page.path }}, {{ page.language }}{% endcomponent here %}
-- components/deep/around.html --
{% component around(title: string = "") %}<aside>{{ title }}|{{ body }}</aside>{% endcomponent around %}
{% component perhaps() %}{% if body is defined %}[{{ body }}]{% else %}none{% endif %}{% endcomponent perhaps %}
"#;

/// A site with these components and the article `a.md` with `text`.
fn site(text: &str) -> Site {
    Site::new(&format!("{COMPONENTS}-- content/a.md --\n{text}"))
}

/// The body that `text` comes to with these components.
fn body(text: &str) -> String {
    let mut site = site(text);
    site.build().warns([]);
    let page = site.page("a/index.html");
    page.split("\n---\n").nth(1).unwrap().trim().to_owned()
}

#[test]
fn components_see_their_arguments_and_their_body() {
    for (text, expected) in [
        (r#"A {{ plain(text="x & y") }}."#, r#"<p>A <i class="note">x &amp; y</i>.</p>"#),
        (
            r#"{{ plain(text="x", kind="tip", n=1.5, wide=true, list=["a", 2]) }}"#,
            r#"<i class="tip">x 1.5 wide a 2</i>"#,
        ),
        (r#"{{ any(b="1", a=2) }}"#, "a=2;b=1;"),
        ("{% around(title=\"T\") %}\nSome *words*.\n{% end %}", "<aside>T|<p>Some <em>words</em>.</p>\n</aside>"),
        ("{% perhaps() %}\nx\n{% end %}", "[<p>x</p>\n]"),
        ("{{ perhaps() }}", "none"),
        ("# Title\n\n{{ here() }}", "Title at /a/, content/a.md, en"),
        (
            "{% around() %}\n{% around() %}\n`x` {{ plain(text=\"y\") }}\n{% end %}\n{% end %}",
            "<aside>|<aside>|<p><code>x</code> <i class=\"note\">y</i></p>\n</aside>\n</aside>",
        ),
        ("::::around Title\n{{ any(x=1) }}\n::::", "<aside>Title|x=1;\n</aside>"),
        ("```text\n{{ plain() }}\n```", "{{ plain() }}\n</code></pre></div>"),
        ("`{{ plain() }}` and \\{{ plain() }}", "<p><code>{{ plain() }}</code> and {{ plain() }}</p>"),
    ] {
        let found = body(text);
        assert!(found.ends_with(expected), "{text}\n{found}");
    }
}

#[test]
fn attributes_of_a_container_are_what_the_component_asks_for() {
    let component = "-- components/box.html --\n{% component box(title: string, n: integer = 0, wide: bool = false, list: array = []) %}{{ title }}:{{ n + 1 }}:{{ wide }}:{{ list | length }}{% if body %}{% endif %}{% endcomponent %}\n";
    let mut site =
        Site::new(&format!("{component}-- content/a.md --\n:::box Words {{n=3 wide list=\"a b\"}}\nx\n:::\n"));
    site.build().warns([]).check("a/index.html", ["Words:4:true:2"]);
    site.edit("content/a.md", "n=3", "n=three").build().fails([
        "content/a.md:1:1: error[wrong-type]: expected a whole number for `n` of the component `box`, found text",
    ]);
}

#[test]
fn the_site_wins_over_its_theme_and_a_theme_over_the_one_it_extends() {
    let component = |path: &str, says: &str| {
        format!("-- {path} --\n{{% component badge(text: string) %}}{says} {{{{ text }}}}{{% endcomponent badge %}}\n")
    };
    let article = "-- content/a.md --\nA {{ badge(text=\"b\") }}.\n";
    let theme = "-- themes/mine/theme.toml --\nextends = \"default\"\n";
    let mut site = Site::new(&format!("theme = \"mine\"\n{article}{theme}"));
    site.build().check("a/index.html", ["<p>A <span class=\"badge badge-note\">b</span>.</p>"]);
    site.and(&component("themes/mine/templates/components/any-name.html", "theme"));
    site.build().check("a/index.html", ["<p>A theme b.</p>"]).same_as_cold();
    site.and(&component("components/badge.html", "site"));
    site.build().check("a/index.html", ["<p>A site b.</p>"]).same_as_cold();
    site.remove("components/badge.html").build().check("a/index.html", ["<p>A theme b.</p>"]).same_as_cold();
}

#[test]
fn a_component_of_the_site_never_changes_the_templates_of_its_theme() {
    let mut site = Site::new("theme = \"default\"\n-- content/s/_index.md --\n# S\n-- content/s/a.md --\n# A\n");
    site.build();
    let before = site.output();
    site.write("components/card.html", "{% component card(x: string) %}mine {{ x }}{% endcomponent card %}");
    site.write("content/s/b.md", "{{ card(x=\"1\") }}\n").build().warns([]).check("s/b/index.html", ["mine 1"]);
    site.remove("content/s/b.md").build().same_as_cold();
    assert_eq!(crate::site::difference(&site.output(), &before), None);
}

#[test]
fn components_outside_of_their_folder_are_the_themes_own() {
    let mut site = Site::new("theme = \"default\"\n-- content/a.md --\n{{ chips(links=[\"x\"], label=\"y\") }}\n");
    site.build().warns(["content/a.md:1:4: warning[unknown-component]: there is no component `chips`"]);
}

#[test]
fn every_mistake_in_a_use_is_told_at_its_place() {
    for (text, expected) in [
        (
            "{{ plain() }}",
            "1:4: error[missing-argument]: the component `plain` needs the argument `text`; write `text=\"..\"`",
        ),
        (
            "x {{ plain(text=\"a\", knd=\"b\") }}",
            "1:22: error[unknown-argument]: the component `plain` has no argument `knd`; did you mean `kind`?",
        ),
        (
            "{{ plain(text=\"a\",\n   n=\"b\") }}",
            "2:6: error[wrong-type]: expected a number for `n` of the component `plain`, found text; write a number, without quotes",
        ),
        (
            "{{ plain(text=7) }}",
            "1:15: error[wrong-type]: expected text for `text` of the component `plain`, found a whole number; put the value in quotes",
        ),
        (
            "{{ plain(text=\"a\", whole=1.5) }}",
            "1:26: error[wrong-type]: expected a whole number for `whole` of the component `plain`, found a number; see components/plain.html",
        ),
        (
            "{{ plain(text=\"a\", wide=\"true\") }}",
            "1:25: error[wrong-type]: expected true or false for `wide` of the component `plain`, found text; write `true` or `false`, without quotes",
        ),
        (
            "{{ plain(text=\"a\", list=\"b\") }}",
            "1:25: error[wrong-type]: expected a list for `list` of the component `plain`, found text; put the value in brackets: `[\"..\"]`",
        ),
        (
            "{% plain(text=\"a\") %}\nx\n{% end %}",
            "1:4: error[component-body]: the component `plain` is not wrapped around text; write `{{ plain(..) }}`, without an end",
        ),
        (
            "{{ around() }}",
            "1:4: error[component-body]: the component `around` needs text inside; write `{% around(..) %}`, the text, and `{% end %}`",
        ),
        (
            "{{ here(x=1) }}",
            "1:9: error[unknown-argument]: the component `here` has no argument `x`; the arguments are `page`",
        ),
    ] {
        let expected = format!("content/a.md:{expected}");
        site(text).build().fails([&*expected]);
    }
}

#[test]
fn a_mistake_in_an_included_file_is_told_there() {
    let mut site = site("--8<-- \"_part.md\"\n");
    site.write("content/_part.md", "Words.\n\n{{ plain() }} and {{ none() }}\n").build();
    site.fails(["content/_part.md:3:4: error[missing-argument]"]);
    site.edit("content/_part.md", "{{ plain() }}", "x").build();
    site.warns(["content/_part.md:3:10: warning[unknown-component]: there is no component `none`"]);
}

#[test]
fn a_component_that_nobody_knows_is_shown_as_it_is_written() {
    let mut site = site(
        "A {{ plian(x=\"<\") }} b.\n\n{{ plian() }}\n\n{% arround(title=\"T\") %}\nInside *it*.\n{% end %}\n\n:::plian Title\nMore.\n:::\n",
    );
    site.build().warns([
        "content/a.md:1:6: warning[unknown-component]: there is no component `plian`: its call is shown as it is written; did you mean `plain`?",
        "content/a.md:3:4: warning[unknown-component]",
        "content/a.md:5:4: warning[unknown-component]: there is no component `arround`: its call is shown as it is written; did you mean `around`?",
        "content/a.md:9:4: warning[unknown-component]: there is no component `plian`",
    ]);
    site.check(
        "a/index.html",
        [
            "<p>A {{ plian(x=\"&lt;\") }} b.</p>",
            "<p>{{ plian() }}</p>",
            "<p>{% arround(title=\"T\") %}</p>\n<p>Inside <em>it</em>.</p>\n<p>{% end %}</p>",
            "<p>:::plian Title</p>\n<p>More.</p>\n<p>:::</p>",
        ],
    );
    site.same_as_cold();
    let config = site.text("site.toml");
    site.write("site.toml", config + "[check]\nunknown-component = \"error\"\n").build();
    site.fails(["unknown-component", "unknown-component", "unknown-component", "unknown-component"]);
}

#[test]
fn a_component_sees_nothing_of_the_site() {
    let mut site = site("{{ nosy() }}\n");
    site.write("components/nosy.html", "{% component nosy(@site) %}{{ site.title }}{% endcomponent %}").build().fails(
        ["content/a.md:1:4: error[missing-argument]: the component `nosy` asks for `@site`, which articles have not"],
    );
    site.write("components/nosy.html", "{% component nosy() %}{{ site.title }}{% endcomponent %}").build();
    site.fails(["components/nosy.html:1:26: error[template]: variable `site` is not defined"]);
    site.write("components/nosy.html", "{% component nosy() %}{{ <inner /> }}{% endcomponent %}{% component inner(@site) %}{{ site.title }}{% endcomponent %}");
    site.build().fails(["components/nosy.html:1:26: error[template]"]);
}

#[test]
fn a_mistake_in_a_template_names_the_template_and_the_article() {
    let mut site = site("Words.\n\n{{ bad(x=\"1\") }}\n");
    site.write("components/bad.html", "{% component bad(x: string) %}\n{{ x.y }}{% endcomponent %}").build();
    site.fails(["components/bad.html:2:6: error[template]: field `y` is not defined"]);
    assert_eq!(site.diagnostics()[0].notes, ["while rendering content/a.md, line 3"]);
    site.same_as_cold();
    site.write("components/bad.html", "{% component bad(x: string) %}{% if %}{% endcomponent %}").build();
    site.fails(["components/bad.html:1:37: error[template]"]);
    let twice = "{% component plain() %}{% endcomponent %}";
    site.write("components/bad.html", twice).build();
    site.fails(["components/plain.html:1:14: error[template]: the component `plain` is defined in components/bad.html already; rename or remove one of the two"]);
}

#[test]
fn mistakes_in_metadata_are_told_at_the_definition() {
    for (metadata, expected) in [
        ("{\"dta\": [\"a\"]}", "nothing reads `dta` in the metadata of a component; did you mean `data`?"),
        (
            "{\"data\": [\"other\"]}",
            "`data` names the argument `other`, which the component does not declare; declare it: `other: string`",
        ),
        ("{\"rows\": 3}", "`rows` is not a list of names; write \"rows\": [\"name\"]"),
        ("{\"body\": \"maybe\"}", "`body` is none of its values; write \"none\", \"optional\" or \"required\""),
        ("{\"keys\": {\"a\": \"rows\"}}", "`keys` names the argument `rows`, which the component does not declare"),
        ("{\"keys\": \"a\"}", "`keys` is not a map"),
    ] {
        let mut site = site("Words.\n");
        site.write(
            "components/m.html",
            format!("{{% component m(a: string) {metadata} %}}{{{{ a }}}}{{% endcomponent %}}"),
        );
        let expected = format!("components/m.html:1:14: error[component]: {expected}");
        site.build().fails([&*expected]);
    }
    let mut site = site("{{ m(a=\"x\") }}\n");
    site.write("components/m.html", "{% component m(a: string) {\"about\": \"Words for people\", \"body\": \"none\"} %}{{ a }}{{ body | default(value=\"\") }}{% endcomponent %}");
    site.build().warns([]);
}

#[test]
fn an_argument_can_be_a_link() {
    let mut site = Site::new(
        "-- components/go.html --\n{% component go(to: string) {\"links\": [\"to\"]} %}<a href=\"{{ to }}\">go</a>{% endcomponent %}\n\
         -- content/guides/a.md --\n{{ go(to=\"b.md#x\") }}\n\n{{ go(to=\"https://example.com/?a&b\") }}\n-- content/guides/b.md --\n# B\n\n## X\n",
    );
    site.build()
        .warns([])
        .check("guides/a/index.html", ["href=\"/guides/b/#x\"", "href=\"https://example.com/?a&amp;b\""]);
    site.says("guides/b/index.html", "backlink", ["/guides/a/ A"]);
    site.rename("content/guides/b.md", "content/b.md").build();
    site.warns(["content/guides/a.md:1:10: warning[broken-link]: `b.md#x` leads to nothing"]).same_as_cold();
    site.edit("content/guides/a.md", "b.md#x", "../b.md").build().check("guides/a/index.html", ["href=\"/b/\""]);
}

#[test]
fn pages_load_what_their_components_need() {
    let mut site = Site::new(
        "theme = \"default\"\n-- content/a.md --\nNone.\n-- content/b.md --\n{{ badge(text=\"x\") }}\n-- content/c.md --\n{{ table(data=\"d\") }}\n\
         -- content/d.md --\n{{ own() }}\n-- data/d.csv --\na\n1\n-- components/own.html --\n{% component own() {\"uses\": [\"table\"]} %}{{ <badge text=\"y\" /> }}{% endcomponent %}\n",
    );
    site.build().warns([]);
    site.lacks("a/index.html", ["components.", "table."]).lacks("b/index.html", ["table."]);
    site.check("b/index.html", ["/assets/components."])
        .check("c/index.html", ["/assets/components.", "/assets/table."]);
    site.check("d/index.html", ["/assets/components.", "/assets/table.", "badge-note\">y"]);
}

/// Three articles, of which two use components.
fn three() -> Site {
    let mut site = site("{{ plain(text=\"x\") }}\n");
    site.write("content/b.md", "{{ here() }}\n").write("content/c.md", "None.\n");
    site.write("themes/bare/templates/components/unused.html", "{% component unused() %}x{% endcomponent %}");
    site.build().warns([]).counts(3, 3, 5);
    site
}

#[test]
fn a_component_costs_the_pages_that_use_any() {
    three().build().counts(0, 0, 0);
    three()
        .edit("components/plain.html", "<i ", "<b ")
        .build()
        .counts(2, 2, 2)
        .rendered(["a/index.html"])
        .same_as_cold();
    three()
        .edit("themes/bare/templates/components/unused.html", "x", "y")
        .build()
        .counts(2, 2, 2)
        .rendered([])
        .same_as_cold();
}

#[test]
fn a_partial_that_a_component_includes_costs_the_same() {
    let mut site = three();
    site.write("components/inc.html", "{% component inc() %}{% include \"part.html\" %}{% endcomponent %}");
    site.write("themes/bare/templates/part.html", "one").write("content/a.md", "{{ inc() }}\n").build();
    site.check("a/index.html", ["one"]);
    // A template of the theme beside its components: every page could use it.
    site.write("themes/bare/templates/part.html", "two").build().check("a/index.html", ["two"]).same_as_cold();
}

#[test]
fn a_component_that_a_template_calls_costs_every_page() {
    let mut site = three();
    site.edit("themes/bare/templates/page.html", "{% include", "{{ <unused /> }}{% include").build();
    site.check("c/index.html", ["x"]).edit("themes/bare/templates/components/unused.html", "x", "z").build();
    site.check("c/index.html", ["z"]).same_as_cold();
}

#[test]
fn a_title_costs_the_body_of_a_page_that_may_show_it() {
    three()
        .edit("content/b.md", "{{ here", "# New\n\n{{ here")
        .build()
        .check("b/index.html", ["New at /b/"])
        .same_as_cold();
}

#[test]
fn components_without_end_are_stopped() {
    let loops = |inside: &str| {
        format!(
            "{{% for i in range(end=100000) %}}{{% for j in range(end=100000) %}}{inside}{{% endfor %}}{{% endfor %}}"
        )
    };
    for (template, expected) in [
        (
            "{{ <bad /> }}".to_owned(),
            "components/bad.html:1:1: error[template]: maximum render recursion depth for components exceeded.; end a component that calls itself with an `if`",
        ),
        (
            loops("0123456789"),
            "components/bad.html:1:1: error[template-limit]: rendering content/a.md, line 2 wrote more than 64 MiB with components",
        ),
    ] {
        let mut site = Site::new("-- content/a.md --\nx\n{{ bad() }}\n");
        site.write("components/bad.html", format!("{{% component bad() %}}{template}{{% endcomponent %}}"));
        site.build().fails([expected]);
    }
    // Each for itself stays within the limit, all of them together do not.
    let many = "{{ large() }}\n\n".repeat(100);
    let mut site = Site::new(&format!("-- content/a.md --\n{many}"));
    let text = "x".repeat(10_000);
    let template =
        format!("{{% component large() %}}{{% for i in range(end=100) %}}{text}{{% endfor %}}{{% endcomponent %}}");
    site.write("components/large.html", template)
        .build()
        .fails(["rendering content/a.md, line 135 wrote more than 64 MiB with components"]);
}

/// A loop that writes nothing can't be stopped from within: who runs the build ends it.
#[test]
fn a_component_that_never_writes_ends_the_program() {
    let mut site = Site::new("-- content/a.md --\n{{ bad() }}\n");
    let template = "{% component bad() %}{% for i in range(end=100000) %}{% for j in range(end=100000) %}{% endfor %}{% endfor %}{% endcomponent %}";
    site.write("components/bad.html", template);
    site.run(&["build"]).ends(1).says(["components/bad.html:1:1", "rendering content/a.md took more than 10 seconds"]);
}

#[test]
fn deep_nesting_is_refused_and_breaks_nothing() {
    let nested = |depth: usize| format!("{}x\n\n{}", "{% around() %}\n".repeat(depth), "{% end %}\n".repeat(depth));
    let mut site = site(&nested(16));
    site.build().warns([]);
    site.write("content/a.md", nested(17)).build().fails(["content/a.md:17:1: error[deep-component]"]);
    site.write("content/a.md", nested(20_000)).build();
    assert!(site.diagnostics().iter().all(|problem| problem.code == "deep-component"));
    site.write("content/a.md", "{% around() %}\n".repeat(20_000)).build();
    assert!(site.report().outcome.plan.is_none());
}
