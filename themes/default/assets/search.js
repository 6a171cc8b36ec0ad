// The search of the site. The script of every page imports this file when somebody opens the search; the index is read
// piece by piece, as queries need it. What is made of text here, src/render/search/words.rs makes of articles.

const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
// Han, kana, hangul, Thai, Lao, Burmese and Khmer: no spaces between words.
const SPACELESS =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+/u;
const AT_ONCE = 6;
// So many results are given their text at once, the others when they come in sight.
const IN_SIGHT = 2;
// What a page gains at most by its title.
const MOST_GAIN = 2;

const fold = (text) => {
  const lower = text.toLowerCase();
  if (/^[\0-\x7f]*$/.test(lower)) return lower;
  return lower.normalize("NFKD").replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, "").normalize("NFC").replaceAll("ς", "σ");
};
// "HTMLParser" to HTML, Parser.
const humps = (word) => word.split(/(?<=[^\p{Lu}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);

/* ---- The index ---- */

let folder;
let index;
const files = new Map();
// Addresses and titles of pages, by their slots, as far as files of words have told them.
const titles = new Map();
// Is called with each of them that comes.
let told = () => {};

/** A file of the index; one that is not there (the site was built anew since) is read as `otherwise`. */
function read(name, otherwise = []) {
  if (!files.has(name)) {
    const file = fetch(folder + name).then((answer) => (answer.ok ? answer.json() : otherwise));
    file.catch(() => files.delete(name));
    files.set(name, file);
  }
  return files.get(name);
}

// In a site that may be moved, addresses are relative to the file that has them.
const rooted = (address, below) => (address.startsWith("/") ? address : new URL(address, folder + below).href);

/** Keeps pages with their titles, as a file in a folder below has them: slot, address and title of each. */
function tell(pages, below) {
  for (let at = 0; at < pages.length; at += 3) {
    const [slot, address, title] = pages.slice(at, at + 3);
    if (titles.has(slot)) continue;
    const page = [rooted(address, below), title];
    titles.set(slot, page);
    told(page, slot);
  }
}

/** The files of a kind that hold words between two, both included; no more than `most`, and but one before that of `word`. */
function between(kind, starts, from, to, most, word = from) {
  const last = (word) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= word) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  };
  const first = Math.max(last(from), last(word) - 1);
  const names = starts.slice(first, Math.min(last(to), first + most - 1) + 1);
  const coded = (word) => word.replace(/[^a-z0-9]/gu, (sign) => `-${sign.codePointAt(0).toString(16)}-`);
  const wordsOf = ([words, pages]) => (tell(pages, "w/"), words);
  const file = (start) => `${kind}/${kind}-${coded(start)}.json`;
  const all = names.map((start) => (kind === "w" ? read(file(start), [[], []]).then(wordsOf) : read(file(start))));
  return Promise.all(all).then((all) => all.flat());
}

/** How many letters lie between two words, a swap of neighbours counted once; of `b` only a beginning where `open`. */
function distance(a, b, open) {
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return open ? Math.min(...row) : row[b.length];
}

/** What a query asks for: terms, each a word or the beginning of one; `known` is what words of texts turned out to mean. */
function termsOf(query) {
  const terms = [];
  const runs = [];
  const add = (word, open) => word && !terms.some((term) => term.word === word) && terms.push({ word, open, all: new Set([word]) });
  const words = query.match(WORD) ?? [];
  words.forEach((word, at) => {
    const open = at === words.length - 1 && query.endsWith(word);
    for (let rest = fold(word); rest; ) {
      const run = rest.match(SPACELESS);
      if (!run) {
        add(rest, open);
        break;
      }
      add(rest.slice(0, run.index), false);
      const signs = [...run[0]];
      runs.push(run[0]);
      if (signs.length === 1) add(signs[0], true);
      for (let i = 1; i < signs.length; i += 1) add(signs[i - 1] + signs[i], false);
      rest = rest.slice(run.index + run[0].length);
    }
  });
  return { terms: terms.slice(0, 12), runs, known: new Map() };
}

