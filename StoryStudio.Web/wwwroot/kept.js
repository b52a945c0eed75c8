// Words that are being written into a field with data-kept stay in this window until they are sent or thrown away:
// a reload, or a server that starts anew, takes nothing with it. They come back when the field is entered again, and with them, where the
// form has a field with data-kept-base, what they were written upon: whoever saves them hears of what came in between.
(() => {
  const place = (field) => `storystudio.kept.${field.dataset.kept}`;
  const kept = (target) => (target instanceof Element ? target.closest("[data-kept]") : null);

  const base = (field) => field.closest("form")?.querySelector("[data-kept-base]");

  const read = (field, of = "") => {
    try { return sessionStorage.getItem(place(field) + of); } catch { return null; }
  };
  const write = (field, words, of = "") => {
    try {
      if (words === null) sessionStorage.removeItem(place(field) + of);
      else sessionStorage.setItem(place(field) + of, words);
    } catch { /* no storage, no memory */ }
  };
  const fill = (field, words) => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("input", (event) => {
    const field = kept(event.target);
    if (!field) return;
    if (base(field) && read(field) === null) write(field, base(field).value, ".base");
    write(field, field.value);
  });

  // Once in a field's life: what its page has put there since, such as words of another window's, is newer.
  const entered = new WeakMap();
  document.addEventListener("focusin", (event) => {
    const field = kept(event.target);
    if (!field || entered.get(field) === place(field)) return;
    entered.set(field, place(field));
    const words = read(field);
    if (!words || words === field.value) return;
    const upon = base(field) ? read(field, ".base") : null;
    if (upon !== null && upon !== base(field).value) fill(base(field), upon);
    fill(field, words);
  });

  // Sent is what the server has taken: the field has gone, or was emptied, or is what it begins with by now. Words that were refused are
  // still in the field, and kept. As long as the form cannot be sent once more, its answer is on its way.
  document.addEventListener("submit", (event) => {
    for (const field of event.target.querySelectorAll("[data-kept]")) {
      const sent = field.value;
      const upon = base(field)?.value;
      const look = (times) => {
        const is = base(field)?.value;
        if (!field.isConnected || field.value === "" || field.value === is) { if (read(field) === sent) write(field, null); }
        else if (is !== upon) { write(field, field.value); write(field, is, ".base"); }
        else if (times > 0 || field.form?.querySelector("[type=submit]")?.disabled) setTimeout(look, 500, times - 1);
      };
      setTimeout(look, 500, 20);
    }
  });

  // "Cancel" is a person's own wish.
  document.addEventListener("click", (event) => {
    const away = event.target.closest?.("[data-kept-away]");
    if (away) for (const field of away.closest("form").querySelectorAll("[data-kept]")) write(field, null);
  });

  // So is Esc in a line of text; a longer text is not thrown away by a slip of the finger.
  document.addEventListener("keydown", (event) => {
    const field = event.key === "Escape" && kept(event.target);
    if (field && field.matches("input")) write(field, null);
  });
})();
