// Fetches pages whose links are about to be followed, and says what is there.
(() => {
  const wanted = document.currentScript.dataset;
  const fetched = new Map();
  const root = document.documentElement;
  const connection = navigator.connection || {};
  const on = (names, act) => names.split(" ").forEach((name) => addEventListener(name, act, { passive: true }));

  // Other pages of this site alone.
  function pageOf(link) {
    const { origin, pathname, search } = link;
    const isHere = pathname + search === location.pathname + location.search;
    const isFile = /\.(?!html$)\w+$/.test(pathname);
    if (origin !== location.origin || isHere || isFile || link.target || link.download) return "";
    return connection.saveData ? "" : pathname + search;
  }

  function later(act) {
    let soon;
    return (event, delay) => {
      clearTimeout(soon);
      const link = event && event.target.closest && event.target.closest("a[href]");
      const page = link && pageOf(link);
      if (page) soon = setTimeout(act, delay, link, page);
    };
  }

  if ("prefetch" in wanted) {
    const intend = later((_, href) => {
      if (fetched.has(href)) return;
      fetched.set(href, null);
      document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href }));
    });
    on("pointerover touchstart focusin", (event) => intend(event, event.type === "touchstart" ? 0 : 65));
  }

  async function summary(link, page) {
    const text = fetched.get(page) || fetch(page).then((answer) => (answer.ok ? answer.text() : ""));
    fetched.set(page, text);
    const other = new DOMParser().parseFromString(await text, "text/html");
    const heading = link.hash && other.getElementById(decodeURIComponent(link.hash.slice(1)));
    const title = heading && heading.matches("h2, h3, h4, h5, h6") ? heading : other.querySelector("main h1");
    const about = title === heading && title.nextElementSibling;
    const description = other.querySelector("meta[name=description]");
    const told = about && about.matches("p") ? about.textContent : description && description.content;
    return told && [title.textContent.replace(/#$/, "").trim(), told.replace(/^([^]{200,240})\s[^]*/, "$1…")];
  }

  if ("previews" in wanted && matchMedia("(hover: hover)").matches) {
    const box = Object.assign(document.createElement("div"), { id: "preview", popover: "manual" });
    box.setAttribute("role", "tooltip");
    let now;

    function hide() {
      if (now) now.removeAttribute("aria-describedby");
      now = null;
      box.remove();
    }

    const intend = later(async (link, page) => {
      now = link;
      const found = await summary(link, page).catch(() => "");
      if (!found || now !== link) return;
      box.replaceChildren(...found.map((textContent, at) => Object.assign(document.createElement(at ? "span" : "b"), { textContent })));
      document.body.append(box);
      box.showPopover();
      link.setAttribute("aria-describedby", "preview");
      const at = link.getClientRects()[0];
      const { offsetWidth: width, offsetHeight: height } = box;
      box.style.left = `${Math.max(8, Math.min(at.left, root.clientWidth - width - 8))}px`;
      box.style.top = `${at.bottom + height + 8 < root.clientHeight ? at.bottom : at.top - height}px`;
    });

    on("pointerover focusin", (event) => {
      const link = event.target.closest && event.target.closest("a");
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
})();
