// What of the light table only the browser can do: keys through the beats, jumping, dragging, the rows of a long story that are there,
// the drawer, and what was looked at last.
import { letter } from "../../js/letters.js";

const remembered = "storystudio.style";
const fields = "input, textarea, select, summary, [contenteditable], dialog, [role=dialog]";

// What the page was told while its line was cut is never answered: nothing waits for it for good.
const patience = 5_000;
const answered = (call) => {
  const lapse = new Promise((go) => setTimeout(go, patience));
  return Promise.race([call.catch(() => lapse), lapse]);
};

export function attach(root, drawer, page) {
  const narrow = matchMedia("(max-width: 47.99rem)");
  const leave = new AbortController();
  const signal = leave.signal;
  const list = root.querySelector("[data-rows]");
  const line = root.querySelector("[data-drop]");
  const view = rows(root, list, page, signal);
  let from = null;
  let marked = null;
  let cut = null;

  const beats = () => view.all();
  const find = (key) => beats().find((beat) => beat.dataset.beat === key || beat.dataset.segment === key);
  const current = () =>
    document.activeElement?.closest?.("[data-rows] > [data-beat]") ?? beats().find((beat) => beat.getBoundingClientRect().bottom > 160);

  // Focus, and the top of the window: what is there already keeps its place below it, whatever rows come and go above.
  const go = (beat) => {
    if (!beat) return;
    (beat.querySelector("textarea[data-words]") ?? beat).focus({ preventScroll: true });
    view.bring(beat);
    mark(beat.dataset.beat);
  };

  // A row of a long story that is not there yet is asked for. Until the page stands there, nobody looks which rows are near,
  // and what was asked for before has come: it would take the row away again.
  const reveal = async (key, then) => {
    view.hold(true);
    try {
      await view.still();
      if (!find(key)) await answered(page.invokeMethodAsync("Reveal", key));
      const beat = find(key);
      if (beat) then(beat);
    } finally {
      view.hold(false);
    }
  };
  const reach = (key) => reveal(key, go);

  const mark = (number = marked) => {
    marked = number;
    for (const link of root.querySelectorAll("[data-jump]")) {
      if (link.dataset.jump === number) { if (!link.hasAttribute("aria-current")) link.setAttribute("aria-current", "true"); }
      else if (link.hasAttribute("aria-current")) link.removeAttribute("aria-current");
    }
  };
  const outline = root.querySelector("[data-testid=outline]");
  const marks = new MutationObserver(() => mark());
  if (outline) marks.observe(outline, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-jump"] });

  // Keys that come while rows are still on their way add up; none of them is lost.
  let target = null;
  let walking = false;
  const step = async (by) => {
    const here = document.activeElement?.closest?.("[data-rows] > [data-beat]");
    const from = target ?? (here ? Number(here.dataset.index) : view.left());
    if (from === null) return go(current());
    const next = Math.min(Math.max(from + by, 0), view.count() - 1);
    if (next === from && here) return;
    target = next;
    if (walking) return;
    walking = true;
    view.hold(true);
    try {
      for (let tries = 0; tries < 8; tries++) {
        await view.still();
        const wished = target;
        if (!view.at(wished)) await view.ask(Math.max(0, wished - 6), 13);
        if (wished !== target) continue;
        if (view.at(wished)) {
          go(view.at(wished));
          break;
        }
      }
    } finally {
      [target, walking] = [null, false];
      view.hold(false);
    }
  };

  // What the words in a field were written upon: somebody's other window may have saved others since.
  const upon = (area) => area.form.querySelector("[data-kept-base]").value;

  const split = async (area) => {
    const row = area.closest("[data-segment]");
    cut = { area, words: area.value, at: area.selectionStart };
    area.setSelectionRange(cut.at, cut.at);
    if (await page.invokeMethodAsync("SplitAsync", row.dataset.segment, cut.words, cut.at, upon(area))) forget(area.dataset.kept);
    else cut = null;
  };

  // One writes on where the words were cut, or joined: with what was typed before the new field was there.
  const writeOn = (area) => {
    const { area: before, words, at } = cut;
    cut = null;
    const more = before.value.length - words.length;
    const place = at ? 0 : Math.max(0, area.value.length - words.length);
    area.setSelectionRange(place, place);
    if (more <= 0 || before.value !== words.slice(0, at) + before.value.slice(at, at + more) + words.slice(at)) return;
    area.setRangeText(before.value.slice(at, at + more), place, place, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const commands = (event) => {
    if (event.defaultPrevented || event.isComposing) return false;
    const control = event.ctrlKey || event.metaKey;
    const area = event.target.closest?.("textarea[data-words]");
    if (area && control && event.key === "Enter") return split(area), true;
    if (area && event.key === "Backspace" && !control && !event.altKey && area.selectionStart === 0 && area.selectionEnd === 0) {
      cut = { area, words: area.value, at: 0 };
      page.invokeMethodAsync("JoinBeforeAsync", area.closest("[data-segment]").dataset.segment, area.value, upon(area)).then((done) => {
        if (done) forget(area.dataset.kept);
        else cut = null;
      });
      return true;
    }
    const beat = event.target.closest?.("[data-rows] > [data-beat]");
    if (beat && event.altKey && !control && !event.shiftKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      page.invokeMethodAsync("NudgeAsync", beat.dataset.segment, event.key === "ArrowUp");
      return true;
    }
    if (event.target.closest?.(fields)) return false;
    const key = letter(event);
    if (control && !event.altKey && (key === "z" || key === "y")) {
      page.invokeMethodAsync("StepByKeyAsync", key === "z" && !event.shiftKey);
      return true;
    }
    return false;
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (commands(event)) return event.preventDefault();
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
      if (event.target.closest?.(fields)) return;
      const beat = current();
      switch (letter(event)) {
        case "ArrowDown": case "j": step(1); break;
        case "ArrowUp": case "k": step(-1); break;
        case "Enter":
          if (event.target !== beat) return;
          from = beat;
          page.invokeMethodAsync("OpenBeatAsync", beat.dataset.beat);
          break;
        case "r":
          if (!beat) return;
          from = beat;
          // Nothing was opened that would lead back here.
          page.invokeMethodAsync("DrawBeatAgainAsync", beat.dataset.beat).then((drawn) => { if (drawn) from = null; });
          break;
        case "e":
          if (!beat) return;
          beat.querySelector("[data-edit]")?.click();
          break;
        case "Delete":
          if (event.target !== beat) return;
          page.invokeMethodAsync("DeleteAsync", beat.dataset.segment);
          break;
        default: return;
      }
      event.preventDefault();
    },
    { signal },
  );

  const dragging = drag(root, line, page, signal);

  // Before the router sees it: jumping within the page is no navigation.
  root.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("[data-jump]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (!dragging.hasJustEnded()) reach(link.dataset.jump);
    },
    { signal, capture: true },
  );

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-split]");
    if (button) split(button.closest("form").querySelector("textarea[data-words]"));
  }, { signal });
  list.addEventListener("dblclick", (event) => {
    if (event.target.closest("[data-prose]")) event.target.closest("[data-segment]").querySelector("[data-edit]")?.click();
  }, { signal });

  // What was pressed, or what stands in its place since its picture became another one.
  const opener = () => {
    if (!from || from.isConnected) return from;
    const { segment, style } = from.closest(".place")?.dataset ?? {};
    return segment && list.querySelector(`.place[data-segment="${segment}"][data-style="${CSS.escape(style)}"] [data-open-picture]`);
  };
  drawer.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); }, { signal });
  drawer.addEventListener(
    "close",
    () => {
      opener()?.focus({ preventScroll: true });
      from = null;
      page.invokeMethodAsync("DrawerClosed");
    },
    { signal },
  );

  // An address that leads to a beat which is not there yet.
  const asked = /^#beat-(\d+)-(\d+)$/.exec(location.hash);
  if (asked && !find(`${asked[1]}.${asked[2]}`)) reach(`${asked[1]}.${asked[2]}`);

  const finding = finder(list);
  root.dataset.hands = "";
  return {
    rememberedStyle(...styles) {
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
    jump: reach,
    forget,
    inherit,
    meet: (key) => find(key)?.querySelector("textarea[data-words]")?.form.requestSubmit(),
    // The row that is looked at, and a row brought back to where one looks, with the focus left where it is.
    here: () => current()?.dataset.segment ?? null,
    bring: (key) => reveal(key, view.bring),
    found: (key, words) => {
      finding.paint(words, key);
      return key ? reveal(key, (beat) => { mark(beat.dataset.beat); finding.paint(words, key); view.bring(beat); }) : undefined;
    },
    lost: () => {
      const beat = find(finding.at());
      finding.paint("", null);
      (beat ?? root.querySelector("[data-testid=find-open]"))?.focus({ preventScroll: true });
    },
    // After an edit: the focus goes to what it was done to, and the page moves only where that is out of sight.
    show: (key) => reveal(key, (beat) => {
      const area = beat.querySelector("textarea[data-words]");
      (area ?? beat).focus({ preventScroll: true });
      // A cut that went nowhere has its field still: what was typed there since is that field's own.
      if (cut && area && area !== cut.area && !cut.area.isConnected) writeOn(area);
      mark(beat.dataset.beat);
      const place = beat.getBoundingClientRect();
      if (place.top < 60 || place.top > innerHeight - 120) view.bring(beat);
    }),
    openDrawer(focus) {
      from ??= document.activeElement;
      if (!drawer.open) drawer.showModal();
      if (focus) drawer.querySelector(focus)?.focus();
    },
    closeDrawer: () => drawer.close(),
    detach: () => {
      leave.abort();
      marks.disconnect();
      finding.leave();
      view.leave();
    },
  };
}

