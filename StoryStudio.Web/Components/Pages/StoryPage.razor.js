// What of the light table only the browser can do: keys through the beats, jumping, the drawer, and what was looked at last.
const remembered = "storystudio.style";

export function attach(root, drawer, page) {
  const narrow = matchMedia("(max-width: 47.99rem)");
  const leave = new AbortController();
  const signal = leave.signal;
  let from = null;

  const beats = () => [...root.querySelectorAll("[data-beat]")];
  const current = () =>
    document.activeElement?.closest?.("[data-beat]") ?? beats().find((beat) => beat.getBoundingClientRect().bottom > 160);

  const go = (beat) => {
    if (!beat) return;
    beat.focus({ preventScroll: true });
    settle(beat, 12);
    mark(beat.dataset.beat);
  };

  // What lies above gets its true height only once it has come near, so the place is looked up again.
  const settle = (beat, times) => {
    beat.scrollIntoView({ block: "start" });
    if (times > 1) requestAnimationFrame(() => settle(beat, times - 1));
  };

  const mark = (number) => {
    for (const link of root.querySelectorAll("[data-jump]")) {
      if (link.dataset.jump === number) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  const step = (by) => {
    const all = beats();
    const here = document.activeElement?.closest?.("[data-beat]");
    go(here ? all[all.indexOf(here) + by] : current());
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
      if (event.target.closest?.("input, textarea, select, summary, [contenteditable], dialog, [role=dialog]")) return;
      const beat = current();
      switch (event.key) {
        case "ArrowDown": case "j": step(1); break;
        case "ArrowUp": case "k": step(-1); break;
        case "Enter":
          if (event.target !== beat) return;
          from = beat;
          page.invokeMethodAsync("OpenBeatAsync", beat.dataset.beat, false);
          break;
        case "r": case "R":
          if (!beat) return;
          from = beat;
          page.invokeMethodAsync("OpenBeatAsync", beat.dataset.beat, true);
          break;
        default: return;
      }
      event.preventDefault();
    },
    { signal },
  );

  // Before the router sees it: jumping within the page is no navigation.
  root.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("[data-jump]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      go(beats().find((beat) => beat.dataset.beat === link.dataset.jump));
    },
    { signal, capture: true },
  );

  drawer.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); }, { signal });
  drawer.addEventListener(
    "close",
    () => {
      if (from?.isConnected) from.focus({ preventScroll: true });
      from = null;
      page.invokeMethodAsync("DrawerClosed");
    },
    { signal },
  );

  return {
    rememberedStyle(styles) {
      let style = null;
      try { style = localStorage.getItem(remembered); } catch { /* no storage, no memory */ }
      return styles.includes(style) ? style : narrow.matches ? styles[0] : null;
    },
    rememberStyle(style) {
      try {
        if (style) localStorage.setItem(remembered, style);
        else localStorage.removeItem(remembered);
      } catch { /* no storage, no memory */ }
    },
    jump: (number) => go(beats().find((beat) => beat.dataset.beat === number)),
    openDrawer(focus) {
      from ??= document.activeElement;
      if (!drawer.open) drawer.showModal();
      if (focus) drawer.querySelector(focus)?.focus();
    },
    closeDrawer: () => drawer.close(),
    detach: () => leave.abort(),
  };
}
