// What the page can do without. The first part runs before the first paint (`blocking="render"`), so that a remembered
// theme never flashes; the rest waits for the document. What it says is written on the element that loads it.
(() => {
  const root = document.documentElement;
  const says = document.currentScript.dataset;
  const find = (selector) => document.querySelector(selector);
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  // Storage may be forbidden: a choice then lasts until the page is left.
  const storage = (use) => {
    try {
      return use();
    } catch {}
  };

  const apply = (theme) => {
    if (/^(dark|light)$/.test(theme)) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(storage(() => localStorage.getItem("theme")));

  // The system's own list of choices, behind a sign.
  function themeChoice() {
    const place = find(".tools");
    if (!place) return;
    const select = make("select", { ariaLabel: says.theme });
    for (const name of ["", "light", "dark"]) select.append(new Option(says[name || "system"], name));
    const show = () => {
      select.value = root.dataset.theme ?? "";
      for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
        meta.content = getComputedStyle(document.body).backgroundColor;
      }
    };
    select.onchange = () => {
      const { value } = select;
      apply(value);
      storage(() => (value ? localStorage.setItem("theme", value) : localStorage.removeItem("theme")));
      show();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    addEventListener("storage", ({ key, newValue }) => {
      if (key !== "theme") return;
      apply(newValue);
      show();
    });
    const sign = make("span", { className: "theme" });
    sign.append(select);
    place.append(sign);
    show();
  }

  // What somebody wants of a block: hidden lines too, but no prompts, nothing that a console said, no lines that are gone.
  function codeOf(block) {
    const code = block.querySelector("pre").cloneNode(true);
    for (const other of code.querySelectorAll(".prompt, .line.out, .line.del, .note-mark")) other.remove();
    return code.textContent.replace(/\n$/, "");
  }

  function copyButtons() {
    const blocks = document.querySelectorAll(".code:not(.no-copy, :has(.copy))");
    if (!navigator.clipboard || !blocks.length) return;
    const status = make("p", { className: "unseen", role: "status" });
    find("main").append(status);
    for (const block of blocks) {
      const button = make("button", { type: "button", className: "copy", textContent: says.copy, ariaLabel: says.copyCode });
      button.onclick = async () => {
        let done = says.copied;
        try {
          await navigator.clipboard.writeText(codeOf(block));
        } catch {
          done = says.notCopied;
        }
        button.textContent = status.textContent = done;
        setTimeout(() => {
          button.textContent = says.copy;
          status.textContent = "";
        }, 2000);
      };
      block.append(button);
    }
  }

  // Marks the heading that is being read in the table of contents, and names it in the phone's bar.
  function contentsFollow() {
    const label = find(".toc summary:not([data-now])");
    if (!label) return;
    const details = label.parentElement;
    const toc = label.closest(".toc");
    const marker = (name, value) => toc.style.setProperty(`--${name}`, value);
    let now;
    const follow = () => {
      const place = ({ hash }) => document.getElementById(decodeURIComponent(hash.slice(1)))?.getBoundingClientRect();
      const links = [...toc.querySelectorAll("a")];
      let link = links.findLast((one) => place(one)?.top <= innerHeight * 0.25);
      const last = links.at(-1);
      const atEnd = scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2;
      if (atEnd && last && place(last)?.bottom > 0) link = last;
      // At the top of a page the date stands where a phone shows the heading.
      const name = link && scrollY > 40 ? link.textContent : "";
      if (label.dataset.now !== name) label.dataset.now = name;
      if (link === now) return;
      now?.removeAttribute("aria-current");
      now = link;
      marker("marker", link ? 1 : 0);
      if (!link) return;
      link.setAttribute("aria-current", "location");
      marker("from", `${link.offsetTop}px`);
      marker("long", `${link.offsetHeight}px`);
      const edge = link.offsetTop - toc.scrollTop;
      if (edge < 0 || edge > toc.clientHeight - 60) toc.scrollTop = link.offsetTop - toc.clientHeight / 2;
    };
    let frame;
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(follow);
    };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    soon();

    // In its column the list is always open, on a phone until something is chosen.
    const column = matchMedia("(min-width: 1181px)");
    const fold = () => (details.open = column.matches);
    column.addEventListener("change", fold);
    fold();
    details.addEventListener("click", ({ target }) => {
      if (target.closest("a")) fold();
    });
    addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !details.open || column.matches) return;
      fold();
      label.focus();
    });
    addEventListener("click", ({ target }) => {
      if (!toc.contains(target)) fold();
    });
  }

  // A long sidebar stays where it was on the page before, and shows the page that is being read.
  function sidebarKeepsPlace() {
    const sidebar = find(".sidebar");
    if (!sidebar) return;
    const show = () => {
      const current = sidebar.querySelector(".pages [aria-current]");
      if (!current) return;
      const top = current.getBoundingClientRect().top - sidebar.getBoundingClientRect().top;
      if (top < 0 || top > sidebar.clientHeight - 48) sidebar.scrollTop += top - sidebar.clientHeight / 3;
    };
    sidebar.scrollTop = storage(() => sessionStorage.getItem("sidebar")) ?? 0;
    show();
    sidebar.addEventListener("toggle", show);
    addEventListener("pagehide", () => storage(() => sessionStorage.setItem("sidebar", sidebar.scrollTop)));
  }

  // Links to the search page open the search itself, which is fetched only then.
  function searchOpens() {
    const link = find("[data-search]");
    if (!link) return;
    const fetched = () => import(new URL(link.dataset.script, location));
    // What is typed until the search stands.
    let keys;
    const open = (event) => {
      event?.preventDefault();
      keys ||= [];
      fetched().then((search) => search.open(link, keys)).then(() => (keys = 0), () => location.assign(link.href));
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
      if (held ? /^k$/i.test(key) : key === "/" && !writes && !keys) open(event);
      else if (keys && !held && !key[1]) {
        event.preventDefault();
        keys.push(key);
      }
    });
    if (link.pathname === location.pathname && /[?&]q=/.test(location.search)) open();
  }

  // What the page does without until its reader stirs: a script, its digest, and a style sheet.
  let brought;
  function bring(event) {
    if (brought || !says.later || event?.target.closest?.("dialog")) return;
    brought = true;
    const [src, integrity, href] = says.later.split(" ");
    if (href) document.head.append(make("link", { rel: "stylesheet", href }));
    document.head.append(make("script", { src, integrity }));
  }

  function ready() {
    searchOpens();
    themeChoice();
    sidebarKeepsPlace();
    copyButtons();
    contentsFollow();
    for (const name of ["pointermove", "touchstart", "focusin", "scroll"]) addEventListener(name, bring, { passive: true });
  }
  addEventListener("docweave:patched", () => {
    copyButtons();
    contentsFollow();
    bring();
  });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
})();