// The words that are looked for, painted in the rows that are there. What counts as the same is as the page's search has it.
function finder(list) {
  let wanted = "";
  let row = null;
  const alike = (unit) =>
    /[\u2018\u2019\u201a\u02bc]/.test(unit) ? "'"
    : /[\u201c\u201d\u201e\u00ab\u00bb]/.test(unit) ? '"'
    : /\s/.test(unit) ? " "
    : unit.normalize("NFD")[0].toLowerCase()[0];
  const fold = (text) => Array.from({ length: text.length }, (_, i) => alike(text[i])).join("");

  const draw = () => {
    for (const beat of list.querySelectorAll(":scope > [data-beat]")) beat.toggleAttribute("data-found", beat.dataset.segment === row);
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    if (!wanted) return;
    const ranges = [];
    for (const prose of list.querySelectorAll("[data-prose]")) {
      const walk = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const text = fold(node.data);
        for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + wanted.length);
          ranges.push(range);
        }
      }
    }
    if (ranges.length > 0) CSS.highlights.set("found", new Highlight(...ranges));
  };

  const watch = new MutationObserver(draw);
  return {
    at: () => row,
    paint: (words, key) => {
      const begins = !wanted && words;
      (wanted = fold(words)), (row = key);
      if (begins) watch.observe(list, { childList: true });
      else if (!words) watch.disconnect();
      draw();
    },
    leave: () => {
      watch.disconnect();
      if ("highlights" in CSS) CSS.highlights.delete("found");
    },
  };
}