/** The words of the index that a term stands for: `[word, pages, places, how well]`, the best first. */
async function wordsOf({ word, open }) {
  const size = [...word].length;
  const hasForms = size > 4 && !SPACELESS.test(word);
  // Other forms may stand before the word, in another file. A few letters begin too many words to load them all.
  const from = hasForms ? word.slice(0, Math.ceil((word.length * 2) / 3)) : word;
  const found = await between("w", index.words, from, open ? word + "\uffff" : word, size > 2 ? 3 : 2, word);
  const near = [];
  for (let at = 0; at < found.length; at += 3) {
    const other = found[at];
    let fit = 0;
    if (other === word) fit = 1;
    else if (other.startsWith(word)) fit = open ? 0.5 + (0.3 * word.length) / other.length : word.length > 3 && other.length - word.length < 4 ? 0.4 : 0;
    // Other forms of a word share most of it: "deployed" and "deploying".
    else if (hasForms) {
      let same = 0;
      while (same < word.length && word[same] === other[same]) same += 1;
      if (same > 3 && same * 3 >= Math.max(word.length, other.length) * 2) fit = 0.3;
    }
    if (fit) near.push([other, found[at + 1], found[at + 2], fit]);
  }
  near.sort((a, b) => b[3] - a[3] || b[1] - a[1]);
  return near.slice(0, 40);
}

/** The same for a term that no page has: words that a typing error or two away. */
async function misspelled({ word, open }) {
  const letters = [...word];
  if (letters.length < 4 || SPACELESS.test(word)) return [];
  const most = letters.length > 7 ? 2 : 1;
  // One half of the word is as it should be: the first words that begin like it, then those that end like it. Where few
  // letters say little, a slip at the very end or the very beginning is looked for by itself.
  const half = Math.max(2, Math.ceil(letters.length / 2) - 1);
  const beginning = letters.slice(0, -1).join("");
  const ending = letters.slice(1).reverse().join("");
  const like = (kind, starts, word, files) => between(kind, starts, word, word + "\uffff", files);
  const [found, ends] = await Promise.all([
    Promise.all([like("w", index.words, letters.slice(0, half).join(""), 4), like("w", index.words, beginning, 1)]),
    Promise.all([like("e", index.ends, letters.slice(-half).reverse().join(""), 3), like("e", index.ends, ending, 1)]),
  ]).then((all) => all.map((lists) => lists.flat()));
  const known = new Map();
  for (let at = 0; at < found.length; at += 3) known.set(found[at], [found[at + 1], found[at + 2]]);
  const near = [];
  for (const other of new Set([...known.keys(), ...ends.map((one) => [...one].reverse().join(""))])) {
    if (other.length < word.length - most || (!open && other.length > word.length + most)) continue;
    const far = Math.min(distance(word, other, false), open ? distance(word, other, true) + 0.5 : 9);
    if (far <= most + 0.5) near.push([other, far]);
  }
  near.sort((a, b) => a[1] - b[1] || (known.get(b[0])?.[0] ?? 0) - (known.get(a[0])?.[0] ?? 0));
  // How often a word is used is not known of those that were found by their ends: they have places of their own.
  const close = near.filter(([, far]) => far <= near[0][1] + 0.5);
  const best = [true, false].flatMap((isKnown) => close.filter(([other]) => known.has(other) === isKnown).slice(0, 3));
  return Promise.all(
    best.map(async ([other, far]) => {
      const here = known.get(other) ?? (await exact(other));
      return [other, here[0], here[1], 0.5 / far];
    }),
  );
}

async function exact(word) {
  const found = await between("w", index.words, word, word, 1);
  const at = found.indexOf(word);
  return at < 0 ? [0, []] : [found[at + 1], found[at + 2]];
}

