// Shows an image that is larger than the text's column in full: a click or Enter on it, Escape or a click to leave.
// Without this file it is an image.
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
