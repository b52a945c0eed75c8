// The story that is being written, kept by the browser: a reload, or a server that starts anew, takes nothing away.
// With it, whether the server has it by now, and by their marks the texts of it that this browser knows the server to have had.
const store = { id: "storystudio.draft.id", title: "storystudio.draft.title", text: "storystudio.draft.text", unsent: "storystudio.draft.unsent", seen: "storystudio.draft.seen" };
// What is typed in the later steps, field by field, until the server has kept it: in this window alone, of one draft.
const typed = "storystudio.draft.typed";
const pause = 400;
const sendAfter = 1500;
const mostSeen = 64;

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

// What a text is known by, as TextMark says it on the server.
function markOf(text) {
  let one = 0x811c9dc5, other = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b);
  }
  return `${text.length}-${(one >>> 0).toString(16)}-${(other >>> 0).toString(16)}`;
}

// Where the browser keeps nothing, or another window has another draft there by now, this window still knows.
const seenHere = new Map();

function seenOf(id) {
  try {
    const kept = JSON.parse(get(store.seen));
    if (kept.id === id) return kept.marks;
  } catch { /* nothing is kept */ }
  return seenHere.get(id) ?? [];
}

function keepSeen(id, marks) {
  // The one that it began with may be what the server has still, however much was sent in vain.
  const some = marks.length > mostSeen ? [marks[0], ...marks.slice(1 - mostSeen)] : marks;
  seenHere.set(id, some);
  if (get(store.id) === id) set(store.seen, JSON.stringify({ id, marks: some }));
}

function see(id, text) {
  const mark = markOf(text);
  const marks = seenOf(id);
  if (marks.at(-1) !== mark) keepSeen(id, [...marks, mark]);
}

// The server keeps it too, so that another browser can go on with it. Where it cannot be reached, what is typed next tries again.
// "gone" where it was thrown away, or made a story of, in another window: what is written on from there is a draft of its own.
// "met" where another browser wrote into it what nobody has seen here: nothing is kept until somebody has.
async function send(id, title, text, last) {
  see(id, text);
  const body = JSON.stringify({ title, text, basedOn: seenOf(id) });
  try {
    const answer = await fetch(`/api/drafts/${id}`, { method: "PUT", headers: { "content-type": "application/json" }, body, keepalive: last && body.length < 60000 });
    if (answer.status === 404) return "gone";
    if (answer.status === 409) return "met";
    if (!answer.ok) return "";
    sent(id, text);
    return "kept";
  } catch {
    // The line is away.
    return "";
  }
}

function sent(id, text) {
  const marks = seenOf(id);
  keepSeen(id, marks.slice(Math.max(0, marks.lastIndexOf(markOf(text)))));
  if (get(store.unsent) === id && get(store.text) === text) set(store.unsent, "");
}

// Nothing that was written here makes way unread: where it meets other words, or its draft is gone, it is a draft of its own.
// Returns the id under which it is kept, or "" where it could not be. One that was discarded stays so, unless it is evenGone that its words are kept.
async function sendAnyway(id, title, text, evenGone = false) {
  const became = await send(id, title, text, false);
  if (became === "kept") return id;
  if (became !== "met" && !(evenGone && became === "gone")) return "";
  const own = newId();
  return (await send(own, title, text, false)) === "kept" ? own : "";
}

// Where another text parts from one's own, with a few words before it.
function differing(mine, theirs) {
  let at = 0;
  while (at < theirs.length && mine[at] === theirs[at]) at++;
  const from = at < 60 ? 0 : theirs.lastIndexOf(" ", at - 30) + 1;
  const words = theirs.slice(from, from + 120).replace(/\s+/g, " ").trim();
  return `${from > 0 ? "… " : ""}${words}${from + 120 < theirs.length ? " …" : ""}`;
}

const field = (form, name) => form.querySelector(`[data-draft="${name}"]`);

