import { letter } from "../../js/letters.js";

// Joints between pages are dragged, with mouse, pen or finger, and moved by the arrow keys: word by word.
const far = 4;
const space = /\s/;
// Scripts that put no spaces between words: each character is one.
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

export function attach(root, desk) {
  const leave = new AbortController();
  const signal = leave.signal;
  const mark = root.querySelector("[data-mark]");
  let held = null;
  let last = Promise.resolve();

  const words = (index) => root.querySelector(`[data-words="${index}"]`)?.firstChild ?? null;

  const caret = (x, y) => {
    const place = document.caretPositionFromPoint?.(x, y);
    if (place) return { node: place.offsetNode, offset: place.offset };
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? { node: range.startContainer, offset: range.startOffset } : null;
  };

  const ends = (text, at) => at > 0 && !space.test(text[at - 1]) && (at === text.length || space.test(text[at]) || (unspaced.test(text[at - 1]) && unspaced.test(text[at])));

  // The end of a word that is nearest, with words on the side that stays.
  const nearest = (text, offset) => {
    for (let by = 0; by <= text.length; by++) {
      if (ends(text, offset - by)) return offset - by;
      if (offset + by < text.length && ends(text, offset + by)) return offset + by;
    }
    return null;
  };

  const rect = (node, from, to) => {
    const range = new Range();
    range.setStart(node, from);
    range.setEnd(node, to);
    return { range, boxes: range.getClientRects() };
  };

  // Where the joint would be if it were let go here: in the words above it, in those below, or where it was.
  const target = () => {
    const { index, x, y } = held;
    for (const [node, below] of [[words(index), false], [words(index + 1), true]]) {
      const box = node?.parentElement.getBoundingClientRect();
      if (!box || y < box.top || y > box.bottom) continue;
      const place = caret(Math.min(Math.max(x, box.left + 1), box.right - 1), y);
      if (place?.node !== node) continue;
      const at = nearest(node.data, place.offset);
      const stays = at !== null && (below ? at > 0 && at < node.data.trimEnd().length : at > 0 && at < node.data.trimEnd().length);
      return stays ? { node, below, at } : null;
    }
    return null;
  };

  const draw = () => {
    held.target = target();
    mark.hidden = !held.target;
    if ("highlights" in CSS) CSS.highlights.delete("moving");
    if (!held.target) return;
    const { node, below, at } = held.target;
    const box = rect(node, at - 1, at).boxes[0];
    if (box) {
      mark.style.left = `${box.right}px`;
      mark.style.top = `${box.top}px`;
      mark.style.height = `${box.height}px`;
    }
    const moving = below ? rect(node, 0, at) : rect(node, at, node.data.length);
    if ("highlights" in CSS) CSS.highlights.set("moving", new Highlight(moving.range));
  };

  const glide = () => {
    if (!held?.moving) return;
    const edge = 90;
    const by = held.y < edge ? held.y - edge : held.y > innerHeight - edge ? held.y - innerHeight + edge : 0;
    if (by) {
      scrollBy(0, by / 4);
      draw();
    }
    requestAnimationFrame(glide);
  };

  const end = (drop) => {
    if (!held) return;
    const { grip, index, moving, target: to } = held;
    held = null;
    grip.removeAttribute("data-held");
    mark.hidden = true;
    if ("highlights" in CSS) CSS.highlights.delete("moving");
    if (drop && moving && to) desk.invokeMethodAsync("ShiftAsync", index, to.below, to.at);
  };

  root.addEventListener(
    "pointerdown",
    (event) => {
      const grip = event.target.closest("[data-joint]");
      if (!grip || event.button !== 0 || !event.isPrimary) return;
      end(false);
      event.preventDefault();
      grip.focus({ preventScroll: true });
      grip.dataset.held = "";
      held = { pointer: event.pointerId, grip, index: Number(grip.dataset.joint), start: event.clientY, x: event.clientX, y: event.clientY, moving: false, target: null };
    },
    { signal },
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      if (event.pointerId !== held?.pointer) return;
      (held.x = event.clientX), (held.y = event.clientY);
      if (!held.moving && Math.abs(held.y - held.start) > far) {
        held.moving = true;
        glide();
      }
      if (held.moving) draw();
    },
    { signal },
  );
  // A second finger neither moves the joint nor lets go of it.
  for (const [name, drop] of [["pointerup", true], ["pointercancel", false]]) document.addEventListener(name, (event) => event.pointerId === held?.pointer && end(drop), { signal });

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && held) {
        event.preventDefault();
        return end(false);
      }
      const control = (event.ctrlKey || event.metaKey) && !event.altKey;
      const key = letter(event);
      if (control && (key === "z" || key === "y") && !event.defaultPrevented && !event.target.closest?.("input, textarea, select, [contenteditable], dialog")) {
        event.preventDefault();
        const back = key !== "y" && !event.shiftKey;
        last = last.then(() => desk.invokeMethodAsync("StepAsync", back)).catch(() => {});
        return;
      }
      const grip = event.target.closest?.("[data-joint]");
      if (!grip || !root.contains(grip) || event.altKey || event.ctrlKey || event.metaKey) return;
      const up = event.key === "ArrowUp" || event.key === "ArrowLeft";
      if (!up && event.key !== "ArrowDown" && event.key !== "ArrowRight") return;
      event.preventDefault();
      // One after the other, so that a key that is held down passes over no word.
      const index = Number(grip.dataset.joint);
      last = last.then(() => desk.invokeMethodAsync("NudgeAsync", index, up)).catch(() => {});
    },
    { signal },
  );

  root.dataset.hands = "";
  return {
    detach: () => {
      leave.abort();
      end(false);
    },
  };
}
