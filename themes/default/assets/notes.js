// Shows a footnote, the explanation of a line of code, or the long form of an abbreviation where its mark is: pointed at,
// reached by the keyboard, or touched. Without this file a mark is a link to its note.
(() => {
  const pop = document.createElement("div");
  if (!pop.showPopover) return;
  pop.className = "note-pop";
  pop.id = "note:shown";
  pop.role = "note";
  // It closes on Escape, and when something else is touched.
  pop.popover = "auto";
  document.body.append(pop);
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
