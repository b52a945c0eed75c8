// What of the reader only the browser can do: keys, swipes, the address, and stepping back while nobody moves.
const remembered = "storystudio.style";
const quietAfter = 2500;
const farAway = 10000;

export function attach(root, page) {
  const leave = new AbortController();
  const signal = leave.signal;
  let quiet = 0;
  let start = null;

  root.dataset.keys = "";

  const stir = () => {
    delete root.dataset.idle;
    clearTimeout(quiet);
    quiet = setTimeout(() => (root.dataset.idle = ""), quietAfter);
  };

  const turn = (by) => page.invokeMethodAsync("TurnByAsync", by);

  // A long text is read to its end before the leaf turns.
  const scrolled = (by) => {
    const text = root.querySelector("[data-scrolls]");
    if (!text || text.scrollHeight <= text.clientHeight + 2) return false;
    const before = text.scrollTop;
    text.scrollBy({ top: by * text.clientHeight * 0.9 });
    return text.scrollTop !== before;
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, [role=dialog]")) return;
      const pressed = event.key === " " && event.target.closest?.("button, a");
      if (pressed) return;
      switch (event.key) {
        case "ArrowRight": turn(1); break;
        case "ArrowLeft": turn(-1); break;
        case "PageDown": if (!scrolled(1)) turn(1); break;
        case "PageUp": if (!scrolled(-1)) turn(-1); break;
        case " ": { const by = event.shiftKey ? -1 : 1; if (!scrolled(by)) turn(by); break; }
        case "Home": turn(-farAway); break;
        case "End": turn(farAway); break;
        case "Escape": root.querySelector("[data-leave]")?.click(); break;
        default: return;
      }
      event.preventDefault();
    },
    { signal },
  );

  root.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { signal, passive: true });
  root.addEventListener(
    "touchend",
    (event) => {
      if (!start) return;
      const end = event.changedTouches[0];
      const x = end.clientX - start.clientX;
      const y = end.clientY - start.clientY;
      start = null;
      if (Math.abs(x) > 48 && Math.abs(x) > 1.5 * Math.abs(y)) turn(x < 0 ? 1 : -1);
    },
    { signal, passive: true },
  );

  for (const name of ["pointermove", "pointerdown", "focusin"]) document.addEventListener(name, stir, { signal, passive: true });
  stir();

  return {
    address: (path) => history.replaceState(history.state, "", path),
    rememberedStyle() {
      try { return localStorage.getItem(remembered); } catch { return null; }
    },
    rememberStyle(style) {
      try { localStorage.setItem(remembered, style); } catch { /* no storage, no memory */ }
    },
    detach() {
      clearTimeout(quiet);
      leave.abort();
    },
  };
}