/* ---- Ranking ---- */

const [TITLE, TEXT] = [[0, 9, 13, 18], [0, 1, 1.6, 2.2]];
// How much a word counts in the title (of many words, of few, as the whole of it), in a heading, and in the text.
const worth = (rank) => TITLE[rank >> 3] + (rank & 4) + TEXT[rank & 3];

/** The pages that have a term, of `allowed` only where that is given: how good its best word there is, and each part. */
function pagesOf(term, allowed) {
  const found = new Map();
  for (const [word, count, places, fit] of term.words) {
    const rare = Math.log(1 + index.pages / (Math.min(count, index.pages) + 0.5));
    let [slot, score, inPart] = [0, 0, 0];
    for (const place of places) {
      if (place < 0) {
        const rank = -place - 1;
        slot = 0;
        score = fit * (0.3 + rare) * worth(rank);
        // A title says nothing of where on the page the word is.
        inPart = fit * worth(rank & 7) + 0.01;
        continue;
      }
      slot += place & 1 ? place >> 4 : place >> 1;
      if (allowed && !allowed.has(slot)) continue;
      const part = place & 1 ? (place >> 1) & 7 : 0;
      let page = found.get(slot);
      if (!page) found.set(slot, (page = { best: 0, word, parts: [] }));
      if (score > page.best) [page.best, page.word] = [score, word];
      page.parts[part] = Math.max(page.parts[part] ?? 0, inPart);
    }
  }
  return found;
}

/** Pages by their slots with all that the terms say of them; `narrow` leaves out those that lack one. */
function gather(terms, allowed, narrow) {
  const pages = new Map();
  let only = allowed;
  for (const term of terms) {
    const here = pagesOf(term, only);
    // A word that is nearly everywhere may be on a page for which it is not listed.
    if (narrow && term.complete) only = here;
    for (const [slot, { best, word, parts }] of here) {
      let page = pages.get(slot);
      if (!page) pages.set(slot, (page = { slot, score: 0, terms: 0, parts: [], guesses: new Map() }));
      if (term.guessed) page.guesses.set(term, word);
      page.score += best;
      page.terms += 1;
      parts.forEach((worth, part) => (page.parts[part] = (page.parts[part] ?? 0) + worth));
    }
  }
  return [...pages.values()].filter(({ slot }) => !only || only.has(slot));
}

/** The pages that a query finds, the best first: `{ pages: [{ slot, part }], most, some, instead }`. */
async function find({ terms }, topic) {
  const allowed = topic && new Set(sums(await read(`t/t-${topic}.json`)));
  await Promise.all(
    terms.map(async (term) => {
      term.words = await wordsOf(term);
      if (!term.words.length) {
        term.words = await misspelled(term);
        term.guessed = term.words.length > 0;
      }
      const listed = (places) => places.reduce((sum, place) => sum + (place >= 0), 0);
      term.complete = term.words.every(([, count, places]) => listed(places) >= count);
      term.size = term.words.reduce((sum, [, count]) => sum + count, 0);
    }),
  );
  // The rarest first: of the others then only what is on the same pages is looked at.
  const ordered = [...terms].sort((a, b) => b.complete - a.complete || a.size - b.size);
  let found = gather(ordered, allowed, true);
  let some = false;
  if (!found.length) {
    found = gather(ordered, allowed, false);
    some = found.length > 0;
  }
  found.sort((a, b) => b.terms - a.terms || b.score - a.score || a.slot - b.slot);
  for (const page of found) page.part = page.parts.reduce((best, worth, part) => (worth > (page.parts[best] ?? 0) ? part : best), 0);
  const most = terms.some((term) => !term.complete);
  return { pages: found, most, some, instead: terms.flatMap((term) => found[0]?.guesses.get(term) ?? []) };
}

const sums = (gaps) => {
  let sum = 0;
  return gaps.map((gap) => (sum += gap));
};

