// Makes tab lists of tabs that stand one under another (WAI-ARIA Authoring Practices, "Tabs"). Loaded before the first
// paint on pages that have some; each is drawn as soon as the parser has read it to its end.
(() => {
  const all = [];
  const read = (group) => {
    try {
      return localStorage.getItem(`tabs:${group}`);
    } catch {
      // Storage may be forbidden: a choice then holds for this page.
    }
  };

  function select(set, at, focus) {
    set.at = at;
    set.tabs.forEach((tab, index) => {
      const chosen = index === at;
      tab.ariaSelected = chosen;
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) set.panels[index].removeAttribute("hidden");
      // Found by the browser's search and by links to what stands in it.
      else set.panels[index].setAttribute("hidden", "until-found");
    });
    const { list, tabs: { [at]: tab } } = set;
    if (focus) tab.focus({ preventScroll: true });
    // Only the list is scrolled, never the page.
    const [outer, inner] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
    list.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
  }

  // A reader's choice: other tabs of the group follow, what was touched stays where it is, and it is remembered.
  function choose(set, at, focus) {
    const { top } = set.list.getBoundingClientRect();
    const name = set.names[at];
    select(set, at, focus);
    if (set.group) {
      for (const other of all) {
        if (other !== set && other.group === set.group && other.names.includes(name)) select(other, other.names.indexOf(name));
      }
      try {
        localStorage.setItem(`tabs:${set.group}`, name);
      } catch {
        // As above.
      }
    }
    history.replaceState({ ...history.state, tabs: all.map((one) => one.at) }, "");
    scrollBy({ top: set.list.getBoundingClientRect().top - top, behavior: "instant" });
  }

  function press(set, event) {
    const { at, tabs: { length } } = set;
    const step = getComputedStyle(set.list).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + step + length, ArrowLeft: at - step + length, Home: 0, End: length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(set, to % length, true);
  }

  function draw(root) {
    const panels = [...root.children].filter((one) => one.matches(".tab"));
    if (!panels.length || root.matches(".ready")) return;
    const list = document.createElement("div");
    list.className = "tab-list";
    list.role = "tablist";
    const number = all.length;
    const set = { list, panels, group: root.dataset.group, names: [] };
    set.tabs = panels.map((panel, index) => {
      const title = panel.querySelector(".tab-title");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.role = "tab";
      tab.id = `tab:${number}:${index}`;
      tab.append(...title.cloneNode(true).childNodes);
      panel.id ||= `panel:${number}:${index}`;
      panel.role = "tabpanel";
      panel.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", panel.id);
      if (!panel.querySelector("a, button, [tabindex]")) panel.tabIndex = 0;
      tab.onclick = () => choose(set, index);
      panel.addEventListener("beforematch", () => choose(set, index));
      set.names.push(title.textContent.trim());
      return tab;
    });
    list.onkeydown = (event) => press(set, event);
    list.append(...set.tabs);
    all.push(set);
    root.prepend(list);
    root.classList.add("ready");
    const kept = set.group ? set.names.indexOf(read(set.group)) : history.state?.tabs?.[number] ?? 0;
    select(set, panels[kept] ? kept : 0);
  }

  // Opens the panels around what the address names, where the browser itself has not.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let hidden = false;
    for (const set of all) {
      const at = set.panels.findIndex((panel) => panel.contains(target));
      if (!target || at < 0 || at === set.at) continue;
      hidden = true;
      select(set, at);
    }
    if (hidden) target.scrollIntoView();
  }

  function drawAll() {
    for (const root of document.querySelectorAll(".tabs")) {
      // A later sibling, its own or of what it stands in, tells that the parser is done with it.
      if (document.readyState !== "loading" || root.nextElementSibling || root.parentElement.nextElementSibling) draw(root);
    }
  }
  const observer = new MutationObserver(drawAll);
  function ready() {
    observer.disconnect();
    drawAll();
    reveal();
  }
  addEventListener("hashchange", reveal);
  drawAll();
  if (document.readyState === "loading") {
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", ready);
  } else ready();
})();
