//! Data files: how pages ask for them, what is wrong with them, and what a change of one costs.

use crate::site::Site;

const SITE: &str = r#"
-- components/show.html --
{% component show(d) {"data": ["d"]} %}{{ d }}{% endcomponent show %}
{% component list(d: array) {"data": ["d"]} %}{{ d | length }}{% endcomponent list %}
{% component draw(rows: array, columns: array = [], sort: string = "") {"rows": ["rows"], "keys": {"columns": "rows", "sort": "rows"}} %}
{%- set table = rows | table(columns=columns, sort=sort) -%}
{%- for column in table.columns %}{{ column.name }}{% if column.number %}#{% endif %}{{ column.sorted }} {% endfor -%}
{%- for row in table.rows %}| {{ row | join(sep=" ") }} {% endfor -%}
{% endcomponent draw %}
{% component deck(d: array) {"cards": ["d"]} %}
{%- for group in d %}{{ group.title }}: {% for card in group.cards %}{{ card.label }}/{{ card.title }}/{{ card.url }}/{{ card.meta | join(sep="+") }} {% endfor %}{% endfor -%}
{% endcomponent deck %}
-- data/people.csv --
name,age,city
Ada,36,London
Bob,9,
-- data/deep/settings.toml --
level = 3
[inner]
on = true
-- data/parts.toml --
[[part]]
name = "nut"
price = 0.5
[[part]]
name = "bolt"
tags = ["a", "b"]
-- data/jobs.yaml --
title: Jobs
cards:
  - label: Job
    title: Engineer
    url: guides/b.md
    meta: [Full time, Senior]
  - title: Writer
-- content/guides/b.md --
# B
"#;

/// The site with the article `a.md`.
fn site(text: &str) -> Site {
    Site::new(&format!("{SITE}-- content/a.md --\n{text}"))
}

#[test]
fn data_of_every_shape_reaches_components() {
    for (call, expected) in [
        ("show(d=\"deep/settings\")", "{&quot;level&quot;: 3, &quot;inner&quot;: {&quot;on&quot;: true}}"),
        ("list(d=\"people\")", "2"),
        ("draw(rows=\"people\")", "name age# city | Ada 36 London | Bob 9"),
        ("draw(rows=\"people\", sort=\"age\", columns=[\"age\", \"name\"])", "age#ascending name | 9 Bob | 36 Ada"),
        ("draw(rows=\"people\", sort=\"-name\", columns=[\"name\"])", "namedescending | Bob | Ada"),
        (
            "draw(rows=\"people\", sort=\"city\", columns=[\"city\", \"name\"])",
            "cityascending name | London Ada |  Bob",
        ),
        ("draw(rows=\"parts\")", "name price# tags | nut 0.5  | bolt  a, b"),
        ("deck(d=\"jobs\")", "Jobs: Job/Engineer//guides/b//Full time+Senior /Writer//"),
    ] {
        let mut site = site(&format!("{{{{ {call} }}}}\n"));
        site.build().warns([]).check("a/index.html", [expected]);
    }
}

#[test]
fn every_mistake_is_told_where_the_data_is_asked_for() {
    for (text, expected) in [
        (
            "{{ show(d=\"poeple\") }}",
            "a.md:1:11: error[unknown-data]: there is no data `poeple`; did you mean `people`?",
        ),
        (
            "{{ show(d=\"x\") }}",
            "a.md:1:11: error[unknown-data]: there is no data `x`; add data/x.csv, or .toml, .json or .yaml",
        ),
        (
            "{{ show(d=3) }}",
            "a.md:1:11: error[wrong-type]: expected the name of a data file for `d` of the component `show`, found a whole number",
        ),
        (
            "{{ list(d=\"parts\") }}",
            "a.md:1:11: error[wrong-type]: expected a list for `d` of the component `list`, found a table in data/parts.toml",
        ),
        (
            "{{ draw(rows=\"deep/settings\") }}",
            "a.md:1:14: error[wrong-type]: expected a list of tables for `rows` of the component `draw`, found a table in data/deep/settings.toml; write the file as CSV, or as a list of tables",
        ),
        (
            "{{ draw(rows=\"people\", columns=[\"name\", \"agee\"]) }}",
            "a.md:1:32: error[unknown-column]: the data `people` has no column `agee`; did you mean `age`?",
        ),
        (
            "{{ draw(rows=\"people\", sort=\"-size\") }}",
            "a.md:1:29: error[unknown-column]: the data `people` has no column `size`; the columns are `age`, `city`, `name`",
        ),
        ("{{ deck(d=\"people\") }}", "x"),
        (
            "+++\ncards = \"jbos\"\n+++\n",
            "a.md:2:9: error[unknown-data]: there is no data `jbos`; did you mean `jobs`?",
        ),
        ("+++\ndata = [\"people\", \"team\"]\n+++\n", "a.md:2:19: error[unknown-data]: there is no data `team`"),
        ("+++\ncards = [{ title = 1 }]\n+++\n", "a.md:2:20: error[wrong-type]: expected a string for `title`"),
        (
            "+++\ncards = [3]\n+++\n",
            "a.md:2:10: error[wrong-type]: expected a list of cards for `cards`, found an integer",
        ),
    ] {
        let mut site = site(text);
        site.build();
        match expected {
            "x" => {
                let told: Vec<String> = site.diagnostics().iter().map(ToString::to_string).collect();
                assert!(
                    told.contains(
                        &"data/people.csv:2:1: error[missing-key]: missing key `title` in an item".to_owned()
                    ),
                    "{told:#?}"
                );
                assert!(told.iter().all(|line| line.starts_with("data/people.csv")), "{told:#?}");
            }
            _ => drop(site.fails([expected])),
        }
    }
}

