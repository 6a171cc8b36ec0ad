"""Lays a folder of Markdown out as a Docweave site and as a Hugo site that do the same work.

A folder without a page of its own gets an `_index.md` in both, so that both see the same sections; an `index.md` becomes
one, because Hugo takes all other articles beside an `index.md` for its attachments.
"""
import os
import re
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOPICS_LINE = re.compile(r"^topics\s*[=:]\s*\[(.*?)\]", re.MULTILINE)

SITE_TOML = """title = "Benchmark"
base_url = "https://example.org/"
theme = "bench"

# Hugo writes none of these.
[llms]
enabled = false

[manifest]
enabled = false

[social]
enabled = false

[inventory]
enabled = false

[markdown]
copies = false
highlight = true

# Hugo lists every article of the folder too.
[nav]
window = 1000

[feed]
enabled = false
"""


# What only Docweave finds, left out where the same work is compared.
UNWOVEN = """
[related]
enabled = false

[weave]
auto_topics = false
"""


def lay_out(content, destination):
    """Writes `destination/docweave` and `destination/hugo`; the articles are hard links to those of `content`."""
    for tool, parts in (("docweave", [("theme", "themes/bench")]), ("hugo", [("hugo", ".")])):
        site = destination / tool
        for source, target in parts:
            shutil.copytree(HERE / source, site / target)
        link_tree(content, site / "content")
        complete_sections(site / "content")
    site_toml = SITE_TOML
    for topic in sorted(declared_topics(content)):
        site_toml += f'\n[topics.{topic}]\ntitle = "{topic.capitalize()}"\n'
    (destination / "docweave" / "site.toml").write_text(site_toml, encoding="utf-8")


def link_tree(source, target):
    shutil.copytree(source, target, copy_function=link_or_copy)


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def complete_sections(content):
    for folder, _, names in os.walk(content):
        folder = Path(folder)
        if "_index.md" in names:
            continue
        if "index.md" in names:
            (folder / "index.md").rename(folder / "_index.md")
        else:
            title = "Benchmark" if folder == content else folder.name
            (folder / "_index.md").write_text(f'+++\ntitle = "{title}"\n+++\n', encoding="utf-8")


def declared_topics(content):
    """Names in the front matter's `topics = ["a", "b"]`, all of which `site.toml` has to declare."""
    topics = set()
    for article in content.rglob("*.md"):
        head = article.read_bytes()[:2000].decode("utf-8", "replace")
        for found in TOPICS_LINE.finditer(head):
            topics.update(re.findall(r"[\w-]+", found.group(1)))
    return topics
