// Of every picture, what would otherwise be a handler each: that it has loaded, which only the style sheet needs to know, and that its
// place was pressed, which reaches the page as one event.
(() => {
  const here = (image) => { if (image.matches?.(".picture")) image.dataset.there = ""; };
  document.addEventListener("load", (event) => here(event.target), { capture: true });
  for (const image of document.querySelectorAll(".picture")) if (image.complete && image.naturalWidth) here(image);

  document.addEventListener("click", (event) => {
    const place = event.target.closest?.("[data-open-picture]")?.closest(".place");
    place?.dispatchEvent(new CustomEvent("openpicture", { bubbles: true, detail: { segmentId: place.dataset.segment, style: place.dataset.style } }));
  });
  globalThis.Blazor?.registerCustomEventType("openpicture", { createEventArgs: (event) => event.detail });
})();
