// The story that is being written, kept by the browser: a reload, or a server that starts anew, takes nothing away.
const store = { id: "storystudio.draft.id", title: "storystudio.draft.title", text: "storystudio.draft.text" };
// What is typed in the later steps, field by field, until the server has kept it: in this window alone, of one draft.
const typed = "storystudio.draft.typed";
const pause = 400;
const sendAfter = 1500;

// Where the browser keeps nothing, this window still knows which draft it writes.
let made = "";

const desks = new Set();

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

function typedOf(id) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(typed));
    return (kept?.id === id && kept.words) || {};
  } catch {
    return {};
  }
}

function keepTyped(id, words) {
  try {
    if (Object.keys(words).length) sessionStorage.setItem(typed, JSON.stringify({ id, words }));
    else sessionStorage.removeItem(typed);
  } catch { /* no storage, no memory */ }
}

document.addEventListener("input", (event) => {
  const { draftField, draftOf } = event.target.dataset ?? {};
  if (draftField) keepTyped(draftOf, { ...typedOf(draftOf), [draftField]: event.target.value });
});

// What was typed into a draft's fields and is not known to be kept elsewhere.
export const words = (id) => typedOf(id);

// The server keeps these words by now; what was typed since stays. Without any, fields have come, gone or moved: none of it is theirs.
export function settled(id, fields) {
  const left = fields ? Object.entries(typedOf(id)).filter(([field, value]) => fields[field] !== value) : [];
  keepTyped(id, Object.fromEntries(left));
}

function newId() {
  return crypto.getRandomValues(new Uint8Array(16)).reduce((id, byte) => id + byte.toString(16).padStart(2, "0"), "");
}

// The server keeps it too, so that another browser can go on with it. Where it cannot be reached, what is typed next tries again.
// False where it was thrown away, or made a story of, in another window: what is written on from there is a draft of its own.
async function send(id, title, text, last) {
  const body = JSON.stringify({ title, text });
  try {
    const answer = await fetch(`/api/drafts/${id}`, { method: "PUT", headers: { "content-type": "application/json" }, body, keepalive: last && body.length < 60000 });
    return answer.status !== 404;
  } catch {
    // The line is away.
    return true;
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

  // Another window may go on with another draft meanwhile: what is written here stays this one's.
  let id = keptId();
  let timer = 0;
  let sending = 0;
  const hold = () => {
    clearTimeout(sending);
    sending = 0;
  };
  const push = (last) => {
    hold();
    if (text.value.trim() || title?.value.trim()) return pushTo(id, last);
  };
  const pushTo = async (draft, last) => {
    if ((await send(draft, title?.value, text.value, last)) || draft !== id) return;
    id = newId();
    if (get(store.id) === draft) set(store.id, (made = id));
  };
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    set(store.id, (made = id));
    const kept = (!title || set(store.title, title.value)) && set(store.text, text.value);
    if (note) note.hidden = kept;
  };
  const soon = (event) => {
    if (!event.target.matches("[data-draft]")) return;
    timer ||= setTimeout(keep, pause);
    clearTimeout(sending);
    sending = setTimeout(push, sendAfter);
  };
  const leaving = () => {
    if (timer) keep();
    if (sending) push(true);
  };

  // The same draft in another window: it stands here as it is written there, and two texts of one draft never are.
  const follow = ({ storageArea, key, oldValue, newValue }) => {
    const there = key === store.text ? text : key === store.title ? title : null;
    if (storageArea === localStorage && there && newValue !== null && get(store.id) === id && there.value === (oldValue ?? "")) there.value = newValue;
  };

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
    [window, "storage", follow],
    [window, "pagehide", leaving],
    [document, "visibilitychange", leaving],
  ];
  for (const [target, name, handler] of listeners) target.addEventListener(name, handler);
  const desk = {
    id: () => id,
    drop() {
      clearTimeout(timer);
      timer = 0;
      hold();
    },
    flush: () => (sending ? push(true) : undefined),
  };
  desks.add(desk);

  return {
    // Asked first, so that a text too long is refused before it travels.
    size() {
      keep();
      // What is sent now is kept by whoever takes it.
      hold();
      return new Blob([text.value]).size;
    },
    title: () => title?.value ?? "",
    text: () => new Blob([text.value]),
    async fill(newTitle, stream) {
      text.value = await new Response(await stream.stream()).text();
      if (title && !title.value) title.value = newTitle;
      keep();
      push();
    },
    detach() {
      leaving();
      desks.delete(desk);
      for (const [target, name, handler] of listeners) target.removeEventListener(name, handler);
    },
  };
}

// The draft that this window is writing, else the one that this browser wrote last; it gets its id before anybody else knows of it.
export function draftId() {
  for (const desk of desks) return desk.id();
  return keptId();
}

function keptId() {
  const id = get(store.id);
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  made ||= newId();
  set(store.id, made);
  return made;
}

export const hasText = () => get(store.text).trim().length > 0;

// Another draft is to be gone on with. What stood here goes to the server before its place is taken.
export async function adopt(id, title, stream) {
  const text = stream ? await new Response(await stream.stream()).text() : "";
  if (keptId() !== id && hasText() && get(store.text) !== text) await send(keptId(), get(store.title), get(store.text), false);
  made = id;
  set(store.id, id);
  set(store.title, title);
  set(store.text, text);
}

export const keepTitle = (value) => get(store.id) === made && set(store.title, value);

// The draft stays where it is, and this browser begins another one.
export async function leave() {
  for (const desk of desks) await desk.flush();
  forget();
}

export function forget() {
  for (const desk of desks) desk.drop();
  made = "";
  keepTyped("", {});
  for (const key of [...Object.values(store), "storystudio.draft.work"]) set(key, "");
}
