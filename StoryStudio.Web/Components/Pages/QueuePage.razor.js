// Rows of the queue move and go while somebody stands on one of their buttons: the focus goes with the row,
// or, where the row has gone, to the one that took its place. A person who left by themselves is left alone.
export function attach(root) {
  const leave = new AbortController();
  const signal = leave.signal;
  let held = null;

  const rows = (list) => [...(list?.querySelectorAll("[data-row]") ?? [])];

  root.addEventListener(
    "focusin",
    (event) => {
      const element = event.target.closest("[data-hold]");
      const row = element?.closest("[data-row]");
      held = element && { element, hold: element.dataset.hold, list: row.parentElement, at: rows(row.parentElement).indexOf(row) };
    },
    { signal },
  );
  root.addEventListener(
    "focusout",
    (event) => {
      const element = event.target;
      // Not yet known why: an element that is taken away loses the focus as well.
      setTimeout(() => { if (held?.element === element && element.isConnected && document.activeElement !== element) held = null; });
    },
    { signal },
  );

  const settle = () => {
    if (!held) return;
    if (document.activeElement === held.element) {
      held.list = held.element.closest("[data-row]").parentElement;
      held.at = rows(held.list).indexOf(held.element.closest("[data-row]"));
      return;
    }
    if (document.activeElement && document.activeElement !== document.body) return;
    const [id, way] = held.hold.split(" ");
    const same = [...root.querySelectorAll("[data-hold]")].filter((e) => e.dataset.hold.startsWith(`${id} `));
    const row = held.list.isConnected ? rows(held.list)[Math.min(held.at, rows(held.list).length - 1)] : null;
    const next = same.find((e) => e.dataset.hold.endsWith(` ${way}`)) ?? same.at(-1)
      ?? row?.querySelector(`[data-hold$=" ${way}"]`) ?? row?.querySelector("[data-hold]") ?? root.querySelector("h1");
    next.focus({ preventScroll: next.matches("h1") });
  };

  const watch = new MutationObserver(settle);
  watch.observe(root, { subtree: true, childList: true });
  root.dataset.hands = "";
  return {
    detach() {
      watch.disconnect();
      leave.abort();
    },
  };
}
