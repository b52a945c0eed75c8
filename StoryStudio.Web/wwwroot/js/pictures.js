// Of every picture and every page, what would otherwise be a handler each: that a picture has loaded, which only the style sheet needs to
// know, that one could not be loaded whose place is markup, and that its place or a page's button was pressed; the page hears of it as one event.
(() => {
  const one = ".picture:not(.picture--preview)";
  const tell = (element, name, more) =>
    element?.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { segmentId: element.dataset.segment, style: element.dataset.style, ...more } }));

  const settle = 400;
  const here = (image) => {
    if (!image.matches?.(".picture")) return;
    image.dataset.there = "";
    const beneath = image.matches(one) && image.parentElement?.querySelector(":scope > [data-beneath]");
    if (beneath && beneath !== image) setTimeout(() => beneath.remove(), settle);
  };
  document.addEventListener("load", (event) => here(event.target), { capture: true });
  document.addEventListener("error", (event) => {
    if (event.target.matches?.(".cover__picture")) event.target.hidden = true;
    if (event.target.matches?.(".picture")) tell(event.target.closest(".place"), "picturebroken", { url: event.target.getAttribute("src") });
  }, { capture: true });
  for (const image of document.querySelectorAll(".picture")) if (image.complete && image.naturalWidth) here(image);

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-open-picture], [data-edit]");
    if (pressed?.matches("[data-edit]")) tell(pressed.closest("[data-segment]"), "editwords");
    else if (pressed) tell(pressed.closest(".place"), "openpicture");
  });
  for (const name of ["openpicture", "editwords", "picturebroken"]) globalThis.Blazor?.registerCustomEventType(name, { createEventArgs: (event) => event.detail });

  // A place that is written anew, because its picture is another or something else goes on with it, takes over what it showed: the very
  // element lies beneath until the new one covers it, so that nothing is bare in between, and the focus stays where it was.
  let focused = null;
  document.addEventListener("focusin", (event) => { focused = event.target; });
  const cover = (image, before) => {
    const done = () => setTimeout(() => before.remove(), settle);
    if (image.complete && image.naturalWidth) image.decode().then(done, done);
    else image.addEventListener("load", done, { once: true });
  };
  const takeOver = (before, now) => {
    const [shown, image] = [[...before.querySelectorAll(`${one}[data-there]`)].at(-1), now.querySelector(one)];
    if (shown && image) {
      shown.classList.remove("picture--settles");
      shown.alt = "";
      image.before(shown);
      cover(image, shown);
    } else if (shown && now.dataset.state === "error") {
      // The new one did not load: what was there stays until one does.
      shown.dataset.beneath = "";
      now.querySelector(".sizer").after(shown);
    }
    if (image && now.dataset.state === "success" && shown?.getAttribute("src") !== image.getAttribute("src")) image.classList.add("picture--settles");
    if (document.activeElement === document.body && before.contains(focused)) now.querySelector("[data-open-picture]")?.focus({ preventScroll: true });
  };
  const placeIn = (node) => (node.matches?.(".place[data-segment]") ? node : node.matches?.(".cell") ? node.querySelector(":scope > .place[data-segment]") : null);
  const keyOf = (place) => `${place.dataset.segment} ${place.dataset.style}`;
  new MutationObserver((records) => {
    const gone = new Map();
    for (const { removedNodes } of records) for (const node of removedNodes) {
      const place = placeIn(node);
      if (place && !place.isConnected) gone.set(keyOf(place), place);
    }
    if (gone.size === 0) return;
    for (const { addedNodes } of records) for (const node of addedNodes) {
      const place = placeIn(node);
      const before = place?.isConnected && gone.get(keyOf(place));
      if (before) takeOver(before, place);
    }
  }).observe(document.body, { childList: true, subtree: true });
})();
