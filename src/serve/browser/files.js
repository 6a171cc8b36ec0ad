// Files that this page has loaded, and what to do where their content changed while their address stayed.

export const OWN = 'script[src$="/__docweave/reload.js"]';
export const own = document.querySelector(OWN);
const site = new URL("../", own.src);

// There may be many: browsers remember 250 unless they are told.
performance.setResourceTimingBufferSize(5000);

/** The path of an address, decoded; empty where it is none. */
export function plain(address) {
  try {
    return decodeURIComponent(new URL(address, site).pathname);
  } catch {
    return "";
  }
}

export const sheets = () => [...document.querySelectorAll("link[rel~=stylesheet]")];

/** Waits until a style sheet is in force, but not for ever. */
export const loaded = (sheet) =>
  new Promise((done) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", done);
    setTimeout(done, 3000);
  });

const IMAGE = /\.(png|apng|jpe?g|gif|webp|avif|svg|ico|bmp)$/i;
// Read by nobody who is not about to read them again.
const TEXT = /(\/|\.(css|html?|json|xml|txt|md|webmanifest))$/i;

/**
 * Takes up the new content of `changed` (paths from the site's root), as far as it is in use at the same address as before.
 * `before` are the addresses of the style sheets as they were. Whether that was possible: else the page is to be loaded anew.
 */
export function refresh(changed, before, build) {
  const paths = new Set(changed.map((path) => plain(path.split("/").map(encodeURIComponent).join("/"))));
  const fresh = (address) => {
    const url = new URL(address, location.href);
    url.searchParams.set("docweave", build);
    return url.href;
  };
  for (const sheet of sheets()) {
    if (!before.has(sheet.href) || !paths.has(plain(sheet.href))) continue;
    // Both hold until the new one is there: nothing flashes.
    const next = sheet.cloneNode();
    next.removeAttribute("integrity");
    next.href = fresh(sheet.href);
    loaded(next).then(() => sheet.remove());
    sheet.after(next);
  }
  const shown = new Set();
  for (const image of document.querySelectorAll("img, source, image")) {
    for (const name of ["src", "srcset", "href"]) {
      const value = image.getAttribute(name);
      if (!value) continue;
      const renewed = value.split(/(,?\s+)/).map((part) => {
        const path = /\S/.test(part) ? plain(new URL(part, location.href)) : "";
        if (!paths.has(path)) return part;
        shown.add(path);
        return fresh(part);
      });
      if (renewed.join("") !== value) image.setAttribute(name, renewed.join(""));
    }
  }
  const used = new Set(performance.getEntriesByType("resource").map((entry) => plain(entry.name)));
  const isDone = (path) => TEXT.test(path) || (IMAGE.test(path) && shown.has(path));
  const isLinked = (path) => !IMAGE.test(path) || !document.querySelector(`link[rel~=icon][href$="${CSS.escape(path.split("/").at(-1))}"]`);
  return [...paths].every((path) => !used.has(path) || isDone(path) || !isLinked(path));
}
