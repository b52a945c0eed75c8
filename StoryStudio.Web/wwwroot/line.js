// The page's own line is back, but what it was connected to is gone: read the page anew, unless that would cost somebody words.
(() => {
  const bar = document.getElementById("components-reconnect-modal");
  const unsent = new Set();
  let asking = 0, asked = null;

  // A field is unsent from the first key to the change that carries it to the server; drafts and what kept.js holds come back by themselves.
  document.addEventListener("input", (event) => {
    if (event.target.matches("input, textarea") && !event.target.matches("[data-draft], [data-draft-field], [data-kept], [data-kept-base]")) unsent.add(event.target);
  });
  document.addEventListener("change", (event) => {
    if (!bar.className.includes("components-reconnect-")) unsent.delete(event.target);
  });

  const reload = (why) => {
    if ([...unsent].some((field) => field.isConnected && field.value)) bar.dataset.why = why;
    else location.reload();
  };

  const ask = async () => {
    try {
      if (!(await fetch("/health/live", { cache: "no-store" })).ok) return;
      clearInterval(asking);
      reload("gone");
    } catch {
      // Still away.
    }
  };

  // Signed out meanwhile, in another tab: the page says so instead of trying again.
  const still = async () => {
    try {
      if ([401, 403].includes((await fetch("/api/stories?pageSize=1", { cache: "no-store" })).status)) reload("refused");
    } catch {
      // Away; asked again at the next sign of the line.
      asked = null;
    }
  };

  bar.querySelector("[data-reload]").addEventListener("click", () => location.reload());
  new MutationObserver(() => {
    if (bar.classList.contains("components-reconnect-rejected")) reload("gone");
    if (bar.classList.contains("components-reconnect-show")) asked ||= still();
    else asked = null;
    if (!bar.className.includes("components-reconnect-")) delete bar.dataset.why;
    if (bar.classList.contains("components-reconnect-failed")) asking ||= setInterval(ask, 5000);
  }).observe(bar, { attributeFilter: ["class"] });
})();
