// Light, dark or as the system has it. Runs in the head, before the first paint, and needs no circuit.
(() => {
  const key = "storystudio.theme";
  const order = ["system", "light", "dark"];
  const root = document.documentElement;

  const chosen = () => {
    try {
      const value = localStorage.getItem(key);
      return order.includes(value) ? value : "system";
    } catch {
      return "system";
    }
  };

  const apply = () => {
    if (root.dataset.theme !== chosen()) root.dataset.theme = chosen();
  };

  apply();
  // A navigation that exchanges the document's content takes the root's attributes with it.
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });
  addEventListener("storage", apply);

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    try {
      localStorage.setItem(key, order[(order.indexOf(chosen()) + 1) % order.length]);
    } catch {
      return;
    }
    apply();
  });
})();