/* ---- Results ---- */

/** Where a text has words of the query: `[from, to, term]`. */
function hits(text, query) {
  const found = [];
  for (const { 0: word, index: at } of text.matchAll(WORD)) {
    let known = query.known.get(word);
    if (known === undefined) query.known.set(word, (known = meant(word, query)));
    for (const [from, to, term] of known) found.push([at + from, at + to, term]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}

/** Where a word has words of the query: a text has most of its words many times. */
function meant(word, { terms, runs }) {
  const found = [];
  const folded = fold(word);
  if (SPACELESS.test(folded)) {
    for (const run of runs) {
      for (let from = folded.indexOf(run); from >= 0; from = folded.indexOf(run, from + run.length)) {
        found.push(folded.length === word.length ? [from, from + run.length, run] : [0, word.length, run]);
      }
    }
  }
  const parts = [folded, ...(folded === word ? [] : humps(word).map(fold))];
  const term = terms.find((term) => parts.some((part) => term.all.has(part)));
  if (term && !(SPACELESS.test(term.word) && runs.length && [...term.word].length > 1)) found.push([0, word.length, term.word]);
  return found;
}

const element = (name, properties, ...children) => {
  const one = Object.assign(document.createElement(name), properties);
  one.append(...children);
  return one;
};

/** The text with marks, from one place to another. */
function marked(text, found, from = 0, to = text.length) {
  const pieces = [];
  let at = from;
  for (const [start, end] of found) {
    if (start < at || end > to) continue;
    pieces.push(text.slice(at, start), element("mark", {}, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at, to)];
}

/** About two lines of a text, where it has most words of the query. */
function excerpt(text, found) {
  let best = 0;
  let start = 0;
  for (const [from] of found) {
    const terms = new Set(found.filter((hit) => hit[0] >= from && hit[1] < from + 130).map((hit) => hit[2])).size;
    if (terms > best) [best, start] = [terms, from];
  }
  let from = start < 60 ? 0 : start - 40;
  while (from > 0 && from < start && /\S/.test(text[from - 1])) from += 1;
  let to = Math.min(text.length, from + 180);
  while (to < text.length && to > start + 60 && /\S/.test(text[to])) to -= 1;
  return [from > 0 ? "… " : "", ...marked(text, found, from, to), to < text.length ? " …" : ""];
}

/** What a page gains by its title. */
const gain = (title, { text }) => {
  const folded = fold(title);
  return folded === text ? MOST_GAIN : folded.includes(text) ? 1.4 : 1;
};

/** A page of which no more than address and title are known. */
function titled([address, title], query) {
  const link = element("a", { href: address, className: "search-awaited" });
  link.append(element("b", {}, ...marked(title, hits(title, query))), element("i"), element("span"));
  return { gain: gain(title, query), link, item: element("li", {}, link) };
}

/** A page with its best sections, as they are shown; where none has any of the words, with its beginning. */
function shown([address, title, trail, sections], query, topic) {
  const url = rooted(address, "p/");
  const phrase = query.text;
  const titleHits = hits(title, query);
  const judged = sections.map(([heading, id, text, topics]) => {
    const [inHeading, inText] = [hits(heading, query), hits(text, query)];
    const terms = new Set([...inHeading, ...inText].map((hit) => hit[2])).size;
    const says = phrase && fold(heading + " " + text).includes(phrase) ? 3 : 0;
    const score = terms * 10 + inHeading.length * 4 + Math.min(inText.length, 4) + says + (topics.includes(topic) ? 20 : 0);
    return { heading, id, text, inHeading, inText, terms, score: terms && score };
  });
  const most = Math.max(...judged.map((section) => section.terms));
  const best = judged.filter((section) => section.terms && section.terms === most).sort((a, b) => b.score - a.score);
  const list = element("ul");
  let intro = null;
  const places = new Set();
  for (const section of best) {
    if (places.has(section.id) || places.size === 3) continue;
    places.add(section.id);
    if (!section.id) {
      intro = section;
      continue;
    }
    const link = element("a", { href: `${url}#${encodeURIComponent(section.id)}` }, element("b", {}, ...marked(section.heading, section.inHeading)));
    const words = section.inText.length || section.text ? excerpt(section.text, section.inText) : [];
    link.append(element("span", {}, ...words));
    list.append(element("li", {}, link));
  }
  const link = element("a", { href: url }, element("b", {}, ...marked(title, titleHits)));
  if (trail) link.append(element("i", {}, trail));
  if (!best.length) intro = judged.find((section) => section.text);
  if (intro) link.append(element("span", {}, ...excerpt(intro.text, intro.inText)));
  return { gain: gain(title, query), link, item: element("li", {}, link, ...(list.children.length ? [list] : [])) };
}

/** Shows a page to nobody, so that what the first result needs is compiled while nobody waits for it. */
function rehearse() {
  const query = { ...termsOf("rehearsal"), text: "rehearsal" };
  for (const term of query.terms) Object.assign(term, { all: new Set([term.word]), words: [[term.word, 1, [-1, 2], 1]] });
  gather(query.terms, null, true);
  titled(["/", "Rehearsal"], query);
  shown(["/", "Rehearsal", "", [["Heading", "id", "A rehearsal.", []]]], query, "");
}

/* ---- The dialog ---- */

const KEPT = "searches";
const recent = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT)) ?? [];
    return kept.filter((one) => typeof one === "string").slice(0, 5);
  } catch {
    return [];
  }
};
const keep = (searches) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(searches));
  } catch {
    // Storage may be forbidden: nothing is remembered, then.
  }
};

