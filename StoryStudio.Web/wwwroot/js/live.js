// Keeps the pictures of a story fresh where no circuit does: on the reviewer's page always, on an author's while its line is cut.
// Tells of changes come by the story's event stream, or by asking every three seconds while something is pending; how a
// changed part looks, the server says: it renders the same components as the page itself.
(() => {
  const POLL = 3000;
  const GATHER = 80;
  const MOST = 40;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const placeOf = (segment, style) => one(`.place[data-segment="${segment}"][data-style="${CSS.escape(style)}"]`);
  const shown = (place) => one("img.picture:not(.picture--preview)", place);

  // One story's line. Calls take(kind, state) for what is news, say(words) when the line goes and comes, and gone() where there is no way back.
  const watch = (story, since, { take, say, gone, watching = false }) => {
    const known = new Map();
    let source = null, timer = 0, pending = true, edited = null, ended = false, refusals = 0, asked = false;

    const news = (kind, state) => {
      const key = kind + (kind === "review" ? state.imageId : state.id ?? "");
      if ((known.get(key) ?? since) >= state.version) return;
      known.set(key, state.version);
      take(kind, state);
    };
    const snapshot = (whole) => {
      pending = whole.pending > 0 || ["queued", "running"].includes(whole.run?.status);
      if (edited !== null && whole.editVersion > edited) take("story", whole);
      edited = whole.editVersion;
      for (const image of whole.images) news("image", image);
      if (whole.run) news("run", whole.run);
    };
    const stop = () => {
      ended = true;
      clearTimeout(timer);
      source?.close();
    };
    const poll = async () => {
      timer = 0;
      try {
        const answer = await fetch(`/api/stories/${story}/images`, { cache: "no-cache" });
        asked = true;
        if ([401, 403, 404, 410].includes(answer.status)) return refuse();
        if (answer.ok && !ended) snapshot(await answer.json());
      } catch { /* still away */ }
      if (pending) return soon();
      // The stream may have failed once more while this was on its way, and have set another.
      clearTimeout(timer);
      timer = 0;
      if (!ended && source.readyState !== EventSource.OPEN) say("The live line is down. Nothing is being drawn; this page goes on by itself.");
    };
    const soon = () => {
      if (!ended && pending && source.readyState !== EventSource.OPEN) timer ||= setTimeout(poll, POLL);
    };
    const refuse = () => {
      stop();
      gone();
    };
    const open = () => {
      if (ended) return;
      source = new EventSource(`/api/stories/${story}/events?${watching ? "watching&" : ""}${since >= 0 ? `lastEventId=${since}` : ""}`);
      const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data || "null")));
      source.onopen = () => {
        clearTimeout(timer);
        timer = refusals = 0;
        say("");
      };
      source.onerror = () => {
        if (ended) return;
        say(pending ? "The live line is down. Checking every 3 seconds." : "The live line is down. This page goes on by itself.");
        soon();
        if (source.readyState === EventSource.CLOSED) setTimeout(reopen, 5000);
      };
      on("snapshot", snapshot);
      on("image", (state) => {
        if (state.status === "pending" || state.status === "in_progress") pending = true;
        news("image", state);
      });
      on("run", (state) => {
        pending = ["queued", "running"].includes(state.status);
        news("run", state);
      });
      for (const kind of ["comment", "review", "story"]) on(kind, (state) => news(kind, state));
      on("watching", (state) => take("watching", state));
      on("closed", refuse);
    };
    // The browser gives up on a stream that was refused, and does not say why: asking tells, unless that was done just now, and then once a minute.
    const reopen = async () => {
      if (ended) return;
      if (refusals++ % 12 === 0 && !asked) await poll();
      asked = false;
      if (!ended && source.readyState === EventSource.CLOSED) {
        since = Math.max(since, ...known.values());
        open();
      }
    };
    open();
    return stop;
  };

  // Asks the server for parts, several in one go, and hands each on. What could not be had is asked for again.
  const parts = (address, put, gone) => {
    const wanted = new Set();
    let timer = 0, busy = false;
    const fetchThem = async () => {
      timer = 0;
      if (busy) return;
      busy = true;
      const some = [...wanted].slice(0, MOST);
      some.forEach((part) => wanted.delete(part));
      let pause = GATHER;
      try {
        const answer = await fetch(`${address}&${some.map((part) => `p=${part}`).join("&")}`, { cache: "no-store" });
        if (answer.ok) [...new DOMParser().parseFromString(await answer.text(), "text/html").body.children].forEach(put);
        else if ([401, 403, 404, 410].includes(answer.status)) gone();
        else throw answer;
      } catch {
        some.forEach((part) => wanted.add(part));
        pause = POLL;
      }
      busy = false;
      if (wanted.size) timer ||= setTimeout(fetchThem, pause);
    };
    return (...more) => {
      more.forEach((part) => wanted.add(part));
      timer ||= setTimeout(fetchThem, GATHER);
    };
  };

  // What a place shows, as the component names it.
  const stateOf = (image) =>
    ["pending", "in_progress"].includes(image.status) ? (image.url ? "redrawing" : image.status === "pending" ? "waiting" : "generating")
      : image.status === "failed" ? "error" : image.url ? "success" : image.status === "cancelled" ? "cancelled" : "empty";

  // Progress alone turns the ring that is there; anything else is the server's to draw.
  const needsMarkup = (place, image, seen) => {
    const looks = [stateOf(image), image.url, image.previewUrl, image.error?.code, image.nextAttemptAt, image.attempt].join();
    const same = seen.get(image.id) === looks || (!seen.has(image.id) && place.dataset.state === stateOf(image) && (shown(place)?.getAttribute("src") ?? null) === image.url && !image.previewUrl && !image.error);
    seen.set(image.id, looks);
    const arc = same && image.progress > 0 && one(".ring__gone", place);
    if (arc) {
      arc.setAttribute("stroke-dasharray", `${image.progress} 100`);
      arc.closest(".ring").classList.remove("ring--turning");
    }
    return !same;
  };

  globalThis.storyLive = { one, all, placeOf, shown, watch, parts, needsMarkup };
})();
