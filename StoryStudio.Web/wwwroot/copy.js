// "Copy" beside a line that is shown only now. Over plain http, where a page may not reach the clipboard, by way of the selection.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (copied || document.execCommand("copy")) button.textContent = "Copied";
    button.focus();
  });
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
})();
