// What the page can do without; it reads and navigates with this file missing.
// The head loads it with `async blocking="render"`: the first part runs before the first paint, so that a remembered
// theme never flashes; the rest waits for the document.
(() => {
  const root = document.documentElement;
  const wanted = document.currentScript.dataset;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const remember = (theme) => {
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      // Storage may be forbidden: the choice then lasts until the page is left.
    }
  };
  const apply = (theme) => {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  try {
    apply(localStorage.getItem("theme"));
  } catch {
    // As above.
  }

  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  function themeToggle() {
    const place = document.querySelector(".tools");
    if (!place) return;
    const button = element("button", { type: "button", className: "theme" });
    button.setAttribute("aria-label", "Dark theme");
    const show = () => {
      button.setAttribute("aria-pressed", isDark());
      for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
        meta.content = getComputedStyle(document.body).backgroundColor;
      }
    };
    button.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      // A choice that equals the system's is not kept: the page follows the system again.
      const kept = (wanted === "dark") === system.matches ? "" : wanted;
      apply(kept);
      remember(kept);
      show();
    });
    system.addEventListener("change", show);
    addEventListener("storage", (event) => {
      if (event.key !== "theme") return;
      apply(event.newValue);
      show();
    });
    place.append(button);
    show();
  }

  // What somebody wants of a block: hidden lines too, but no prompts, nothing that a console said, no lines that are gone.
  function codeOf(block) {
    const code = block.querySelector("pre").cloneNode(true);
    for (const other of code.querySelectorAll(".prompt, .line.out, .line.del, .note-mark")) other.remove();
    return code.textContent.replace(/\n$/, "");
  }

  function copyButtons() {
    if (!navigator.clipboard) return;
    const blocks = document.querySelectorAll(".code:not(.no-copy)");
    if (!blocks.length) return;
    const status = element("p", { className: "unseen", role: "status" });
    document.querySelector("main").append(status);
    for (const block of blocks) {
      const button = element("button", { type: "button", className: "copy", textContent: "Copy" });
      button.setAttribute("aria-label", "Copy code");
      button.addEventListener("click", async () => {
        let done = "Copied";
        try {
          await navigator.clipboard.writeText(codeOf(block));
        } catch {
          done = "Not copied";
        }
        button.textContent = status.textContent = done;
        setTimeout(() => {
          button.textContent = "Copy";
          status.textContent = "";
        }, 2000);
      });
      block.append(button);
    }
  }

  // Marks the heading that is being read in the table of contents, and names it in the phone's bar.
  function contentsFollow() {
    const toc = document.querySelector(".toc");
    if (!toc) return;
    const details = toc.querySelector("details");
    const label = toc.querySelector("summary");
    const entries = [];
    for (const link of toc.querySelectorAll("a")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) entries.push({ link, heading });
    }
    let now = null;
    const follow = () => {
      const line = innerHeight * 0.25;
      let entry = null;
      for (const candidate of entries) {
        if (candidate.heading.getBoundingClientRect().top > line) break;
        entry = candidate;
      }
      const atEnd = scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2;
      const last = entries[entries.length - 1];
      if (atEnd && last && last.heading.getBoundingClientRect().bottom > 0) entry = last;
      // At the top of a page the date stands where a phone shows the heading.
      const name = entry && scrollY > 40 ? entry.link.textContent : "";
      if (label.dataset.now !== name) label.dataset.now = name;
      if (entry === now) return;
      if (now) now.link.removeAttribute("aria-current");
      now = entry;
      if (!entry) {
        toc.style.setProperty("--marker", "0");
        return;
      }
      entry.link.setAttribute("aria-current", "location");
      toc.style.setProperty("--marker", "1");
      toc.style.setProperty("--from", `${entry.link.offsetTop}px`);
      toc.style.setProperty("--long", `${entry.link.offsetHeight}px`);
      const edge = entry.link.offsetTop - toc.scrollTop;
      if (edge < 0 || edge > toc.clientHeight - 60) toc.scrollTop = entry.link.offsetTop - toc.clientHeight / 2;
    };
    let waiting = false;
    const soon = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        follow();
      });
    };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    soon();

    details.addEventListener("click", (event) => {
      if (event.target.closest("a")) details.open = false;
    });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      label.focus();
    });
    addEventListener("click", (event) => {
      if (!toc.contains(event.target)) details.open = false;
    });
  }

  // A long sidebar opens at the page that is being read.
  function sidebarKeepsPlace() {
    const sidebar = document.querySelector(".sidebar");
    const current = sidebar && sidebar.querySelector(".pages [aria-current]");
    if (!current) return;
    const show = () => {
      const top = current.getBoundingClientRect().top - sidebar.getBoundingClientRect().top;
      if (top < 0 || top > sidebar.clientHeight - 48) sidebar.scrollTop += top - sidebar.clientHeight / 3;
    };
    show();
    sidebar.addEventListener("toggle", show);
  }

  // Links to the search page open the search itself, which is fetched when somebody is about to ask for it.
  function searchOpens() {
    const link = document.querySelector("[data-search]");
    if (!link) return;
    const fetched = () => import(link.dataset.script);
    const open = (event) => {
      event?.preventDefault();
      fetched().then(
        (search) => search.open(link),
        () => location.assign(link.href),
      );
    };
    for (const one of document.querySelectorAll(`a[href="${link.getAttribute("href")}"]`)) {
      one.addEventListener("pointerenter", () => fetched().catch(() => {}), { once: true });
      one.addEventListener("click", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) open(event);
      });
    }
    addEventListener("keydown", (event) => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      if (altKey) return;
      const held = ctrlKey || metaKey;
      const writes = target.closest?.("input, textarea, select, [contenteditable]");
      if (held ? key.toLowerCase() === "k" : key === "/" && !writes) open(event);
    });
    if (link.pathname === location.pathname && /[?&]q=/.test(location.search)) open();
  }

  // Fetches pages whose links are about to be followed, and says what is there.
  const fetched = new Map();
  const on = (names, act) => names.split(" ").forEach((name) => addEventListener(name, act, { passive: true }));

  // Other pages of this site alone.
  function pageOf(link) {
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
      const page = link && pageOf(link);
      if (page) soon = setTimeout(act, delay, link, page);
    };
  }

  function prefetches() {
    if (!("prefetch" in wanted)) return;
    const intend = later((_, href) => {
      if (fetched.has(href)) return;
      fetched.set(href, null);
      document.head.append(element("link", { rel: "prefetch", href }));
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
    if (!("previews" in wanted && matchMedia("(hover: hover)").matches)) return;
    const box = element("div", { id: "preview", popover: "manual", role: "tooltip" });
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
      box.replaceChildren(...found.map((textContent, at) => element(at ? "span" : "b", { textContent })));
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

  function ready() {
    searchOpens();
    themeToggle();
    copyButtons();
    contentsFollow();
    sidebarKeepsPlace();
    prefetches();
    previews();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