/** On the page for addresses that lead nowhere: the words of the address, which are likely what its reader looks for. */
function lost() {
  if (!document.querySelector("[data-lost]")) return "";
  const name = location.pathname.replace(/(index)?\.\w+$/, "").split("/").filter(Boolean).at(-1) ?? "";
  try {
    return decodeURIComponent(name).replace(/[-_+.]+/g, " ").trim();
  } catch {
    return "";
  }
}

let made;

/** Opens the search; `link`, to the search page, says where everything is, and `keys` are those that were typed meanwhile. */
export async function open(link, keys) {
  made ??= make(link);
  let opened;
  try {
    opened = await made;
  } catch {
    made = null;
    location.assign(link.href);
    return;
  }
  opened(keys.join(""));
}

async function make(link) {
  folder = new URL(link.dataset.search, document.baseURI).href;
  const style = element("link", { rel: "stylesheet", href: link.dataset.style });
  const styled = new Promise((done) => (style.onload = style.onerror = done));
  document.head.append(style);
  const answer = (address) => fetch(address).then((answer) => (answer.ok ? answer : Promise.reject(answer)));
  const [html, manifest] = await Promise.all([
    answer(`${folder}dialog.txt`).then((answer) => answer.text()),
    answer(`${folder}words.json`).then((answer) => answer.json()),
    styled,
  ]);
  index = manifest;
  tell(index.titles, "");
  const dialog = new DOMParser().parseFromString(html, "text/html").querySelector("dialog");
  // In a site that may be moved, addresses are relative to the folder of the search.
  dialog.querySelectorAll("a").forEach((link) => (link.href = new URL(link.getAttribute("href"), folder)));
  document.body.append(dialog);
  return begin(dialog);
}

