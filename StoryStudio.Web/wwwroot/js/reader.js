// Makes a book of the reader's long page: leaves that are turned, texts that flow over as many of them as they need, a place that
// is remembered, and pictures that appear when they are drawn. Reads the story's event stream, or asks every three seconds without it
// while something is still to come.
(() => {
  const root = document.documentElement;
  const quietAfter = 2500;
  const pollEvery = 3000;
  const retryEvery = 30000;
  const retryAfter = 10000;
  const styleKey = "storystudio.style";

  root.dataset.paged = "";
  document.addEventListener("DOMContentLoaded", () => begin(document.querySelector("[data-reader]")));

  const keep = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* no storage, no memory */ }
  };
  const kept = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };

  function begin(reader) {
    if (!reader) return;
    const story = reader.dataset.story;
    const stream = `api/stories/${story}/events?alive&watching`;
    const placeKey = `storystudio.place.${story}`;
    const part = (name) => reader.querySelector(`[data-${name}]`);
    const images = new Map();
    let edited = Number(reader.dataset.edited);
    let wanted = edited;
    let rereading = 0;
    let known = false;
    let over = false;
    let leaves = [...reader.querySelectorAll("[data-leaf]")];
    let style = reader.dataset.style;
    let at = Math.max(0, leaves.findIndex((leaf) => "open" in leaf.dataset));
    let side = 0;
    let sides = 1;

    // Where one is.

    const measure = (leaf) => {
      const flow = leaf.querySelector("[data-flow]");
      const sheet = leaf.querySelector("[data-sheet]");
      const step = flow.clientWidth + (parseFloat(getComputedStyle(sheet).columnGap) || 0);
      sides = Math.max(1, Math.round((flow.scrollWidth + step - flow.clientWidth) / step));
      side = Math.min(side, sides - 1);
      flow.scrollLeft = side * step;
    };

    const tell = () => {
      const leaf = leaves[at];
      const total = Number(reader.dataset.total);
      const page = leaf.dataset.page;
      reader.dataset.page = leaf.dataset.number ?? leaf.dataset.leaf;
      reader.dataset.side = `${side + 1} of ${sides}`;
      part("folio").textContent = page ? `${page} of ${total}` : "";
      part("said").textContent = page ? `Page ${page} of ${total}${sides > 1 ? `, part ${side + 1} of ${sides}` : ""}` : leaf.getAttribute("aria-label");
      part("line").style.transform = `scaleX(${leaves.length > 1 ? Math.min(1, (at + side / sides) / (leaves.length - 1)) : 1})`;
      const [back, on] = reader.querySelectorAll("[data-turn]");
      back.disabled = at === 0 && side === 0;
      on.disabled = at === leaves.length - 1 && side === sides - 1;
    };

    // The leaf that is open, and those that one may turn to.
    const around = () => [leaves[at], leaves[at + 1], leaves[at - 1]].filter(Boolean);

    const open = (to, toSide, way) => {
      const moved = to !== at;
      for (const leaf of leaves) delete leaf.dataset.open;
      at = to;
      const leaf = leaves[at];
      leaf.dataset.open = "";
      leaf.dataset.way = way;
      side = toSide;
      measure(leaf);
      for (const near of around()) for (const picture of near.querySelectorAll("[data-picture]")) picture.loading = "eager";
      tell();
      if (moved) note();
    };

    // Not a navigation: the address follows, so that a reload or a link comes back to this leaf.
    const note = () => {
      const { number, subject, leaf } = leaves[at].dataset;
      history.replaceState(history.state, "", `${document.baseURI}stories/${story}/read${number ? `/${number}` : ""}${location.search}`);
      keep(placeKey, subject ?? leaf);
    };

    // A reload, and whoever is given the address, see the style that is chosen.
    const nameStyle = () => {
      const query = new URLSearchParams(location.search);
      query.set("style", style);
      history.replaceState(history.state, "", `${location.pathname}?${query}`);
    };

    const turn = (by) => {
      if (side + by >= 0 && side + by < sides) {
        side += by;
        const leaf = leaves[at];
        leaf.dataset.way = "";
        measure(leaf);
        // The text alone is turned; the picture beside it stays.
        leaf.querySelector("[data-sheet]").animate?.([{ opacity: 0 }, { opacity: 1 }], { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200 });
        tell();
      } else if (at + by >= 0 && at + by < leaves.length) {
        open(at + by, by < 0 ? Infinity : 0, by < 0 ? "back" : "on");
      }
    };

    // Another window, another number of sides: the words that one was at stay in sight.
    const again = () => {
      const share = side / sides;
      measure(leaves[at]);
      side = Math.round(share * sides);
      measure(leaves[at]);
      tell();
    };

    // What is drawn.

    const isActive = (image) => image && (image.status === "pending" || image.status === "in_progress" || (image.status === "failed" && image.nextAttemptAt));
    const find = (subject) => images.get(`${subject} ${style}`);
    const words = (image) => (image?.status === "in_progress" ? "Being drawn" : isActive(image) ? "Waiting to be drawn" : "");

    const exchange = (frame, image) => {
      const before = [...frame.querySelectorAll("img")];
      const url = image?.url ?? (isActive(image) ? image.previewUrl : null);
      if (!url) return before.forEach((old) => old.remove());
      // One that cannot be had leaves nothing of another style in its place.
      if (url === frame.dataset.lost) return before.forEach((old) => { if (old.dataset.style !== style) old.remove(); });
      const there = before.findIndex((old) => old.getAttribute("src") === url);
      // Chosen again while another was on its way to cover it.
      if (there >= 0) return before.slice(there + 1).forEach((late) => late.remove());
      const picture = new Image(image.width ?? undefined, image.height ?? undefined);
      picture.alt = frame.dataset.alt;
      picture.decoding = "async";
      // A book of a hundred pages is not fetched whole because its style is another one.
      picture.loading = around().some((leaf) => leaf.contains(frame)) ? "eager" : "lazy";
      picture.toggleAttribute("data-preview", !image.url);
      picture.dataset.picture = "";
      picture.dataset.style = style;
      // What was shown lies beneath until the new one covers it.
      picture.addEventListener("load", () => setTimeout(() => { if (picture.isConnected) before.forEach((old) => old.remove()); }, 400));
      picture.src = url;
      frame.querySelector("[data-words]").before(picture);
    };

    const paint = (leaf, image) => {
      const frame = leaf.querySelector("[data-frame]");
      if (!frame) return;
      if (image?.width && image.height) {
        leaf.style.setProperty("--ratio", (image.width / image.height).toFixed(3));
        frame.querySelector("[data-sizer]").setAttribute("viewBox", `0 0 ${image.width} ${image.height}`);
      }
      exchange(frame, image);
      const isThere = image?.url && (image.url !== frame.dataset.lost || frame.querySelector("img:not([data-preview])"));
      leaf.dataset.state = isThere ? "shown" : isActive(image) ? "drawing" : "none";
      frame.style.setProperty("--progress", (image?.progress ?? 0) / 100);
      frame.querySelector("[data-words]").textContent = words(image);
      if (leaf === leaves[at]) again();
    };

    const paintCover = () => {
      const first = leaves.map((leaf) => find(leaf.dataset.subject)).find((image) => image?.url);
      if (leaves[0].dataset.leaf === "cover") paint(leaves[0], first);
    };

    const paintAll = () => {
      for (const leaf of leaves) if (leaf.dataset.subject) paint(leaf, find(leaf.dataset.subject));
      paintCover();
    };

    const take = (image) => {
      const key = `${image.segmentId} ${image.style}`;
      const known = images.get(key);
      if (!image.segmentId || (known && known.version >= image.version)) return;
      images.set(key, image);
      if (image.style !== style) return;
      const leaf = leaves.find((one) => one.dataset.subject === image.segmentId);
      if (leaf) paint(leaf, image);
      paintCover();
    };

    // A picture that the browser could not load: once more after a while, and then what was there before it stays, or the text has the page to itself.
    reader.addEventListener("error", ({ target }) => {
      if (!target.matches?.("img[data-picture]") || !target.isConnected) return;
      if (target.dataset.again !== undefined) {
        const leaf = target.closest("[data-leaf]");
        target.remove();
        // Of a style that is read no longer: what came in its place stays.
        if (target.dataset.style !== style) return;
        for (const old of leaf.querySelectorAll("img[data-picture]")) if (old.dataset.style !== style) old.remove();
        leaf.querySelector("[data-frame]").dataset.lost = target.getAttribute("src");
        if ("preview" in target.dataset || leaf.querySelector("img[data-picture]:not([data-preview])")) return;
        leaf.dataset.state = "none";
        again();
        return;
      }
      target.dataset.again = "";
      setTimeout(() => { if (target.isConnected) target.src = target.getAttribute("src"); }, retryAfter);
    }, true);

    // Those of the page as it came, in its style; one may have failed before anybody listened.
    const adopt = (from) => {
      for (const picture of reader.querySelectorAll("img[data-picture]:not([data-style])")) {
        picture.dataset.style = from;
        if (picture.complete && !picture.naturalWidth) picture.dispatchEvent(new Event("error"));
      }
    };

    // The line is here again: what could not be loaded may be by now.
    const forgive = () => reader.querySelectorAll("[data-lost]").forEach((frame) => delete frame.dataset.lost);

    // The text was edited: the same page, asked for anew, has the new leaves. Over a bad line it is asked for until it comes.
    const reread = async (version) => {
      if (version > wanted) wanted = version;
      clearTimeout(rereading);
      if (!(wanted > edited)) return;
      let fresh = null;
      try {
        const answer = await globalThis.storyLive.ask(`stories/${story}/read${location.search}`, { headers: { Accept: "text/html" } });
        if (answer.redirected || answer.status in globalThis.storyLive.refusals) return gone(answer.redirected ? 401 : answer.status);
        if (answer.ok) fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-reader]");
      } catch {
        // Still away.
      }
      // Where two edits follow each other, the answer to the first may come last.
      if (Number(fresh?.dataset.edited) > edited) exchangeLeaves(fresh);
      if (wanted > edited) {
        clearTimeout(rereading);
        rereading = setTimeout(reread, pollEvery);
      }
    };

    // The title, and the styles that the story has by now. One that it no longer has is not read in.
    const exchangeHead = (fresh) => {
      document.title = fresh.ownerDocument.title;
      for (const title of ["h1", "[data-leave] span"]) reader.querySelector(title).textContent = fresh.querySelector(title).textContent;
      const [before, after] = [part("styles"), fresh.querySelector("[data-styles]")];
      const offered = after ? [...after.options] : [];
      const known = after ? offered.map((option) => option.value) : [fresh.dataset.style];
      if (!known.includes(style)) {
        style = fresh.dataset.style;
        if (new URLSearchParams(location.search).has("style")) nameStyle();
      }
      if (!after) return before?.form.remove();
      if (!before) part("tools").prepend(after.form);
      // A list that is open stays as it is where it says the same.
      else if (String(known) !== String([...before.options].map((option) => option.value))) before.replaceChildren(...offered);
      part("styles").value = style;
    };

    const exchangeLeaves = (fresh) => {
      edited = Number(fresh.dataset.edited);
      exchangeHead(fresh);
      const here = leaves[at].dataset.subject ?? leaves[at].dataset.leaf;
      const instead = at;
      part("book").replaceChildren(...fresh.querySelectorAll("[data-leaf]"));
      reader.dataset.total = fresh.dataset.total;
      leaves = [...reader.querySelectorAll("[data-leaf]")];
      adopt(fresh.dataset.style);
      const now = leaves.findIndex((leaf) => (leaf.dataset.subject ?? leaf.dataset.leaf) === here);
      open(now < 0 ? Math.min(instead, leaves.length - 1) : now, side, "");
      note();
      if (images.size > 0 || style !== fresh.dataset.style) paintAll();
    };

    const takeAll = (snapshot) => {
      known = true;
      for (const image of snapshot.images) {
        const key = `${image.segmentId} ${image.style}`;
        if (!(images.get(key)?.version >= image.version)) images.set(key, image);
      }
      paintAll();
      return reread(snapshot.editVersion);
    };

    // Let in no longer: what stands at this address by now says why, and how one gets in again. Should that be the book all the same, it goes on as it is.
    const gone = async (status) => {
      const page = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
      if (page && (!page.ok || page.redirected)) return location.reload();
      part("notice").textContent = globalThis.storyLive.refusals[status];
      part("notice").hidden = false;
    };

    // Without the stream the story is asked for, every three seconds while something is still to come. Once all of it is here, the stream alone is tried.
    const lacks = () => !known || [...images.values()].some(isActive);
    const pause = () => (lacks() ? pollEvery : retryEvery);
    let away = false;
    const look = async () => {
      try {
        const answer = await globalThis.storyLive.ask(`api/stories/${story}/images`, { cache: "no-cache" });
        if (answer.status in globalThis.storyLive.refusals) return answer.status;
        if (answer.ok) {
          if (away) forgive();
          away = false;
          await takeAll(await answer.json());
        }
      } catch {
        away = true;
      }
      return null;
    };
    let source = null;
    let retry = 0;
    let asking = false;
    const ask = async () => {
      clearTimeout(retry);
      if (asking || over) return;
      asking = true;
      const status = await globalThis.storyLive.statusOf(stream);
      // Where nobody answers, the headers of the stream may be held back as well: then this alone finds what came since.
      const asks = status !== 200 && !beside && (lacks() || !status);
      const refused = status in globalThis.storyLive.refusals ? status : asks ? await look() : null;
      asking = false;
      over = !!refused;
      if (refused) return gone(refused);
      listen();
    };

    // A stream that opens and says nothing, as through a proxy that holds it back, is tried again and again; beside it the story is asked for:
    // once each time that it fell silent, and for as long as something is still to come.
    let beside = 0;
    const goOnBeside = async () => {
      const refused = await look();
      if (refused) gone(refused);
      else if (beside) beside = lacks() ? setTimeout(goOnBeside, pollEvery) : 0;
    };

    // Where nothing is asked by the clock, whoever comes back finds what was drawn meanwhile all the same.
    const wake = () => {
      if (document.visibilityState !== "visible" || source?.readyState !== EventSource.CLOSED || over) return;
      beside ||= setTimeout(goOnBeside);
      ask();
    };
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);

    const listen = () => {
      const events = (source = new EventSource(stream));
      let quiet = 0;
      const hear = () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          events.close();
          // Of a line that is cut, and not silent, it is known that it tells nothing.
          if (!away || lacks()) beside ||= setTimeout(goOnBeside);
          ask();
        }, globalThis.storyLive.SILENCE);
      };
      const on = (name, act) => events.addEventListener(name, (event) => {
        clearTimeout(beside);
        beside = 0;
        hear();
        act(event);
      });
      // One that comes back by itself is told only what is new.
      events.addEventListener("open", () => {
        if (!away) return;
        away = false;
        forgive();
        if (images.size > 0) paintAll();
      });
      on("snapshot", (event) => takeAll(JSON.parse(event.data)));
      on("image", (event) => take(JSON.parse(event.data)));
      on("story", (event) => reread(JSON.parse(event.data).version));
      on("alive", () => {});
      on("closed", () => {
        clearTimeout(quiet);
        events.close();
        ask();
      });
      // It comes back by itself, unless it was turned away.
      events.addEventListener("error", () => {
        away = true;
        if (events.readyState !== EventSource.CLOSED) return;
        clearTimeout(quiet);
        retry = setTimeout(ask, pause());
      });
      hear();
    };

    // Hands.

    let quiet = 0;
    const rest = () => (reader.dataset.idle = "");
    const stir = () => {
      delete reader.dataset.idle;
      clearTimeout(quiet);
      quiet = setTimeout(rest, quietAfter);
    };

    const full = part("full");
    const toggleFull = () => (document.fullscreenElement ? document.exitFullscreen() : document.fullscreenEnabled && root.requestFullscreen());
    full.hidden = !document.fullscreenEnabled;
    full.addEventListener("click", toggleFull);
    document.addEventListener("fullscreenchange", () => full.setAttribute("aria-pressed", String(!!document.fullscreenElement)));

    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target.closest?.("input, textarea, select, [popover]:popover-open")) return;
      if (event.key === " " && event.target.closest?.("button, a")) return;
      switch (event.key) {
        case "ArrowRight": case "PageDown": turn(1); break;
        case "ArrowLeft": case "PageUp": turn(-1); break;
        case " ": turn(event.shiftKey ? -1 : 1); break;
        case "Home": open(0, 0, "back"); break;
        case "End": open(leaves.length - 1, 0, "on"); break;
        case "f": case "F": toggleFull(); break;
        case "?": part("keys-list").togglePopover(); break;
        case "Escape":
          if (part("keys-list").matches(":popover-open") || document.fullscreenElement) return;
          part("leave").click();
          break;
        default: return;
      }
      event.preventDefault();
    });

    for (const button of reader.querySelectorAll("[data-turn]")) button.addEventListener("click", () => turn(Number(button.dataset.turn)));
    reader.addEventListener("click", (event) => {
      if (event.target.closest("[data-first]")) {
        event.preventDefault();
        open(0, 0, "back");
      }
    });

    // What is out of sight is not pressed: a finger that comes down on it, or beside the book, brings it back and does no more. What
    // turns goes on turning.
    let waking = false;
    reader.addEventListener("pointerdown", (event) => {
      waking = event.pointerType === "touch" && "idle" in reader.dataset && !event.target.closest("[data-book], [data-turn], [popover], .chrome:focus-within");
      if (waking) stir();
    }, { capture: true, passive: true });
    for (const name of ["mousedown", "click"]) reader.addEventListener(name, (event) => {
      // Of no key, which counts no presses.
      if (!waking || event.detail === 0) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);

    // A finger: the outer thirds turn, the middle brings and takes away what stands around the book, a stroke turns as well.
    part("book").addEventListener("click", (event) => {
      if (event.pointerType === "mouse" || event.target.closest("a, button") || String(getSelection())) return;
      const where = event.clientX / innerWidth;
      if (where < 0.3) turn(-1);
      else if (where > 0.7) turn(1);
      else if ("idle" in reader.dataset) stir();
      else rest();
    });
    let start = null;
    const drawn = (x) => leaves[at].style.setProperty("--drawn", `${x}px`);
    reader.addEventListener("touchstart", (event) => {
      start = event.touches.length === 1 && !(visualViewport?.scale > 1.05) ? event.touches[0] : null;
    }, { passive: true });
    reader.addEventListener("touchmove", (event) => {
      if (!start || event.touches.length > 1) return (start = null), drawn(0);
      const x = event.touches[0].clientX - start.clientX;
      drawn(Math.abs(x) > Math.abs(event.touches[0].clientY - start.clientY) ? x / 4 : 0);
    }, { passive: true });
    const lift = (event) => {
      drawn(0);
      if (!start) return;
      const end = event.changedTouches[0];
      const x = end.clientX - start.clientX;
      const y = end.clientY - start.clientY;
      start = null;
      if (event.type === "touchend" && Math.abs(x) > 48 && Math.abs(x) > 1.5 * Math.abs(y)) turn(x < 0 ? 1 : -1);
    };
    reader.addEventListener("touchend", lift, { passive: true });
    reader.addEventListener("touchcancel", lift, { passive: true });

    for (const name of ["pointermove", "focusin", "keydown"]) document.addEventListener(name, (event) => { if (event.pointerType !== "touch") stir(); }, { passive: true });
    new ResizeObserver(again).observe(part("book"));

    reader.addEventListener("change", ({ target }) => {
      if (!target.matches("[data-styles]")) return;
      style = target.value;
      keep(styleKey, style);
      nameStyle();
      paintAll();
    });

    // The look one chose last, in whichever story, where this one has pictures of it, and the place where one was, unless the address says otherwise.
    const asked = new URLSearchParams(location.search).get("style");
    const liked = asked ?? kept(styleKey);
    const styles = part("styles");
    if (styles && [...styles.options].some((option) => option.value === liked && (asked || !("bare" in option.dataset)))) style = styles.value = liked;
    const remembered = kept(placeKey);
    const place = leaves[at].dataset.leaf === "cover" ? leaves.findIndex((leaf) => leaf.dataset.subject && leaf.dataset.subject === remembered) : -1;
    adopt(reader.dataset.style);
    if (style !== reader.dataset.style) paintAll();
    open(place > 0 ? place : at, 0, "");
    reader.dataset.keys = "";
    stir();
    listen();
  }
})();
