// The story that is being written, kept by the browser: a reload, or a server that starts anew, takes nothing away.
const store = { title: "storystudio.draft.title", text: "storystudio.draft.text", work: "storystudio.draft.work" };
const pause = 400;

function get(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

// False where the browser has no room for it.
function set(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
    return true;
  } catch {
    // Half a truth is worse than none: what was kept before is not what stands there now.
    if (value) set(key, "");
    return false;
  }
}

const field = (form, name) => form.querySelector(`[data-draft="${name}"]`);

// What was typed comes back into the fields, and is kept from now on. Returns what goes with the form.
export function attach(form) {
  const title = field(form, "title");
  const text = field(form, "text");
  const note = form.querySelector("[data-draft-note]");
  if (title && !title.value) title.value = get(store.title);
  if (!text.value) text.value = get(store.text);

  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    const kept = (!title || set(store.title, title.value)) && set(store.text, text.value);
    if (note) note.hidden = kept;
  };
  const soon = (event) => {
    if (!event.target.matches("[data-draft]")) return;
    // Another text makes what was done to the old one void.
    if (event.target === text) set(store.work, "");
    timer ||= setTimeout(keep, pause);
  };
  const leaving = () => timer && keep();

  // A file dropped anywhere on the form goes the same way as one that was chosen.
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", event.type === "dragover");
  };
  const drop = (event) => {
    form.classList.remove("over");
    const chooser = form.querySelector("input[type=file]");
    if (!event.dataTransfer.files.length || !chooser) return;
    event.preventDefault();
    chooser.files = event.dataTransfer.files;
    chooser.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const listeners = [
    [form, "input", soon],
    [form, "dragover", over],
    [form, "dragleave", over],
    [form, "drop", drop],
    [window, "pagehide", leaving],
    [document, "visibilitychange", leaving],
  ];
  for (const [target, name, handler] of listeners) target.addEventListener(name, handler);

  return {
    // Asked first, so that a text too long is refused before it travels.
    size() {
      keep();
      return new Blob([text.value]).size;
    },
    title: () => title?.value ?? "",
    text: () => new Blob([text.value]),
    async fill(newTitle, stream) {
      text.value = await new Response(await stream.stream()).text();
      if (title && !title.value) title.value = newTitle;
      set(store.work, "");
      keep();
    },
    detach() {
      leaving();
      for (const [target, name, handler] of listeners) target.removeEventListener(name, handler);
    },
  };
}

// What was done to the text after it was typed: how far the author is, joins, cuts, styles. Opaque to this file.
export function work() {
  try {
    return JSON.parse(get(store.work) || "null");
  } catch {
    return null;
  }
}

export const keepWork = (what) => set(store.work, JSON.stringify(what));
export const title = () => get(store.title);
export const keepTitle = (value) => set(store.title, value);
export const textSize = () => new Blob([get(store.text)]).size;
export const text = () => new Blob([get(store.text)]);

export function forget() {
  for (const key of Object.values(store)) set(key, "");
}
