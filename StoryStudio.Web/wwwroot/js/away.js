// An author's page while its circuit is away: each picture's place is covered by what it should show, and uncovered when the circuit is back.
(() => {
  const { one, all, placeOf, watch, parts, needsMarkup, pauses } = globalThis.storyLive;
  const bar = document.getElementById("components-reconnect-modal");
  if (!bar) return;
  let stop = null, settle = 0;
  const begin = (story) => {
    const seen = new Map();
    const end = () => stop?.();
    const want = parts(`/review/${story}/parts?look=desk`, (fresh) => {
      const place = placeOf(fresh.dataset.segment, fresh.dataset.style);
      if (!place || !stop) return;
      one(":scope > .away", place)?.remove();
      const cover = document.createElement("div");
      cover.className = "away";
      cover.append(fresh);
      place.append(cover);
      // What counts down stands still there: at its end the server says what is true then.
      const left = one("[data-left]", fresh)?.dataset.left;
      if (left) setTimeout(() => fresh.isConnected && want(`picture-${fresh.dataset.image}`), +left);
    }, end);
    const pause = pauses(want);
    return watch(story, -1, {
      take: (kind, state) => {
        if (kind === "run") return pause(state);
        const place = kind === "image" && state.segmentId && placeOf(state.segmentId, state.style);
        if (place && needsMarkup(one(":scope > .away > .place", place) ?? place, state, seen)) want(`picture-${state.id}`);
      },
      say: () => {},
      gone: end,
    });
  };
  new MutationObserver(() => {
    const cut = /components-reconnect-(show|failed|rejected|retrying|paused)/.test(bar.className);
    const story = /^\/stories\/([0-9a-f]{32})/.exec(location.pathname)?.[1];
    if (cut && !stop && story) {
      clearTimeout(settle);
      stop = begin(story);
    } else if (!cut && stop) {
      stop();
      stop = null;
      // The circuit first catches up beneath.
      settle = setTimeout(() => all(".away").forEach((cover) => cover.remove()), 500);
    }
  }).observe(bar, { attributeFilter: ["class"] });
})();
