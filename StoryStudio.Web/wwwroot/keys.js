// One key for one thing: an element with data-key is focused where it takes text, pressed where it does not.
// Keys typed into a field, and those with a modifier, are nobody's business here.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, [role=dialog]")) return;
  // What lies open over the page has the keys first: Esc closes it, and leads nowhere else.
  if (document.querySelector(":popover-open")) return;

  const target = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === event.key.toLowerCase() && e.checkVisibility() && !e.disabled);
  if (!target) return;

  event.preventDefault();
  if (target.matches("input, textarea")) target.focus();
  else target.click();
});