// What was written in a field whose segment is gone goes to another field, to what is written there or will be. False where nothing was, or
// nothing else than what the segment said.
function inherit(from, to, said) {
  const [kept, other] = [`storystudio.kept.${from}`, `storystudio.kept.${to}`];
  try {
    const words = sessionStorage.getItem(kept);
    sessionStorage.removeItem(kept);
    sessionStorage.removeItem(`${kept}.base`);
    if (!words?.trim() || words.trim() === said) return false;
    const field = document.querySelector(`[data-kept="${CSS.escape(to)}"]`);
    const present = field?.value || sessionStorage.getItem(other);
    const both = present ? `${present}\n\n${words}` : words;
    sessionStorage.setItem(other, both);
    if (field) {
      field.value = both;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return true;
  } catch {
    return false;
  }
}

// Words that the server has taken are not to come back when the field is entered again.
function forget(kept) {
  try { sessionStorage.removeItem(`storystudio.kept.${kept}`); } catch { /* no storage, no memory */ }
}

// The rows of a long story: those near the window are there, the room of the others is kept by two empty elements. That room is
// a guess which gets better as rows are seen, so what is looked at is held in its place by its own position, never by the page's.
function rows(root, list, page, signal) {
  const heights = [];
  const guess = 420;
  let asking = null;
  let queued = false;
  let held = 0;
  let pin = null;
  let focused = null;

  const all = () => [...list.querySelectorAll(":scope > [data-beat]")];
  const count = () => Number(list.dataset.count);
  const first = () => Number(list.dataset.first);
  const at = (index) => all().find((row) => Number(row.dataset.index) === index);
  const windowed = () => "windowed" in list.dataset;
  const above = () => list.querySelector(":scope > [data-above]");
  const below = () => list.querySelector(":scope > [data-below]");
  const top = (row) => row.getBoundingClientRect().top;

  const usual = () => {
    const known = heights.filter(Boolean);
    return known.length ? known.reduce((sum, height) => sum + height, 0) / known.length : guess;
  };
  const room = (start, end) => {
    const each = usual();
    let sum = 0;
    for (let i = start; i < end; i++) sum += heights[i] ?? each;
    return Math.round(sum);
  };

  const pinned = () => pin && (all().find((row) => row.dataset.segment === pin.segment) ?? at(pin.index));
  const settle = () => {
    if (!pin || !windowed() || scrollY <= 0) return;
    // Somebody has scrolled, and the word of it is not here yet.
    if (Math.abs(scrollY - pin.y) > 1) return scrolled();
    const row = pinned();
    const by = row ? top(row) - pin.top : 0;
    if (Math.abs(by) < 1) return;
    scrollBy({ top: by, behavior: "instant" });
    pin.y = scrollY;
  };

  const place = () => {
    if (!windowed()) {
      above().style.height = below().style.height = "";
      return;
    }
    const shown = all();
    for (const row of shown) heights[Number(row.dataset.index)] = row.offsetHeight;
    above().style.height = `${room(0, first())}px`;
    below().style.height = `${room(first() + shown.length, count())}px`;
    settle();
  };

  const wanted = () => {
    const each = usual();
    let y = list.getBoundingClientRect().top;
    let start = -1;
    let end = 0;
    let seen = null;
    for (let i = 0; i < count() && y < innerHeight * 2; i++) {
      const height = heights[i] ?? each;
      if (start < 0 && y + height > -innerHeight) start = i;
      if (seen === null && y + height > 0) seen = { index: i, top: y, y: scrollY };
      end = i + 1;
      y += height;
    }
    return [Math.max(0, start), end, seen];
  };

  // One question at a time; what is asked meanwhile is asked after it.
  const still = async () => { while (asking) await asking; };
  const ask = async (start, length) => {
    await still();
    asking = answered(page.invokeMethodAsync("ShowRows", start, length));
    await asking;
    asking = null;
    look();
  };

  const look = () => {
    if (queued || !windowed()) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      if (signal.aborted || asking || held > 0 || !windowed()) return;
      const [start, end, seen] = wanted();
      const last = first() + all().length;
      if (start >= first() && end <= last) return;
      if (!pinned()) pin = seen;
      ask(Math.max(0, start - 2), Math.max(6, end - start + 4));
    });
  };

  const hang = (row) => { pin = { segment: row.dataset.segment, index: Number(row.dataset.index), top: top(row), y: scrollY }; };

  // Wherever one has scrolled to, the first row in sight is the one that stays where it is.
  const scrolled = () => {
    const row = all().find((each) => each.getBoundingClientRect().bottom > 0);
    if (row && top(row) < innerHeight) hang(row);
    else pin = null;
    look();
  };

  const bring = (row) => {
    row.scrollIntoView({ block: "start", behavior: "instant" });
    hang(row);
    look();
  };

  // Before anything is painted: what left and what came have changed places with the room that was kept for them.
  const watch = new MutationObserver(() => { place(); look(); });
  watch.observe(list, { childList: true, attributes: true, attributeFilter: ["data-first", "data-count"] });
  document.addEventListener("scroll", scrolled, { signal, passive: true });
  addEventListener("resize", () => { heights.length = 0; place(); look(); }, { signal });
  document.addEventListener("focusin", (event) => { focused = event.target.closest?.("[data-rows] > [data-beat]") ?? null; }, { signal });
  document.addEventListener("pointerdown", () => { focused = focused?.isConnected ? focused : null; }, { signal });
  const head = new ResizeObserver(settle);
  for (const part of [root.querySelector("header"), ...list.parentElement.children]) if (part && part !== list) head.observe(part);
  place();
  scrolled();
  const hold = (on) => {
    held += on ? 1 : -1;
    look();
  };
  // The place of the row that had the focus and is no longer there.
  const left = () => (focused && !focused.isConnected ? Number(focused.dataset.index) : null);
  return { all, at, count, ask, still, hold, bring, left, leave: () => { watch.disconnect(); head.disconnect(); } };
}