// What was typed comes back into the fields, and is kept from now on. Returns what goes with the form.
export function attach(form) {
  const title = field(form, "title");
  const text = field(form, "text");
  const note = form.querySelector("[data-draft-note]");
  const met = form.querySelector("[data-draft-met]");
  if (title && !title.value) title.value = get(store.title);
  if (!text.value) text.value = get(store.text);

  // Another window may go on with another draft meanwhile: what is written here stays this one's.
  let id = keptId();
  let timer = 0;
  let sending = 0;
  let theirs = null;
  let line = Promise.resolve();
  if (text.value) see(id, text.value);
  const hold = () => {
    clearTimeout(sending);
    sending = 0;
  };
  const push = (last) => {
    hold();
    if (theirs || !(text.value.trim() || title?.value.trim())) return;
    // One after the other, so that none meets its own; the last one has no time to wait.
    return (line = last ? pushTo(id, last) : line.then(() => pushTo(id, last)));
  };
  const pushTo = async (draft, last) => {
    const became = await send(draft, title?.value, text.value, last);
    if (draft !== id) return;
    if (became === "met") await meet();
    if (became !== "gone") return;
    id = newId();
    if (get(store.id) === draft) set(store.id, (made = id));
    if (get(store.unsent) === draft) set(store.unsent, id);
  };

  // Two people wrote into one draft: nothing of it is kept until whoever is here has said which.
  const say = (words, here) => {
    met.hidden = !words;
    met.querySelector("p").textContent = words;
    for (const way of met.querySelectorAll("[data-draft-way]")) way.hidden = way.dataset.draftWay === "back" ? here !== "back" : here === "back";
  };
  const meet = async () => {
    hold();
    try {
      const answer = await fetch(`/api/drafts/${id}`, { cache: "no-store" });
      if (!answer.ok) return;
      const there = await answer.json();
      if (seenOf(id).includes(markOf(there.text))) {
        // What left last came first: it met nobody's but its own.
        sending = setTimeout(push, sendAfter);
        return;
      }
      theirs = there;
      say(`This text was changed meanwhile, in another window: “${differing(text.value, theirs.text)}” Yours is kept in this browser alone until you choose.`);
    } catch { /* the line is away; what is typed next meets it again */ }
  };
  const have = (words) => {
    text.value = words;
    keep();
  };
  const ways = {
    async mine() {
      see(id, theirs.text);
      theirs = null;
      say("");
      await push();
    },
    theirs() {
      const mine = text.value;
      see(id, theirs.text);
      if (title) title.value = theirs.title;
      have(theirs.text);
      theirs = null;
      sent(id, text.value);
      say("The other text stands here now.", "back");
      ways.back = async () => {
        have(mine);
        say("");
        await push();
      };
    },
    async other() {
      const draft = newId();
      if ((await send(draft, title?.value, text.value, false)) !== "kept") return;
      desk.drop();
      globalThis.Blazor.navigateTo(`/new/${draft}?step=text`);
    },
  };
  const chosen = async (event) => {
    const way = event.target.closest("[data-draft-way]");
    if (!way) return;
    await ways[way.dataset.draftWay]();
    text.focus();
  };

  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    if (get(store.id) !== id || get(store.text) !== text.value) set(store.unsent, id);
    set(store.id, (made = id));
    const kept = (!title || set(store.title, title.value)) && set(store.text, text.value);
    if (note) note.hidden = kept;
  };
  const soon = (event) => {
    if (!event.target.matches("[data-draft]")) return;
    timer ||= setTimeout(keep, pause);
    if (!theirs && !met.hidden) say("");
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
    if (storageArea === localStorage && there && newValue !== null && get(store.id) === id && there.value === (oldValue ?? "")) {
      there.value = newValue;
      if (there === text) see(id, newValue);
    }
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
    [met, "click", chosen],
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
    async flush() {
      if (timer) keep();
      hold();
      await line;
      if (theirs || get(store.unsent) === id) await sendAnyway(id, title?.value, text.value, true);
    },
  };
  desks.add(desk);
  // Written before the page was lost, or the line.
  if (get(store.unsent) === id) sending = setTimeout(push);

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
    // The texts of this draft that were seen here, by their marks. What is on its way is waited for: it is one's own.
    async seen() {
      await line;
      return seenOf(id);
    },
    meet,
    // A file's text takes the place of what is written here, which stays a draft of its own: this is another one from then on.
    // Returns the ids of both; none where nothing was written, and null where there was no room for two.
    async fill(newTitle, stream) {
      const words = (await new Response(await stream.stream()).text()).replace(/\r\n?/g, "\n");
      if (!text.value.trim() || text.value === words) {
        text.value = words;
        if (title && !title.value) title.value = newTitle;
        keep();
        push();
        return {};
      }
      const fields = [title, text].filter((each) => each && !each.readOnly);
      for (const each of fields) each.readOnly = true;
      try {
        keep();
        hold();
        await line;
        const mine = { title: title?.value, text: text.value };
        const aside = await sendAnyway(id, mine.title, mine.text, true);
        const draft = newId();
        const titled = title && newTitle;
        if (!aside || (await send(draft, titled, words, false)) !== "kept") return null;
        const put = (as, story) => {
          id = as;
          if (title) title.value = story.title;
          have(story.text);
          sent(id, text.value);
        };
        theirs = null;
        put(draft, { title: titled, text: words });
        say("The file stands here now. What was written here before is kept, as a draft of its own.", "back");
        ways.back = async () => {
          desk.drop();
          await fetch(`/api/drafts/${draft}`, { method: "DELETE" }).catch(() => {});
          put(aside, mine);
          say("");
          // The page of the other draft is left for that of this one.
          if (location.pathname.startsWith("/new/")) globalThis.Blazor.navigateTo(`/new/${aside}?step=text`);
        };
        return { draft, aside };
      } finally {
        for (const each of fields) each.readOnly = false;
      }
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
  if (keptId() !== id && hasText() && get(store.text) !== text) await sendAnyway(keptId(), get(store.title), get(store.text));
  made = id;
  set(store.id, id);
  set(store.title, title);
  set(store.text, text);
  set(store.unsent, "");
  keepSeen(id, [markOf(text)]);
}

// As the server has it, unless what was written here has not reached it yet: that stays, and meets the other words when it is sent.
export async function open(id, title, stream) {
  if (get(store.unsent) !== id || keptId() !== id || !hasText()) await adopt(id, title, stream);
}

export const keepTitle = (value) => get(store.id) === made && set(store.title, value);

// What was typed is kept, here and by the server.
export async function flush() {
  for (const desk of desks) await desk.flush();
}

// The draft stays where it is, and this browser begins another one.
export async function leave() {
  await flush();
  forget();
}

export function forget() {
  for (const desk of desks) desk.drop();
  made = "";
  keepTyped("", {});
  for (const key of [...Object.values(store), "storystudio.draft.work"]) set(key, "");
}
