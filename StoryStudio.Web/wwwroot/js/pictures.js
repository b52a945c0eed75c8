// Of every picture and every page, what would otherwise be a handler each: that a picture has loaded, which only the style sheet needs to
// know, and that its place or a page's button was pressed, which reaches the page as one event.
(() => {
  const here = (image) => { if (image.matches?.(".picture")) image.dataset.there = ""; };
  document.addEventListener("load", (event) => here(event.target), { capture: true });
  for (const image of document.querySelectorAll(".picture")) if (image.complete && image.naturalWidth) here(image);

  const tell = (element, name) =>
    element?.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { segmentId: element.dataset.segment, style: element.dataset.style } }));
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-open-picture], [data-edit]");
    if (pressed?.matches("[data-edit]")) tell(pressed.closest("[data-segment]"), "editwords");
    else if (pressed) tell(pressed.closest(".place"), "openpicture");
  });
  for (const name of ["openpicture", "editwords"]) globalThis.Blazor?.registerCustomEventType(name, { createEventArgs: (event) => event.detail });
})();
