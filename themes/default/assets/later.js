// What a page does without until its reader stirs. The script of every page fetches it then, and later.css beside it.

// Pages that are fetched before their links are followed, and previews of what a link leads to.
(() => {
  const root = document.documentElement;
  const says = document.querySelector("script[data-later]").dataset;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  const fetched = new Map();
  const on = (names, act) => names.split(" ").forEach((name) => addEventListener(name, act, { passive: true }));

  function otherPage(link) {
    const { origin, pathname, search } = link;
    const isHere = pathname + search === location.pathname + location.search;
    const isFile = /\.(?!html$)\w+$/.test(pathname);
    if (origin !== location.origin || isHere || isFile || link.target || link.download) return "";
    return navigator.connection?.saveData ? "" : pathname + search;
  }

  function later(act) {
    let soon;
    return (event, delay) => {
      clearTimeout(soon);
      const link = event && event.target.closest?.("a[href]");
      const page = link && otherPage(link);
      if (page) soon = setTimeout(act, delay, link, page);
    };
  }

  function prefetches() {
    if (!("prefetch" in says)) return;
    const intend = later((_, href) => {
      if (fetched.has(href)) return;
      fetched.set(href, null);
      document.head.append(make("link", { rel: "prefetch", href }));
    });
    on("pointerover touchstart focusin", (event) => intend(event, event.type === "touchstart" ? 0 : 65));
  }

  async function summary(link, page) {
    const text = fetched.get(page) || fetch(page).then((answer) => (answer.ok ? answer.text() : ""));
    fetched.set(page, text);
    const other = new DOMParser().parseFromString(await text, "text/html");
    const heading = link.hash && other.getElementById(decodeURIComponent(link.hash.slice(1)));
    const title = heading?.matches?.("h2, h3, h4, h5, h6") ? heading : other.querySelector("main h1");
    const about = title === heading && title.nextElementSibling;
    const description = other.querySelector("meta[name=description]");
    const told = about && about.matches("p") ? about.textContent : description && description.content;
    return told && [title.textContent.replace(/#$/, "").trim(), told.replace(/^([^]{200,240})\s[^]*/, "$1…")];
  }

  function previews() {
    if (!("previews" in says && matchMedia("(hover: hover)").matches)) return;
    const box = make("div", { id: "preview", popover: "manual", role: "tooltip" });
    let now;

    function hide() {
      now?.removeAttribute("aria-describedby");
      now = null;
      box.remove();
    }

    const intend = later(async (link, page) => {
      now = link;
      const found = await summary(link, page).catch(() => "");
      if (!found || now !== link) return;
      box.replaceChildren(...found.map((textContent, at) => make(at ? "span" : "b", { textContent })));
      document.body.append(box);
      box.showPopover();
      link.setAttribute("aria-describedby", "preview");
      const at = link.getClientRects()[0];
      const { offsetWidth: width, offsetHeight: height } = box;
      box.style.left = `${Math.max(8, Math.min(at.left, root.clientWidth - width - 8))}px`;
      box.style.top = `${at.bottom + height + 8 < root.clientHeight ? at.bottom : at.top - height}px`;
    });

    on("pointerover focusin", (event) => {
      const link = event.target.closest?.("a");
      if ((link && link === now) || box.contains(event.target)) return;
      hide();
      // Terms show what they mean by themselves.
      const isText = link && link.matches(".prose a:not(.term, .anchor)");
      const isMeant = event.type === "pointerover" ? event.pointerType === "mouse" : link && link.matches(":focus-visible");
      intend(isText && isMeant && event, 350);
    });
    on("focusout pointerdown scroll keydown", (event) => {
      if (event.key && event.key !== "Escape") return;
      intend();
      hide();
    });
  }

  prefetches();
  previews();
  // What the reader has turned to already.
  for (const one of document.querySelectorAll("a:hover, a:focus-visible")) {
    const type = one.matches(":hover") ? "pointerover" : "focusin";
    one.dispatchEvent(type === "focusin" ? new FocusEvent(type, { bubbles: true }) : new PointerEvent(type, { bubbles: true, pointerType: "mouse" }));
  }
})();

// Shows a footnote, the explanation of a line of code, or the long form of an abbreviation where its mark is: pointed at,
// reached by the keyboard, or touched. Without this a mark is a link to its note.
(() => {
  const pop = document.createElement("div");
  if (!pop.showPopover) return;
  pop.className = "note-pop";
  pop.id = "note:shown";
  pop.role = "note";
  // It closes on Escape, and when something else is touched.
  pop.popover = "auto";
  let shown = null;
  let timer;
  const marks = 'a[role="doc-noteref"], abbr[data-long]';

  function fill(mark) {
    if (mark.dataset.long) return pop.replaceChildren(mark.dataset.long);
    const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
    if (!note) return pop.replaceChildren();
    const copy = note.cloneNode(true);
    for (const one of copy.querySelectorAll(".footnote-back, .copy")) one.remove();
    for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
    pop.replaceChildren(...copy.childNodes);
  }

  function show(mark) {
    clearTimeout(timer);
    if (shown === mark) return;
    hide();
    fill(mark);
    if (!pop.textContent.trim()) return;
    pop.dir = getComputedStyle(mark).direction;
    if (!pop.isConnected) document.body.append(pop);
    pop.showPopover({ source: mark });
    shown = mark;
    mark.setAttribute("aria-describedby", pop.id);
    // Below the mark, or above it where there is no room; never beyond the sides.
    const at = mark.getBoundingClientRect();
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const { offsetWidth: wide, offsetHeight: high } = pop;
    const left = Math.max(8, Math.min(at.left + at.width / 2 - wide / 2, width - wide - 8));
    const fits = at.bottom + 6 + high < height || at.top - 6 - high < 0;
    pop.style.left = `${left + scrollX}px`;
    pop.style.top = `${(fits ? at.bottom + 6 : at.top - 6 - high) + scrollY}px`;
  }

  function hide() {
    clearTimeout(timer);
    if (shown) pop.hidePopover();
  }
  const soon = (what, time) => {
    clearTimeout(timer);
    timer = setTimeout(what, time);
  };

  pop.addEventListener("toggle", (event) => {
    if (event.newState === "open") return;
    shown?.removeAttribute("aria-describedby");
    shown = null;
  });
  pop.onpointerenter = () => clearTimeout(timer);
  pop.onpointerleave = ({ pointerType }) => pointerType === "mouse" && soon(hide, 200);
  pop.addEventListener("focusout", ({ relatedTarget: to }) => pop.contains(to) || to === shown || hide());

  // What the mouse would show as a title is shown as a note; the first of each is reached by the keyboard.
  const seen = new Set();
  function ready() {
    for (const short of document.querySelectorAll(".prose abbr[title]")) {
      short.dataset.long = short.title;
      short.removeAttribute("title");
      if (!seen.has(short.textContent)) short.tabIndex = 0;
      seen.add(short.textContent);
    }
    for (const mark of document.querySelectorAll(marks)) {
      mark.onpointerenter = ({ pointerType }) => pointerType === "mouse" && soon(() => show(mark), 100);
      mark.onpointerleave = ({ pointerType }) => pointerType === "mouse" && soon(hide, 200);
      mark.onfocus = () => mark.matches(":focus-visible") && show(mark);
      mark.onblur = ({ relatedTarget: to }) => pop.contains(to) || shown !== mark || hide();
      mark.onclick = (event) => {
        // A finger cannot point: the first touch shows the note. A click of the mouse or of a key goes there.
        if (event.pointerType !== "touch") return;
        event.preventDefault();
        show(mark);
      };
    }
  }
  ready();
  addEventListener("docweave:patched", ready);
  // Pointed at before this file came.
  const mark = document.querySelector(`:is(${marks}):is(:hover, :focus-visible)`);
  if (mark && !location.hash) show(mark);
})();

// Shows an image that is larger than the text's column in full: a click or Enter on it, Escape or a click to leave.
// Without this it is an image.
(() => {
  const says = document.querySelector("script[data-later]").dataset;
  // Widths in files, from the attributes: what a browser calls natural is that of the variant it chose.
  const ownWidth = (image) => Number(image.dataset.ownWidth || image.getAttribute("width"));
  const isSmaller = (image) => image.clientWidth > 0 && ownWidth(image) > image.clientWidth * 1.1;

  let dialog = null;
  function makeDialog() {
    dialog = document.createElement("dialog");
    dialog.className = "zoom";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "\u00d7";
    close.setAttribute("aria-label", says.close);
    dialog.append(document.createElement("img"), close);
    // The dialog itself gives the focus back to where it was.
    dialog.addEventListener("click", () => dialog.close());
    document.body.append(dialog);
  }

  function open(image) {
    if (!dialog) makeDialog();
    const large = dialog.querySelector("img");
    large.src = image.src;
    large.alt = image.alt;
    dialog.setAttribute("aria-label", image.alt || says.image);
    dialog.showModal();
  }

  function mark(image) {
    const zoomable = isSmaller(image);
    if (zoomable === image.classList.contains("zoomable")) return;
    image.classList.toggle("zoomable", zoomable);
    if (zoomable) {
      image.tabIndex = 0;
      image.setAttribute("role", "button");
      image.setAttribute("aria-haspopup", "dialog");
    } else {
      for (const name of ["tabindex", "role", "aria-haspopup"]) image.removeAttribute(name);
    }
  }

  if (!window.ResizeObserver || !window.HTMLDialogElement) return;
  const observer = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  function ready() {
    for (const image of document.querySelectorAll(".prose img[width]")) {
      // An image in a link leads somewhere already, and one without words has nothing to show.
      if (image.closest("a, button, summary") || !image.alt) continue;
      observer.observe(image);
      image.onclick = () => image.classList.contains("zoomable") && open(image);
      image.onkeydown = (event) => {
        if (!image.classList.contains("zoomable") || !["Enter", " "].includes(event.key)) return;
        event.preventDefault();
        open(image);
      };
    }
  }
  addEventListener("docweave:patched", ready);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