#[test]
fn mistakes_in_a_file_are_told_once_and_only_if_a_page_asks_for_it() {
    let mut site = site("None.\n");
    site.write("data/bad.csv", "a,b\n1\n").build().warns([]);
    site.write("content/a.md", "{{ show(d=\"bad\") }}\n\n{{ draw(rows=\"bad\") }}\n")
        .write("content/b.md", "+++\ndata = \"bad\"\n+++\n");
    site.build().fails(["data/bad.csv:2:1: error[syntax]: a row of 1 cell in a table of 2 columns"]);
    site.write("data/bad.toml", "").build().fails(["data/bad.csv:2:1", "data/bad.toml:1:1: error[duplicate-data]: data/bad.toml and data/bad.csv are both the data `bad`; rename or remove one of the two"]);
    site.remove("data/bad.csv").write("data/bad.toml", "a = \n").build().fails(["data/bad.toml:1:5: error[syntax]"]);
    site.write("data/bad.toml", "a = [{ b = 1 }]\n").build().warns([]).same_as_cold();
}

#[test]
fn front_matter_gives_templates_data_and_cards() {
    let mut site = site(
        "+++\ncards = [\"jobs\", { title = \"Here\", url = \"guides/b.md\", image = \"p.svg\", meta = \"one\" }]\ndata = [\"people\", \"deep/settings\"]\n+++\nText.\n",
    );
    site.write("content/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let page = site.text("themes/bare/templates/page.html");
    site.write(
        "themes/bare/templates/page.html",
        format!(
            "{page}{{% for group in page.cards %}}{{{{ group.id }}}} {{{{ group.title }}}}:{{% for card in group.cards %}} {{{{ card.title }}}}>{{{{ card.url or 'none' }}}}>{{{{ card.image or 'none' }}}}{{% endfor %}}\n{{% endfor %}}\
             {{% if page.data %}}{{{{ page.data.people[0].name }}}} {{{{ page.data['deep/settings'].level }}}}{{% endif %}}\n"
        ),
    );
    site.build().warns([]).check(
        "a/index.html",
        ["cards-1 Jobs: Engineer>/guides/b/>none Writer>none>none", "cards-2 : Here>/guides/b/>/p.svg", "Ada 3"],
    );
    site.same_as_cold();
}

#[test]
fn addresses_of_cards_are_checked_where_they_are_written() {
    let mut site = site("+++\ncards = [\"jobs\", { title = \"A\", url = \"nowhere.md\" }]\n+++\n");
    site.edit("data/jobs.yaml", "guides/b.md", "guide/b.md").build().warns([
        "content/a.md:2:39: warning[broken-link]: `nowhere.md` leads to nothing: there is no content/nowhere.md",
        "data/jobs.yaml:5:10: warning[broken-link]: `guide/b.md` leads to nothing: there is no content/guide/b.md; did you mean `guides/b.md`?",
    ]);
    site.same_as_cold();
}

/// Three articles: one asks for people with a component, one for jobs in its front matter, one for nothing.
fn three() -> Site {
    let mut site = site("{{ draw(rows=\"people\") }}\n");
    site.write("content/b.md", "+++\ncards = \"jobs\"\n+++\nb\n")
        .write("content/c.md", "+++\ndata = \"people\"\n+++\nc\n")
        .write("content/d.md", "None.\n");
    site.build().warns([]);
    site
}

#[test]
fn a_data_file_costs_the_pages_that_read_it() {
    three().edit("data/people.csv", "Ada", "Eva").build().counts(1, 1, 2).rendered(["a/index.html"]).same_as_cold();
    three()
        .edit("data/jobs.yaml", "Writer", "Author")
        .build()
        .counts(0, 0, 1)
        .rendered(["b/index.html"])
        .same_as_cold();
    three().edit("data/parts.toml", "nut", "gear").build().counts(0, 0, 0).rendered([]).same_as_cold();
    three().write("data/new.csv", "x\n1\n").build().counts(0, 0, 0).rendered([]).same_as_cold();
    // Another text that says the same.
    three().edit("data/jobs.yaml", "title: Jobs", "title:  Jobs").build().counts(0, 0, 0).same_as_cold();
}

#[test]
fn an_address_of_a_card_costs_the_pages_that_show_it() {
    let mut site = three();
    site.edit("content/guides/b.md", "# B", "+++\nslug = \"bee\"\n+++\n# B").build();
    site.check("b/index.html", ["/guides/bee/"]).same_as_cold();
}

#[test]
fn large_and_wide_data_is_read_or_refused() {
    let columns = |n: usize| (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
    let mut site = site("{{ draw(rows=\"big\", sort=\"c7\") }}\n");
    site.write("data/big.csv", format!("{}\n{}\n", columns(100_000), columns(100_000))).build().warns([]);
    site.check("a/index.html", ["c99999 | c0 c1 "]);
    site.write("data/big.csv", format!("{}\n", columns(20)).repeat(60_000)).build();
    site.fails(["data/big.csv:1:1: error[too-large]: data of more than 1000000 values; split it into several files"]);
    site.write("data/big.csv", "x".repeat((64 << 20) + 1)).build();
    site.fails(["data/big.csv:1:1: error[too-large]: data of more than 64 MiB; split it into several files"]);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n\
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    site.remove("data/big.csv").write("data/big.yaml", bomb).build();
    site.fails(["error[syntax]: more than 100000 values, those that aliases repeat included; split the file, or write it as TOML, JSON or CSV"]);
}
