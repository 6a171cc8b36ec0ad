// Brings the live page from what the server said before to what it says now.
//
// The live page is neither: the theme's scripts and the reader have changed it since. So it is never compared with what the
// server says. What differs between `from` and `to`, both as the server wrote them, is done to `from` and to the live node
// that stands for it, and everything else stays as it is. At the end `from` equals `to`.

/** The live node that stands for a node of the server's. */
const nodes = new WeakMap();

/** More comparisons than this for one list of children cost more than to make them anew. */
const MOST = 100_000;

const ELEMENT = 1;
const isElement = (node) => node.nodeType === ELEMENT;

/** Finds out which live node stands for which of `from`, as far as scripts left them where they were. */
export function pair(from, node) {
  nodes.set(from, node);
  const [left, right] = [[...from.childNodes], [...node.childNodes]];
  for (const [at, to] of align(left, right, standsFor)) pair(left[at], right[to]);
}

export const liveOf = (from) => nodes.get(from);

/** Does to `from` and to the live page what makes `from` equal `to`; gives the live nodes that are new or changed. */
export function morph(from, to, ready = new Map()) {
  const touched = [];
  change(from, to);
  return touched;

  function change(from, to) {
    const node = nodes.get(from);
    if (!isElement(from)) {
      from.data = node.data = to.data;
      touched.push(node.parentElement);
      return;
    }
    changeAttributes(from, to, node);
    if (![...from.childNodes].every((child, at) => child.isEqualNode(to.childNodes[at])) || from.childNodes.length !== to.childNodes.length) {
      changeChildren(from, to, node);
    }
  }

  function changeAttributes(from, to, node) {
    for (const name of new Set([...from.getAttributeNames(), ...to.getAttributeNames()])) {
      const [before, now] = [from.getAttribute(name), to.getAttribute(name)];
      if (before === now) continue;
      if (name === "class" && node.getAttribute(name) !== before) {
        // Scripts have names of their own there.
        const [gone, come] = [new Set(from.classList), new Set(to.classList)];
        node.classList.remove(...[...gone].filter((one) => !come.has(one)));
        node.classList.add(...[...come].filter((one) => !gone.has(one)));
      } else if (now === null) {
        node.removeAttribute(name);
      } else {
        node.setAttribute(name, now);
      }
      if (now === null) from.removeAttribute(name);
      else from.setAttribute(name, now);
      touched.push(node);
    }
  }

  function changeChildren(from, to, node) {
    const [old, now] = [[...from.childNodes], [...to.childNodes]];
    const partners = partnersOf(old, now);
    const kept = new Set(partners.values());
    const isSame = (child) => partners.get(child)?.isEqualNode(child);
    const concerned = [...old.filter((child) => !kept.has(child)), ...now.filter((child) => partners.has(child) && !isSame(child)).map((child) => partners.get(child))];
    // A script took it elsewhere: what it made of these children is made anew.
    if (!concerned.every((child) => nodes.get(child)?.parentNode === node)) return replace(from, now, node);
    for (const child of old.filter((child) => !kept.has(child))) {
      const live = nodes.get(child);
      touched.push(isElement(live) ? (live.previousElementSibling ?? node) : node);
      live.remove();
      child.remove();
    }
    let last = null;
    let next = from.firstChild;
    for (const child of now) {
      const partner = partners.get(child);
      if (partner) {
        if (!partner.isEqualNode(child)) change(partner, child);
        last = nodes.get(partner) ?? last;
        next = partner.nextSibling;
        continue;
      }
      const own = from.insertBefore(from.ownerDocument.importNode(child, true), next);
      if (ready.has(child)) {
        nodes.set(own, ready.get(child));
      } else {
        const live = enter(own);
        const following = next && nodes.get(next);
        if (last?.parentNode === node) last.after(live);
        else if (following?.parentNode === node) following.before(live);
        else node.append(live);
        touched.push(isElement(live) ? live : node);
      }
      last = nodes.get(own);
    }
  }

  function replace(from, now, node) {
    from.replaceChildren(...now.map((child) => from.ownerDocument.importNode(child, true)));
    node.replaceChildren(...[...from.childNodes].map(enter));
    touched.push(node);
  }
}

/** Which of the old children each new one goes on from: those that are equal, and between them those that are alike. */
function partnersOf(old, now) {
  const partners = new Map();
  let [i, j] = [0, 0];
  for (const [a, b] of [...align(old, now, (a, b) => a.isEqualNode(b)), [old.length, now.length]]) {
    const [gone, come] = [old.slice(i, a), now.slice(j, b)];
    for (const [x, y] of align(gone, come, isAlike)) partners.set(come[y], gone[x]);
    if (b < now.length) partners.set(now[b], old[a]);
    [i, j] = [a + 1, b + 1];
  }
  return partners;
}

/** The longest common subsequence of two lists, as pairs of indices (Wagner and Fischer, 1974), the same ends left aside. */
function align(left, right, isSame) {
  const pairs = [];
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isSame(left[start], right[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isSame(left.at(-1 - end), right.at(-1 - end))) end += 1;
  const [rows, columns] = [left.length - start - end, right.length - start - end];
  for (let at = 0; at < start; at += 1) pairs.push([at, at]);
  if (rows > 0 && columns > 0 && rows * columns <= MOST) {
    const same = (row, column) => isSame(left[start + row], right[start + column]);
    const width = columns + 1;
    const lengths = new Uint32Array((rows + 1) * width);
    const equal = new Uint8Array((rows + 1) * width);
    for (let row = rows - 1; row >= 0; row -= 1) {
      for (let column = columns - 1; column >= 0; column -= 1) {
        const at = row * width + column;
        equal[at] = same(row, column);
        lengths[at] = equal[at] ? lengths[at + width + 1] + 1 : Math.max(lengths[at + width], lengths[at + 1]);
      }
    }
    for (let row = 0, column = 0; row < rows && column < columns; ) {
      const at = row * width + column;
      if (equal[at]) pairs.push([start + row++, start + column++]);
      else if (lengths[at + width] >= lengths[at + 1]) row += 1;
      else column += 1;
    }
  }
  for (let at = end; at > 0; at -= 1) pairs.push([left.length - at, right.length - at]);
  return pairs;
}

/** Whether a live node can be what scripts left of one of the server's. */
function standsFor(from, node) {
  if (from.nodeName !== node.nodeName) return false;
  if (!isElement(from)) return from.data === node.data;
  return (!from.id || from.id === node.id) && [...from.classList].every((one) => node.classList.contains(one));
}

/** Whether one may become the other, with what scripts and the reader have made of it. */
function isAlike(from, to) {
  if (from.nodeName !== to.nodeName) return false;
  if (!isElement(from)) return true;
  if (from.matches("script, link[rel~=stylesheet]")) return false;
  return ["id", "class", "type", "rel"].every((name) => from.getAttribute(name) === to.getAttribute(name));
}

/** A live copy of a node of the server's, and of what is in it. */
function enter(from) {
  const node = from.nodeName === "SCRIPT" ? runnable(from) : document.importNode(from, true);
  know(from, node);
  return node;
}

function know(from, node) {
  nodes.set(from, node);
  from.childNodes.forEach((child, at) => node.childNodes[at] && know(child, node.childNodes[at]));
}

/** Scripts of a parsed text never run; one that is made does. */
function runnable(from) {
  const script = document.createElement("script");
  for (const { name, value } of from.attributes) script.setAttribute(name, value);
  script.append(from.textContent);
  return script;
}
