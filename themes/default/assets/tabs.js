// Tab lists from tabs that stand one under another (WAI-ARIA Authoring Practices, "Tabs"). Drawn before the first paint,
// as soon as the parser is done with each.
(() => {
  const all = [];
  const key = ({ group }) => `tabs:${group}`;
  // Storage may be forbidden: a choice then holds for this page.
  const storage = (use) => {
    try {
      return use(localStorage);
    } catch {}
  };

  function select(set, at) {
    set.at = at;
    set.tabs.forEach((tab, index) => {
      const chosen = index === at;
      tab.ariaSelected = chosen;
      tab.tabIndex = chosen - 1;
      // Found by the browser's search, and by links.
      if (chosen) set.panels[index].removeAttribute("hidden");
      else set.panels[index].setAttribute("hidden", "until-found");
    });
    // Only the list is scrolled, never the page.
    const { list } = set;
    const [outer, inner] = [list, set.tabs[at]].map((one) => one.getBoundingClientRect());
    list.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
  }

  // A reader's choice: the group follows, what was touched stays, and all is remembered.
  function choose(set, at) {
    const top = () => set.list.getBoundingClientRect().top;
    const before = top();
    const name = set.names[at];
    select(set, at);
    if (set.group) {
      for (const other of all) {
        const same = other.names.indexOf(name);
        if (other !== set && other.group === set.group && same >= 0) select(other, same);
      }
      storage((kept) => kept.setItem(key(set), name));
    }
    history.replaceState({ ...history.state, tabs: all.map(({ at }) => at) }, "");
    scrollBy({ top: top() - before, behavior: "instant" });
  }

  function press(set, event) {
    const { at, tabs, list } = set;
    const { length } = tabs;
    const step = list.matches(":dir(rtl)") ? -1 : 1;
    const to = { ArrowRight: at + step + length, ArrowLeft: at - step + length, Home: 0, End: length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(set, to % length);
    tabs[set.at].focus({ preventScroll: true });
  }

  function draw(root, before) {
    const panels = [...root.children].filter((one) => one.matches(".tab"));
    if (!panels.length || root.matches(".ready")) return;
    const list = document.createElement("div");
    const number = all.length;
    const set = { root, list, panels, group: root.dataset.group };
    set.names = panels.map((panel) => panel.firstElementChild.textContent.trim());
    set.tabs = panels.map((panel, index) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.role = "tab";
      tab.id = `tab:${number}:${index}`;
      tab.append(...panel.firstElementChild.cloneNode(true).childNodes);
      panel.id ||= `panel:${number}:${index}`;
      panel.role = "tabpanel";
      panel.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", panel.id);
      if (!panel.querySelector("a, button, [tabindex]")) panel.tabIndex = 0;
      tab.onclick = panel.onbeforematch = () => choose(set, index);
      return tab;
    });
    list.className = "tab-list";
    list.role = "tablist";
    list.onkeydown = (event) => press(set, event);
    list.append(...set.tabs);
    all.push(set);
    root.prepend(list);
    root.classList.add("ready");
    const kept = before ?? (set.group ? set.names.indexOf(storage((kept) => kept.getItem(key(set)))) : history.state?.tabs?.[number]);
    select(set, panels[kept] ? kept : 0);
  }

  // Opens the panels around what the address names, where the browser itself has not, and goes there: with the next frame, for
  // before that there may be no styles yet. Panels that were put away may have moved it, too.
  function reveal(event) {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const inner = all.map((set) => [set, set.panels.findIndex((panel) => panel.contains(target))]);
    const around = target ? inner.filter(([, at]) => at >= 0) : [];
    const hidden = around.filter(([set, at]) => at !== set.at);
    hidden.forEach(([set, at]) => select(set, at));
    const isNew = !event && performance.getEntriesByType("navigation")[0]?.type === "navigate";
    if (hidden.length || (around.length && isNew)) requestAnimationFrame(() => target.scrollIntoView());
  }

  // What follows it, or what it stands in, tells that the parser is done with it.
  const drawAll = (done) =>
    document.querySelectorAll(".tabs").forEach((root) => {
      if (done === true || root.nextElementSibling || root.parentElement.nextElementSibling) draw(root);
    });
  const observer = new MutationObserver(drawAll);
  const ready = () => {
    observer.disconnect();
    drawAll(true);
    reveal();
  };
  addEventListener("hashchange", reveal);
  addEventListener("docweave:patched", () => {
    for (const { root, list, at } of all.splice(0)) {
      list.remove();
      root.classList.remove("ready");
      if (root.isConnected) draw(root, at);
    }
    drawAll(true);
  });
  if (document.readyState !== "loading") return ready();
  drawAll();
  observer.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", ready);
})();
