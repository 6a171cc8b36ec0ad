// Shows where a page changed, if that is out of sight.

const HEADINGS = "h1, h2, h3, h4, h5, h6";

/** Unless one of the changed nodes is in sight, scrolls to the heading above the first, and marks it for a moment. */
export function reveal(touched) {
  const main = document.querySelector("main") ?? document.body;
  const isText = (node) => node?.isConnected && node !== main && main.contains(node) && !node.closest("nav, aside, footer");
  const inOrder = (a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
  const all = touched.filter(isText).sort(inOrder);
  const [changed] = all;
  if (!changed || all.some(isInSight)) return;
  const isAbove = (heading) => heading.contains(changed) || heading.compareDocumentPosition(changed) & Node.DOCUMENT_POSITION_FOLLOWING;
  const heading = [...main.querySelectorAll(HEADINGS)].findLast(isAbove);
  const isHidden = changed.getClientRects().length === 0;
  heading?.scrollIntoView({ block: "start", behavior: "instant" });
  if (!isHidden && !isInSight(changed)) changed.scrollIntoView({ block: "center", behavior: "instant" });
  const mark = heading && isInSight(heading) ? heading : changed;
  const colour = "color-mix(in srgb, Highlight 30%, transparent)";
  mark.animate({ backgroundColor: [colour, colour, "transparent"] }, { id: "docweave-changed", duration: 1800, easing: "ease-out" });
}

function isInSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return node.getClientRects().length > 0 && bottom > 64 && top < innerHeight - 32;
}
