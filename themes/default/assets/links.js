// Pages that are fetched before their links are followed, and previews of what a link leads to. Loaded when a reader stirs.
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
