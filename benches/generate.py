#!/usr/bin/env python3
"""Writes a benchmark site of N articles, for Docweave and for Hugo: the same Markdown, the same work.

usage: generate.py N DEST [--seed S] [--links L]

An article is about 9 KB: headings, paragraphs, lists, tables, code in six languages, links to other articles, topics.
Folders hold about 100 articles each. Everything follows from N and the seed; an article's own text from its number and
the seed alone, so that sites of different sizes differ in size only. An article has three links to others; with --links,
so many at the least.
"""
import argparse
import random
from pathlib import Path

from layout import lay_out

TOPICS = ["ingestion", "modelling", "serving", "monitoring", "governance", "testing", "storage", "teamwork"]
ARTICLES_PER_FOLDER = 100
SENTENCES_PER_TOPIC = 2500
LINK = "More on this in "

GLUE = (
    "the a an of to in on for with by from as at into over and or but if when while because so that which this these it "
    "its is are was be has have can may must should not only more most each every one two first last then also before after"
).split()
ONSETS = ["b", "br", "c", "cl", "d", "dr", "f", "fl", "g", "gr", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
CODAS = ["", "", "n", "r", "l", "s", "m", "nd", "rt", "ck"]

PYTHON = '''from dataclasses import dataclass


@dataclass
class {Name}:
    """One row of {noun}, as the {verb} step hands it on."""

    key: str
    weight: float = {number}.5

    def scaled(self, factor: float) -> "{Name}":
        if not 0 < factor <= {number}:
            raise ValueError(f"factor {{factor!r}} is out of range for {{self.key}}")
        return {Name}(self.key, self.weight * factor)


rows = [{Name}(line.strip()) for line in open("{noun}.txt") if line[0] != "#"]
print(sum(row.weight for row in rows))
'''
RUST = '''/// Keeps the `{noun}` entries that are heavier than `limit`.
pub fn {verb}_{noun}<'a>(entries: &'a [{Name}], limit: u32) -> Vec<&'a str> {{
    let mut kept: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.weight > limit && entry.tries < {number})
        .map(|entry| entry.key.as_str())
        .collect();
    kept.sort_unstable();
    kept.dedup();
    kept // at most {number} of them
}}
'''
JAVASCRIPT = '''const {verb}Limit = {number};

export class {Name} {{
  #seen = new Map();

  async {verb}(source) {{
    for await (const {{ key, value }} of source) {{
      if (this.#seen.size >= {verb}Limit) break; // enough
      this.#seen.set(key, `${{key}}:${{value ?? "none"}}`);
    }}
    return [...this.#seen.values()].map((text) => text.toUpperCase());
  }}
}}
'''
BASH = '''#!/bin/sh
set -eu
target="${{1:-/srv/{noun}}}"
for part in "$target"/{verb}-*.gz; do
    [ -f "$part" ] || continue
    size=$(stat -c %s "$part")
    if [ "$size" -gt {number} ]; then
        gzip -dc "$part" | sort -u | {verb} --into "$target/out" # {noun}
    fi
done
echo "done: $target" >&2
'''
SQL = '''-- {noun} by day, the last {number} days
WITH daily AS (
    SELECT date_trunc('day', seen_at) AS day, count(*) AS entries
    FROM {noun}_{verb}
    WHERE seen_at >= current_date - {number} AND state <> 'dropped'
    GROUP BY 1
)
SELECT day, entries, avg(entries) OVER (ORDER BY day ROWS 6 PRECEDING) AS week
FROM daily
ORDER BY day DESC;
'''
JSON = '''{{
  "name": "{noun}",
  "kind": "{Name}",
  "retries": {number},
  "enabled": true,
  "steps": ["read", "{verb}", "write"],
  "limits": {{ "memory": "{number}Mi", "seconds": 2.5, "owner": null }}
}}
'''
CODE = [("python", PYTHON), ("rust", RUST), ("javascript", JAVASCRIPT), ("bash", BASH), ("sql", SQL), ("json", JSON)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("n", type=int, metavar="N")
    arguments.add_argument("destination", type=Path, metavar="DEST")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--links", type=int, default=0)
    wanted = arguments.parse_args()
    content = wanted.destination / "content"
    write_articles(wanted.n, content, wanted.seed, wanted.links)
    lay_out(content, wanted.destination)


def write_articles(count, content, seed, links=0):
    """Writes `count` articles and their folders' pages below `content`, which must not exist yet."""
    voices = [Voice(topic, seed) for topic in TOPICS]
    folders = max(1, round(count / ARTICLES_PER_FOLDER))
    content.mkdir(parents=True)
    (content / "_index.md").write_text(front_matter("Benchmark"), encoding="utf-8")
    for folder in range(folders):
        (content / folder_name(folder)).mkdir()
        index = front_matter(f"Part {folder + 1}", weight=folder + 1) + "What belongs to this part.\n"
        (content / folder_name(folder) / "_index.md").write_text(index, encoding="utf-8")
    for number in range(count):
        text = article(number, count, folders, voices, seed, links)
        (content / folder_name(number % folders) / f"{file_name(number)}.md").write_text(text, encoding="utf-8")


class Voice:
    """How one topic's articles sound: its own words among words that all topics share."""

    def __init__(self, topic, seed):
        shared = made_up_words(random.Random(f"{seed} shared"), 1800)
        rng = random.Random(f"{seed} {topic}")
        self.topic = topic
        self.nouns = made_up_words(rng, 240)
        words = GLUE + shared + self.nouns
        weights = falling(len(GLUE), 45) + falling(len(shared), 33) + falling(len(self.nouns), 22)
        self.sentences = [sentence(rng, words, weights) for _ in range(SENTENCES_PER_TOPIC)]


def made_up_words(rng, count):
    words = {}
    while len(words) < count:
        syllables = rng.choice((1, 2, 2, 3))
        words["".join(rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(syllables)) + rng.choice(CODAS)] = None
    return list(words)


def falling(count, total):
    """`count` weights that fall as words' frequencies do in a language, `total` together."""
    weights = [1 / (rank + 2) for rank in range(count)]
    return [weight * total / sum(weights) for weight in weights]


def sentence(rng, words, weights):
    chosen = rng.choices(words, weights, k=rng.randint(7, 20))
    style = rng.random()
    if style < 0.08:
        chosen[2] = f"**{chosen[2]}**"
    elif style < 0.16:
        chosen[3:5] = [f"*{chosen[3]} {chosen[4]}*"]
    elif style < 0.24:
        chosen[-1] = f"`{chosen[-1]}_{chosen[1]}`"
    elif style < 0.4:
        chosen[3] += ","
    chosen[0] = chosen[0].capitalize()
    return " ".join(chosen) + "."


def article(number, count, folders, voices, seed, links):
    rng = random.Random(f"{seed} article {number}")
    chosen = rng.sample(voices, rng.choice((1, 1, 2, 3)))
    voice = chosen[0]
    date = f"20{rng.randint(18, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    parts = [paragraph(rng, voice)]
    for _ in range(rng.randint(6, 9)):
        parts.append("## " + phrase(rng, voice))
        parts += [paragraph(rng, voice) for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            parts += ["### " + phrase(rng, voice), paragraph(rng, voice)]
        parts += extra_block(rng, voice, number)
        if rng.random() < 0.4:
            parts.append(link_line(rng.randrange(count), number, folders, seed, voices))
    more = random.Random(f"{seed} links {number}")
    for _ in range(links - sum(part.startswith(LINK) for part in parts)):
        parts.insert(more.randint(1, len(parts)), link_line(more.randrange(count), number, folders, seed, voices))
    head = front_matter(title(number, seed, voices), date=date, topics=[voice.topic for voice in chosen])
    return head + "\n\n".join(parts) + "\n"


def paragraph(rng, voice):
    return "\n".join(rng.choices(voice.sentences, k=rng.randint(3, 6)))


def phrase(rng, voice):
    return " ".join(rng.sample(voice.nouns, rng.randint(2, 4))).capitalize()


def extra_block(rng, voice, number):
    """A code block, a list, a table, or nothing."""
    kind = rng.random()
    if kind < 0.36:
        language, template = rng.choice(CODE)
        noun, verb = rng.sample(voice.nouns, 2)
        code = template.format(noun=noun, verb=verb, Name=noun.capitalize() + str(number), number=rng.randint(3, 900))
        return [f"```{language}\n{code}```"]
    if kind < 0.52:
        return ["\n".join(f"- {text}" for text in rng.choices(voice.sentences, k=rng.randint(3, 6)))]
    if kind < 0.62:
        rows = [f"| {rng.choice(voice.nouns)} | {rng.randint(1, 999)} | {rng.choice(voice.nouns)} |" for _ in range(6)]
        return ["\n".join(["| what | how many | where |", "|:---|---:|---|", *rows])]
    return []


def link_line(target, number, folders, seed, voices):
    path = f"{file_name(target)}.md"
    if target % folders != number % folders:
        path = f"../{folder_name(target % folders)}/{path}"
    return f"{LINK}[{title(target, seed, voices)}]({path})."


def title(number, seed, voices):
    rng = random.Random(f"{seed} title {number}")
    return f"{phrase(rng, rng.choice(voices))} {number + 1}"


def front_matter(title, **entries):
    lines = [f'title = "{title}"']
    for key, value in entries.items():
        shown = "[" + ", ".join(f'"{item}"' for item in value) + "]" if isinstance(value, list) else value
        lines.append(f"{key} = {shown}")
    return "+++\n" + "\n".join(lines) + "\n+++\n\n"


def folder_name(folder):
    return f"part-{folder + 1:03}"


def file_name(number):
    return f"note-{number + 1:05}"


if __name__ == "__main__":
    main()
