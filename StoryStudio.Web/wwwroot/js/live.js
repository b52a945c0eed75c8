// Keeps the pictures of a story fresh where no circuit does: on the reviewer's page always, on an author's while its line is cut.
// Tells of changes come by the story's event stream, or by asking every three seconds while something is pending; how a
// changed part looks, the server says: it renders the same components as the page itself.
(() => {
  const POLL = 3000;
  // The server says every fifteen seconds that it is there; what a proxy holds back, or a dead path swallows, says nothing.
  const SILENCE = 40_000;
  const PATIENCE = 15_000;
  // A long story over a slow line: two megabytes need as much.
  const LONGEST = 300_000;
  const REST = 30_000;
  const GATHER = 80;
  const MOST = 40;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const placeOf = (segment, style) => one(`.place[data-segment="${segment}"][data-style="${CSS.escape(style)}"]`);
  // The newest is on top: the one before it lies beneath until that is covered.
  const pictures = (place) => all("img.picture:not(.picture--preview)", place);
  const shown = (place) => pictures(place).at(-1);

  // What the server says to whoever it lets in no longer, in a sentence with the way on; every other answer may be another one in a moment.
  const refusals = {
    401: "You are not let in here any more. Sign in, or open your link once more.",
    403: "This is no longer open to you. Ask whoever invited you.",
    404: "This story is no longer here.",
    410: "This link no longer opens the story. Ask whoever sent it for another one.",
  };
  // Nobody waits for ever for an answer to begin. What has begun comes as fast as the line lets it.
  const ask = async (address, options) => {
    const call = new AbortController();
    const giveUp = () => call.abort(new DOMException("No answer.", "TimeoutError"));
    const patience = setTimeout(giveUp, PATIENCE);
    try {
      const answer = await fetch(address, { ...options, signal: call.signal });
      setTimeout(giveUp, LONGEST);
      return answer;
    } finally {
      clearTimeout(patience);
    }
  };
  // The browser does not say why it was refused a stream: asking the same address does. 0 where nobody answered.
  const statusOf = async (address) => {
    try {
      const answer = await ask(address, { cache: "no-store", headers: { Accept: "text/event-stream" } });
      answer.body?.cancel();
      return answer.status;
    } catch {
      return 0;
    }
  };

  // One story's line. Calls take(kind, state) for what is news, say(words) when the line goes and comes, and gone(words) where one is
  // let in no longer: from then on nothing is asked, unless somebody who may have signed in elsewhere comes back to the page. What is said and
  // decided is asked for where the page shows it.
  const watch = (story, since, { take, say, gone, watching = false, reviews = false }) => {
    const known = new Map();
    let source = null, live = false, doubted = false, timer = 0, again = 0, quiet = 0, misses = 0, pending = true, edited = null, ended = false, refused = 0, heard = since, asked = since, looked = 0, looking = false, opened = 0;

    const news = (kind, state) => {
      const key = kind + (kind === "review" ? state.imageId : state.id ?? "");
      if ((known.get(key) ?? since) >= state.version) return;
      known.set(key, state.version);
      take(kind, state);
    };
    const snapshot = (whole) => {
      pending = whole.pending > 0 || ["queued", "running"].includes(whole.run?.status);
      // Before the first of these, what the page shows is as old as what it has heard.
      if (whole.editVersion > (edited ?? heard)) take("story", whole);
      edited = whole.editVersion;
      for (const image of whole.images) news("image", image);
      if (whole.run) news("run", whole.run);
    };
    const away = () => say(`The live line is down. ${pending ? "Checking every 3 seconds." : "Nothing is being drawn; this page goes on by itself."}`);
    const rest = () => {
      clearTimeout(timer);
      clearTimeout(again);
      clearTimeout(quiet);
      timer = again = 0;
      live = false;
      source.close();
    };
    const stop = () => {
      ended = true;
      rest();
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("online", wake);
    };
    const refuse = (status) => {
      if (ended) return;
      rest();
      if (refused !== (refused = status)) gone(refusals[status]);
    };
    // No snapshot holds what was said and decided, but when that was last.
    const catchUp = async () => {
      const answer = await ask(`/api/stories/${story}/reviews/changes?since=${Math.max(asked, heard)}`, { cache: "no-store" });
      if (!answer.ok || ended) return;
      const changes = await answer.json();
      for (const kind of ["comment", "review"]) for (const state of changes[`${kind}s`]) news(kind, state);
      asked = changes.version;
    };
    const poll = async () => {
      timer = 0;
      if (looking) return;
      looking = true;
      looked = Date.now();
      try {
        const answer = await ask(`/api/stories/${story}/images`, { cache: "no-cache" });
        if (answer.status in refusals) return refuse(answer.status);
        const whole = answer.ok && (await answer.json());
        if (whole && !ended) snapshot(whole);
        if (whole && reviews && whole.reviewVersion > Math.max(asked, heard)) await catchUp();
      } catch {
        // Still away.
      } finally {
        looking = false;
      }
      if (pending) return soon();
      // The stream may have failed once more while this was on its way, and have set another.
      clearTimeout(timer);
      timer = 0;
      if (!ended && !refused && !live) away();
    };
    const soon = () => {
      if (!ended && !refused && pending && !live && !looking) timer ||= setTimeout(poll, POLL);
    };
    const address = (more) => `/api/stories/${story}/events?${more}${since >= 0 ? `lastEventId=${since}` : ""}`;
    // Nothing has come for long. It is asked once at least: what is pending may have changed since the line last said.
    const mute = () => {
      live = false;
      doubted = true;
      away();
      timer ||= setTimeout(poll);
      // Its first event is the whole story, of which nothing is heard before all of it is here.
      if (opened && Date.now() - opened < LONGEST) return hear();
      source.close();
      misses++ ? later() : reopen();
    };
    const hear = () => {
      clearTimeout(quiet);
      quiet = setTimeout(mute, SILENCE);
    };
    const up = () => {
      live = true;
      doubted = false;
      clearTimeout(timer);
      timer = misses = 0;
      say("");
    };
    const open = () => {
      if (ended) return;
      opened = 0;
      hear();
      source = new EventSource(address(watching ? "alive&watching&" : "alive&"));
      const on = (name, act) => source.addEventListener(name, (event) => {
        heard = Math.max(heard, +event.lastEventId);
        opened = 0;
        hear();
        if (!live) up();
        act(JSON.parse(event.data || "null"));
      });
      // Of a line that was silent before, only what it says counts.
      source.onopen = () => {
        opened = since < 0 ? Date.now() : 0;
        hear();
        if (!doubted) up();
      };
      source.onerror = () => {
        if (ended || refused) return;
        live = false;
        opened = 0;
        away();
        soon();
        // While the browser tries by itself, each time that it fails is a word as well.
        if (source.readyState !== EventSource.CLOSED) return hear();
        // Why it was refused is asked at once; what follows is patient.
        clearTimeout(quiet);
        misses++ ? later() : reopen();
      };
      on("snapshot", snapshot);
      // That nothing is pending any more only the whole tells: beside a run that is over or paused a picture may be on its way still.
      on("image", (state) => {
        pending ||= state.status === "pending" || state.status === "in_progress";
        news("image", state);
      });
      on("run", (state) => {
        pending ||= ["queued", "running"].includes(state.status) || state.inProgress > 0;
        news("run", state);
      });
      for (const kind of ["comment", "review", "story"]) on(kind, (state) => news(kind, state));
      on("watching", (state) => take("watching", state));
      on("alive", () => {});
      on("closed", () => {
        clearTimeout(quiet);
        source.close();
        live = false;
        reopen();
      });
    };
    const later = () => {
      if (!ended && !refused) again ||= setTimeout(reopen, Math.min(REST, 2_500 * 2 ** misses));
    };
    const reopen = async () => {
      clearTimeout(again);
      again = 0;
      const status = await statusOf(address(""));
      if (ended || source.readyState !== EventSource.CLOSED) return;
      if (status in refusals) return refuse(status);
      if (status !== 200) {
        // Where even the headers are held back, this alone finds what came since. A server that says no is left alone.
        if (!status && Date.now() - looked >= REST) timer ||= setTimeout(poll);
        misses++;
        return later();
      }
      refused = 0;
      // From what the stream itself told: of what was asked for meanwhile it may tell once more.
      since = heard;
      open();
    };
    // A link that is over and a story that is gone do not come back.
    const wake = () => {
      if (document.visibilityState !== "visible" || source.readyState !== EventSource.CLOSED || refused === 404 || refused === 410) return;
      reopen();
      // Where nothing is asked by the clock, whoever comes back finds what was said and decided all the same.
      if (!pending && !refused) timer ||= setTimeout(poll);
    };
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    open();
    return stop;
  };

  // Asks the server for parts, several in one go, and hands each on: at once, and then for what gathered meanwhile. What could not be had is asked for again.
  const parts = (address, put, gone) => {
    const wanted = new Set();
    let timer = 0, busy = false, last = -GATHER;
    const fetchThem = async () => {
      timer = 0;
      if (busy) return;
      busy = true;
      last = performance.now();
      const some = [...wanted].slice(0, MOST);
      some.forEach((part) => wanted.delete(part));
      let pause = GATHER;
      try {
        const answer = await ask(`${address}&${some.map((part) => `p=${part}`).join("&")}`, { cache: "no-store" });
        if (answer.ok) [...new DOMParser().parseFromString(await answer.text(), "text/html").body.children].forEach(put);
        else if (answer.status in refusals) gone(refusals[answer.status]);
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
      timer ||= setTimeout(fetchThem, Math.max(0, last + GATHER - performance.now()));
    };
  };

  // What a place shows, as the component names it.
  const stateOf = (image) =>
    ["pending", "in_progress"].includes(image.status) ? (image.url ? "redrawing" : image.status === "pending" ? "waiting" : "generating")
      : image.status === "failed" ? "error" : image.url ? "success" : image.status === "cancelled" ? "cancelled" : "empty";

  // Progress alone turns the ring that is there; anything else is the server's to draw.
  const needsMarkup = (place, image, seen) => {
    const looks = [stateOf(image), image.url, image.previewUrl, image.error?.code, image.nextAttemptAt, image.attempt].join();
    const same = seen.get(image.id) === looks || (!seen.has(image.id) && place.dataset.state === stateOf(image) && (shown(place)?.getAttribute("src") ?? null) === image.url && !image.previewUrl && !image.error && !("paused" in place.dataset));
    seen.set(image.id, looks);
    const arc = same && image.progress > 0 && one(".ring__gone", place);
    if (arc) {
      arc.setAttribute("stroke-dasharray", `${image.progress} 100`);
      arc.closest(".ring").classList.remove("ring--turning");
    }
    return !same;
  };

  // That a run is paused or goes on changes nothing of its pictures, but what is true of those that wait in it.
  const pauses = (want) => {
    let known = null;
    return (run) => {
      const paused = Object.keys(run.styles).filter((style) => run.styles[style].paused);
      if (known === (known = paused.join())) return;
      for (const place of all(".place[data-image]:is([data-state=waiting], [data-state=redrawing], [data-state=error])"))
        if (("paused" in place.dataset) !== paused.includes(place.dataset.style)) want(`picture-${place.dataset.image}`);
    };
  };

  globalThis.storyLive = { SILENCE, one, all, placeOf, pictures, shown, refusals, ask, statusOf, watch, parts, needsMarkup, pauses };
})();