// Rows are dragged by their grip, with mouse, pen or finger; in the outline with the mouse, by the whole row.
function drag(root, line, page, signal) {
  const far = 6;
  let held = null;
  let ended = false;

  const targets = () => [...root.querySelectorAll(held.fromOutline ? "[data-jump]" : "[data-rows] > [data-beat]")];

  const over = (y) => {
    let best = null;
    for (const row of targets()) {
      const box = row.getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) continue;
      best = { row, before: y < box.top + box.height / 2, box };
      if (y < box.bottom) break;
    }
    return best;
  };

  const draw = () => {
    held.target = over(held.y);
    line.hidden = !held.target;
    if (!held.target) return;
    const { box, before } = held.target;
    line.style.left = `${box.left}px`;
    line.style.width = `${box.width}px`;
    line.style.top = `${(before ? box.top : box.bottom) - 1}px`;
  };

  const glide = () => {
    if (!held?.moving) return;
    const edge = 90;
    const by = held.y < edge ? held.y - edge : held.y > innerHeight - edge ? held.y - innerHeight + edge : 0;
    if (by && !held.fromOutline) {
      scrollBy(0, by / 4);
      draw();
    }
    requestAnimationFrame(glide);
  };

  const end = (drop) => {
    if (!held) return;
    const { row, target, moving } = held;
    row.removeAttribute("data-dragged");
    line.hidden = true;
    held = null;
    if (drop && moving && target && target.row.dataset.segment !== row.dataset.segment) {
      page.invokeMethodAsync("MoveToAsync", row.dataset.segment, target.row.dataset.segment, target.before);
    }
  };

  root.addEventListener(
    "pointerdown",
    (event) => {
      const grip = event.target.closest("[data-grip]");
      const link = event.pointerType === "mouse" ? event.target.closest("[data-jump]") : null;
      if (event.button !== 0 || !(grip || link)) return;
      held = { row: (grip ?? link).closest("[data-segment]"), fromOutline: !grip, start: event.clientY, y: event.clientY, moving: false, target: null };
      if (grip) event.preventDefault();
    },
    { signal },
  );
  root.addEventListener("dragstart", (event) => { if (event.target.closest("[data-jump]")) event.preventDefault(); }, { signal });
  document.addEventListener(
    "pointermove",
    (event) => {
      if (!held) return;
      held.y = event.clientY;
      if (!held.moving && Math.abs(held.y - held.start) > far) {
        held.moving = true;
        held.row.dataset.dragged = "";
        glide();
      }
      if (held.moving) draw();
    },
    { signal },
  );
  document.addEventListener(
    "pointerup",
    () => {
      // The click that follows a drag in the outline is no jump.
      ended = held?.moving === true;
      setTimeout(() => { ended = false; });
      end(true);
    },
    { signal },
  );
  document.addEventListener("pointercancel", () => end(false), { signal });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held?.moving) { event.preventDefault(); end(false); } }, { signal, capture: true });
  return { hasJustEnded: () => ended };
}