function begin(dialog) {
  const [input, select, status, results] = ["input", "select", "[role=status]", ".search-results"].map((one) => dialog.querySelector(one));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const say = (word, values = {}) => fill(dialog.dataset[word] ?? "", values);
  const items = () => [...results.querySelectorAll("a, button")];
  const { lang } = document.documentElement;
  // What browsers know of a language takes them a frame to load: they are asked while nobody waits for an answer.
  let plural;
  let number;
  const learn = () => {
    if (plural) return;
    plural = new Intl.PluralRules(lang);
    number = new Intl.NumberFormat(lang);
    rehearse();
  };
  let asked = "";
  let running = 0;
  let working = Promise.resolve();
  let isScrolled = false;
  results.addEventListener("scroll", () => (isScrolled = true), { passive: true });

  function showRecent() {
    const searches = recent();
    status.textContent = "";
    results.style.minHeight = "";
    results.replaceChildren();
    if (!searches.length) return;
    const forget = element("button", { type: "button", onclick: () => (keep([]), showRecent(), input.focus()) }, say("forget"));
    const again = (words) => {
      const ask = () => {
        input.value = words;
        input.focus();
        update();
      };
      return element("li", {}, element("button", { type: "button", onclick: ask }, words));
    };
    results.append(element("div", { className: "search-recent" }, say("recent"), forget), element("ul", {}, ...searches.map(again)));
  }

  /** Shows the next pages of what was found, each as soon as none that is still to come can stand before it. */
  async function showMore(query, found, list, run) {
    const next = found.pages.splice(0, AT_ONCE);
    let waiting = next.filter((page) => !page.item);
    for (const page of waiting) if (titles.has(page.slot)) Object.assign(page, titled(titles.get(page.slot), query));
    const isBefore = (a, b) => b.terms - a.terms || b.score * (b.gain ?? MOST_GAIN) - a.score * (a.gain ?? 1) || next.indexOf(a) - next.indexOf(b);
    const settle = () => {
      for (;;) {
        const first = waiting.find((one) => one.item && waiting.every((other) => other === one || isBefore(one, other) < 0));
        if (!first) return;
        waiting = waiting.filter((page) => page !== first);
        list.append(first.item);
        place(list);
      }
    };
    settle();
    const come = async (page) => {
      const text = await read(`p/p-${page.slot}${page.part ? `-${page.part}` : ""}.json`, null);
      if (run !== running) return;
      const result = text && shown(text, query, select?.value);
      if (!page.item) {
        if (result) Object.assign(page, result);
        else waiting = waiting.filter((one) => one !== page);
      } else {
        // It is there by its title: the link stays the one that may have the focus.
        page.link.className = "";
        page.link.replaceChildren(...(result?.link.childNodes ?? [page.link.firstChild]));
        if (result) page.item.append(...[...result.item.children].slice(1));
      }
      settle();
    };
    // Without its text, a page that nothing has named has no place in the list.
    const named = [...list.children].flatMap((item) => next.find((page) => page.item === item) ?? []);
    await Promise.all([...named.slice(0, IN_SIGHT), ...next.filter((page) => !page.item)].map(come));
    if (run !== running) return;
    seen(next.filter((page) => page.link?.className), come);
    if (found.pages.length) {
      const more = element("button", { type: "button", className: "search-more" }, say("more"));
      more.onclick = async () => {
        const last = list.lastElementChild;
        more.remove();
        await showMore(query, found, list, run);
        last?.nextElementSibling?.querySelector("a").focus();
      };
      results.append(more);
    }
  }

  /** Calls `come` for each page when the place of its text comes in sight. */
  function seen(pages, come) {
    const sight = new IntersectionObserver((all) => {
      for (const { isIntersecting, target } of all) {
        if (!isIntersecting) continue;
        sight.unobserve(target);
        come(pages.find(({ link }) => link === target.parentNode)).catch(() => {});
      }
    }, { root: results });
    for (const { link } of pages) sight.observe(link.lastChild);
  }

  /** Puts a list in the place of what is shown, which keeps its height as long as the list grows. */
  function place(list) {
    if (list.isConnected) return;
    results.style.minHeight = `${results.offsetHeight}px`;
    results.replaceChildren(list);
    // To ask where it stands would have all of it laid out.
    if (isScrolled) results.scrollTop = 0;
    isScrolled = false;
  }

  /** A page that is called what was typed is the first, whatever else is found: it is shown as soon as any file names it. */
  function early(query, list, run) {
    const named = { page: null };
    told = (page, slot) => {
      if (named.page || run !== running || select?.value || fold(page[1]) !== query.text) return;
      named.page = { slot, ...titled(page, query) };
      list.append(named.page.item);
      place(list);
    };
    titles.forEach(told);
    return named;
  }

  async function update() {
    const words = input.value.trim();
    const run = (running += 1);
    asked = words;
    if (!words) return showRecent();
    try {
      const query = termsOf(input.value.trimStart());
      query.text = fold(words);
      const list = element("ul");
      const named = early(query, list, run);
      const found = await find(query, select?.value);
      if (run !== running) return;
      for (const term of query.terms) term.all = new Set(term.words.map(([word]) => word));
      query.known.clear();
      if (named.page) {
        const page = found.pages.find((page) => page.slot === named.page.slot);
        found.pages = [{ part: 0, ...page, ...named.page }, ...found.pages.filter((other) => other !== page)];
      }
      const count = found.pages.length;
      await showMore(query, found, list, run);
      if (run !== running) return;
      place(list);
      results.style.minHeight = "";
      learn();
      const form = `data-pages-${plural.select(count)}`;
      const pages = found.most && count > 1 ? dialog.dataset.most : (dialog.getAttribute(form) ?? dialog.dataset.pagesOther);
      const counted = fill(pages, { count: number.format(count) });
      const told = found.instead.length ? "instead" : found.some ? "some" : "";
      status.textContent = count && list.children.length ? [told && say(told, { query: words, words: found.instead.join(" ") }), counted].filter(Boolean).join(" ") : say("none", { query: words });
    } catch {
      if (run !== running) return;
      results.style.minHeight = "";
      results.replaceChildren();
      status.textContent = say("failed");
    }
  }

  const soon = () => (working = update());
  // In the live preview: the index is another one.
  addEventListener("docweave:built", async () => {
    files.clear();
    titles.clear();
    index = await fetch(`${folder}words.json`).then((answer) => (answer.ok ? answer.json() : index));
    tell(index.titles, "");
    if (!dialog.open || !asked) return;
    const { activeElement } = document;
    await soon();
    if (!activeElement.isConnected) input.focus();
  });
  input.addEventListener("input", soon);
  select?.addEventListener("change", soon);
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await working;
    results.querySelector("a")?.click();
  });
  dialog.querySelector(".search-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // The dialog itself is its ground; everything in it lies on other elements.
    if (event.target === dialog) dialog.close();
    if (!event.target.closest(".search-results a")) return;
    keep([asked, ...recent().filter((one) => one !== asked)].slice(0, 5));
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const all = items();
    const at = all.indexOf(target);
    if (key === "Escape" && !event.isComposing) {
      // Else the field would be emptied first.
      event.preventDefault();
      dialog.close();
    } else if ((key === "ArrowDown" || key === "ArrowUp") && target !== select) {
      event.preventDefault();
      const next = at + (key === "ArrowDown" ? 1 : -1);
      (next < 0 ? input : (all[next] ?? all[at]))?.focus();
    } else if (at >= 0 && (key === "Backspace" || (key.length === 1 && key !== " ")) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      // Who types on means the words above.
      input.focus();
    }
  });
  return (typed) => {
    if (!dialog.open) dialog.showModal();
    setTimeout(learn);
    const wanted = new URLSearchParams(location.search).get("q") ?? lost();
    if (typed) input.value = typed;
    else if (wanted && !asked) input.value = wanted;
    input.focus();
    // Who types on goes on behind what is typed.
    if (!typed) input.select();
    if (!input.value) showRecent();
    else if (typed || !asked) soon();
  };
}
