// The reviewer's page: pictures, words and counts arrive by themselves, and what is written is sent without leaving it.
(() => {
  const { one, all, placeOf, pictures, shown, watch, parts, needsMarkup, pauses, ask } = globalThis.storyLive;
  const page = one("[data-review]");
  if (!page) return;
  const { story, version, style } = page.dataset;
  const line = one("[data-line]"), reply = one("[data-reply]"), announce = one("[data-announce]");
  const may = { say: one("template[data-form-of=say]"), ask: one("template[data-form-of=ask]") };
  const seen = new Map();
  let arrived = [], announcing = 0, heading = 0;

  // What is true of the page until it is loaded anew, and of its line until that changes; what answers a press stands apart, and passes.
  let outdated = "", ofLine = ["", false];
  const stand = () => {
    const [words, isOver] = ofLine;
    line.replaceChildren([outdated, words].filter(Boolean).join(" "), ...(isOver ? [" ", wayBack()] : []));
    line.hidden = !line.textContent;
  };
  const say = (words, isOver = false) => {
    ofLine = [words, isOver];
    stand();
  };
  // At this address stands by now why, and how one gets in again.
  const gone = (words) => say(words, true);
  const wayBack = () => {
    const way = document.createElement("a");
    way.href = location.href;
    way.textContent = "Load this page again";
    way.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload();
    });
    return way;
  };
  const answer = (words, ...ways) => {
    reply.replaceChildren(words, ...ways);
    reply.hidden = !words;
  };
  const tell = (words) => {
    arrived.push(words);
    announcing ||= setTimeout(() => {
      announce.textContent = arrived.length > 3 ? `${arrived.length} things are new on this page.` : arrived.join(" ");
      [arrived, announcing] = [[], 0];
    }, 1000);
  };

  const put = (fresh) => {
    if (fresh.matches(".place")) return picture(fresh);
    if (fresh.dataset.part === "texts") return texts(fresh);
    const old = fresh.dataset.part ? one(`[data-part="${fresh.dataset.part}"]`) : one(`[data-slot="${fresh.dataset.slot}"]`);
    if (!old) return added(fresh);
    if (fresh.dataset.slot) return;
    const focused = old.contains(document.activeElement) && nameOf(document.activeElement);
    old.replaceWith(fresh);
    if (fresh.dataset.part === "asked") heed();
    if (focused) (all("a, button", fresh).find((e) => nameOf(e) === focused) ?? one("a, button", fresh))?.focus();
  };
  const failed = (picture) => picture.complete && !picture.naturalWidth;
  const nameOf = (element) => element.getAttribute("value") ?? element.getAttribute("href") ?? element.textContent;
  // The first that is said of a picture that was not there when the page was made.
  const added = (fresh) => {
    const id = (fresh.dataset.part ?? fresh.dataset.slot).replace(/^(talk|spots)-/, "");
    const spot = one(`.place[data-image="${id}"]`)?.closest(".spot");
    if (!spot) return;
    spot.dataset.spot = id;
    spot.parentElement.id ||= `at-${id}`;
    (fresh.dataset.part?.startsWith("spots") ? spot : spot.parentElement).append(fresh);
  };
  const covers = (picture) => picture.addEventListener("load", () => setTimeout(() => {
    const place = picture.closest(".place"), all = place ? pictures(place) : [];
    all.slice(0, Math.max(0, all.indexOf(picture))).forEach((beneath) => beneath.remove());
  }, 400), { once: true });
  const picture = (fresh) => {
    const old = placeOf(fresh.dataset.segment, fresh.dataset.style);
    if (!old) return;
    const before = pictures(old), was = before.at(-1), now = shown(fresh);
    if (was && now && was.getAttribute("src") === now.getAttribute("src") && !failed(was)) {
      was.alt = now.alt;
      now.replaceWith(...before);
    } else if (now) {
      // What was there lies beneath until the new one covers it.
      const beneath = before.filter((one) => one.naturalWidth).at(-1);
      if (beneath) {
        beneath.alt = "";
        now.before(beneath);
        covers(now);
      }
    }
    const isNew = fresh.dataset.state === "success" && (old.dataset.state !== "success" || (was && "awaited" in was.dataset));
    old.replaceWith(fresh);
    if (isNew) here(fresh);
    const spot = fresh.closest(".spot"), behind = one(`[data-slot="${fresh.dataset.image}"] > form[data-behind]`);
    if (behind && versionOf(fresh)) {
      behind.elements.version.value = versionOf(fresh);
      behind.removeAttribute("data-behind");
    }
    if (spot && fresh.dataset.state === "success" && may.say) spot.dataset.comments = "";
  };

  // What is in sight is here once it is seen. What is not, the browser may leave for later.
  const here = (place) => {
    const picture = shown(place), { top, bottom } = place.getBoundingClientRect();
    if (picture && !picture.naturalWidth && bottom > 0 && top < innerHeight) picture.dataset.awaited = "";
    else tell(`Picture ${place.dataset.number} is here.`);
  };

  const want = parts(`/review/${story}/parts?style=${encodeURIComponent(style)}&part=${page.dataset.partOf}`, put, gone);
  const pause = pauses(want);
  const wantHead = () => { heading ||= setTimeout(() => { heading = 0; want("head"); }, 400); };
  const about = (key, spots) => {
    if (one(`[data-slot="${key}"]`) || one(`.place[data-image="${key}"]`)) want(`talk-${key}`, ...(spots ? [`spots-${key}`] : []));
  };
  // What is said of a picture is said of the version that is chosen by then: that one comes with it, whatever the line has told.
  const whole = (image) => want(`picture-${image}`, `talk-${image}`, `spots-${image}`);

  // Talks that were settled since the page was opened: one of them can be opened again.
  const settled = new Set();
  const take = (kind, state) => {
    if (kind === "image") {
      const place = state.segmentId && placeOf(state.segmentId, state.style);
      if (place) {
        const changed = state.url !== (shown(place)?.getAttribute("src") ?? null);
        if (needsMarkup(place, state, seen)) want(`picture-${state.id}`);
        if (changed) {
          want(`talk-${state.id}`, `spots-${state.id}`);
          wantHead();
        }
      }
      if (state.url && may.ask) want("asked");
    } else if (kind === "run") {
      pause(state);
      wantHead();
    } else if (kind === "watching") {
      one("[data-watching]").textContent = state.words;
    } else if (kind === "comment") {
      // One that goes with its words to another page was said before.
      const key = state.imageId ?? state.segmentId ?? story;
      const before = one(`[data-comment="${state.id}"]`)?.closest("[data-part]");
      const moved = before && before.dataset.part !== `talk-${key}`;
      about(key, !!state.imageId);
      // Whether an answer waits for whoever looks, here or elsewhere in the story.
      if (may.say && (state.parentId || state.resolvedAt || state.deleted || settled.delete(state.id))) want("asked");
      if (state.resolvedAt) settled.add(state.id);
      if (!state.deleted && !state.editedAt && !state.resolvedAt && !moved) tell(`${state.writer.name} said something.`);
    } else if (kind === "review") {
      about(state.imageId, true);
      wantHead();
      if (may.ask) want("asked");
    } else if (kind === "story") {
      want("texts", "asked");
      wantHead();
    }
  };

  // The words were edited: those that stand are exchanged, and what is called by their numbers is asked for anew; where pages came, went or
  // moved the page is read anew, unless that costs somebody words.
  const texts = (fresh) => {
    const items = all("article.item"), now = [...fresh.children];
    const moved = items.map((item) => item.id).join() !== now.map((text) => `at-${text.dataset.segment}`).join();
    if (moved || fresh.dataset.style !== style || fresh.dataset.parts !== page.dataset.parts) {
      if (!all("textarea").some((field) => field.value)) location.reload();
      outdated = moved ? "Pages were moved. Reload to see them in their new order; what you are writing is kept."
        : fresh.dataset.style !== style ? "This style was taken out. Reload to see the others; what you are writing is kept."
        : "The story has other parts by now. Reload to reach them; what you are writing is kept.";
      stand();
      return;
    }
    // They may have been moved back.
    outdated = "";
    stand();
    items.forEach((item, i) => {
      const { segment, number } = now[i].dataset, prose = one(".prose", item);
      if (item.dataset.number === number && prose.textContent === now[i].textContent) return;
      prose.textContent = now[i].textContent;
      one(".number", item).textContent = item.dataset.number = number;
      item.setAttribute("aria-label", `Page ${number}`);
      const image = one(".place", item)?.dataset.image;
      want(`talk-${segment}`, `picture-${image ?? segment}`, ...(image ? [`talk-${image}`] : []));
    });
    one("h1").textContent = fresh.dataset.title;
  };

  // ---- what the head asks of whoever looks: where that is out of sight, and is more than when it was last seen, it is said here too
  const reminder = one("[data-reminder]"), kinds = ["answers", "pictures"], known = {};
  const noteOf = (kind) => one(`[data-part=asked] [data-asks=${kind}]`);
  const rankOf = (kind) => +(noteOf(kind)?.dataset.rank ?? 0);
  const noted = (kind) => { known[kind] = rankOf(kind); };
  // Pictures come one by one: whoever has no time for them now is not told of each, until some are decided.
  let cameFrom = null, hushed = false, last = rankOf("pictures");
  const remind = () => {
    const kind = kinds.find((kind) => rankOf(kind) > known[kind] && !(hushed && kind === "pictures")), isHeld = reminder.contains(document.activeElement);
    reminder.hidden = !kind;
    if (kind) {
      const note = noteOf(kind), way = one("a", note), mine = one("a", reminder);
      reminder.dataset.reminder = kind;
      one("span", reminder).textContent = one("span", note).textContent;
      mine.href = way.href;
      mine.textContent = way.textContent;
      if (way.dataset.jump) mine.dataset.jump = way.dataset.jump;
      else delete mine.dataset.jump;
    } else if (isHeld && cameFrom?.isConnected) {
      cameFrom.focus({ preventScroll: true });
    }
  };
  const sight = new IntersectionObserver((notes) => {
    for (const { target, intersectionRatio } of notes) {
      if (intersectionRatio < 0.5) continue;
      noted(target.dataset.asks);
      if (target.dataset.asks === "pictures") hushed = false;
    }
    remind();
  }, { threshold: 0.5 });
  // What is asked less by now is new when it is asked again.
  const heed = () => {
    sight.disconnect();
    for (const kind of kinds) known[kind] = Math.min(known[kind], rankOf(kind));
    if (hushed && rankOf("pictures") < last) [hushed, known.pictures] = [false, rankOf("pictures")];
    last = rankOf("pictures");
    const notes = kinds.map(noteOf).filter(Boolean);
    notes.forEach((note) => sight.observe(note));
    if (!notes.length) remind();
  };
  reminder.addEventListener("focusin", ({ relatedTarget }) => {
    if (!reminder.contains(relatedTarget)) cameFrom = relatedTarget;
  });
  reminder.addEventListener("click", ({ target }) => {
    if (!target.closest("a, button")) return;
    hushed ||= Boolean(target.closest("button")) && reminder.dataset.reminder === "pictures";
    // Once it has led where it leads: it may lead elsewhere then.
    setTimeout(() => {
      noted(reminder.dataset.reminder);
      remind();
    });
  });
  kinds.forEach(noted);
  heed();

  // ---- saying something
  const send = async (method, path, body) => {
    const taken = await ask(path, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
    if (taken.ok) return;
    const problem = await taken.json().catch(() => null);
    throw Object.assign(new Error(problem?.detail ?? "The server did not take it. Please try again."), { code: problem?.code });
  };
  const words = (error, again) => (error instanceof TypeError || error.name === "TimeoutError" ? `No connection. ${again}` : error.message);
  const refresh = (key) => {
    if (one(`.place[data-image="${key}"]`)) whole(key);
    else about(key, true);
    wantHead();
    if (may.ask) want("asked");
  };

  // A word about a picture is of somebody who has seen it: the one before it may be what they see still.
  const UNSEEN = "This picture is still on its way. Look at it first.";
  const OTHER = "Another version of this picture is chosen by now. Decide about that one once you see it.";
  const unseen = (image) => {
    const place = one(`.place[data-image="${image}"]`), newest = place && shown(place);
    return !!newest && !newest.naturalWidth;
  };
  // Nor of a version that this page does not show: the words beside the picture may know of one before it is here, and not yet of one that is.
  // Which of the two it is no number tells, as an older one may be chosen again.
  const versionHere = (image) => {
    const place = one(`.place[data-image="${image}"]`);
    return place ? versionOf(place) : undefined;
  };
  const undecidable = (image, version) => {
    if (versionHere(image) === version) return unseen(image) ? UNSEEN : "";
    whole(image);
    return OTHER;
  };

  const act = async (button) => {
    const [what, id, number] = button.value.split(":");
    const why = what === "approve" && undecidable(id, number);
    if (why) return answer(why);
    button.disabled = true;
    try {
      if (what === "approve") await send("PUT", `/api/images/${id}/decision`, { version: +number, decision: "approved" });
      else if (what === "withdraw") await send("DELETE", `/api/images/${id}/decision`);
      else if (what === "delete") await send("DELETE", `/api/comments/${id}`);
      else await send("POST", `/api/comments/${id}/${what}`);
      // It is this press that asks for a word again.
      if (what === "withdraw") known.pictures++;
      if (what === "delete") {
        const back = undo(id, button.dataset.act);
        answer("The comment was deleted. ", back);
        // What was pressed goes away, and whoever uses the keys with it.
        if (button === document.activeElement || document.activeElement === document.body) back.focus({ preventScroll: true });
      } else answer("");
    } catch (error) {
      const again = what === "restore" ? [" ", undo(id, button.dataset.act)] : [];
      answer(words(error, "Press it again in a moment."), ...again);
      again[1]?.focus({ preventScroll: true });
    }
    button.disabled = false;
    refresh(button.dataset.act);
  };
  const undo = (comment, key) => {
    const back = Object.assign(document.createElement("button"), { type: "submit", className: "button button--quiet", name: "do", value: `restore:${comment}`, textContent: "Undo" });
    back.setAttribute("form", "act");
    back.dataset.act = key;
    return back;
  };

  // What the server has taken does not come back when the form is opened again; what was typed since is kept.
  const taken = ({ dataset, value }, sent) => {
    if (value !== sent) return;
    try {
      for (const of of ["", ".base"]) sessionStorage.removeItem(`storystudio.kept.${dataset.kept}${of}`);
    } catch { /* no storage, no memory */ }
  };

  const submit = async (form) => {
    const field = (name) => form.elements[name]?.value || undefined;
    const error = one("[data-error]", form), button = one("[type=submit]", form);
    const number = (name) => (field(name) === undefined ? undefined : +field(name));
    error.hidden = true;
    const why = form.dataset.form === "ask" && undecidable(field("imageId"), field("version"));
    if (why) {
      error.textContent = why;
      error.hidden = false;
      if (versionHere(field("imageId")) !== field("version")) renew(form);
      return;
    }
    button.disabled = true;
    try {
      const text = form.elements.text.value;
      if (form.dataset.form === "ask") await send("PUT", `/api/images/${field("imageId")}/decision`, { version: number("version"), decision: "changes_wanted", reason: text });
      else if (form.dataset.form === "edit") await send("PATCH", `/api/comments/${field("commentId")}`, { text, basedOn: form.elements.basedOn.value });
      else await send("POST", `/api/stories/${story}/comments`, { text, parentId: field("parentId"), imageId: field("imageId"), segmentId: field("segmentId"), pictureVersion: number("version"), x: number("x"), y: number("y"), key: field("key") });
      const { slot } = form.parentElement.dataset;
      taken(form.elements.text, text);
      close(form);
      refresh(slot);
    } catch (failure) {
      error.textContent = words(failure, "What you wrote is kept; send it again in a moment.");
      error.hidden = false;
      button.disabled = false;
      if (failure.code === "version_superseded") renew(form);
      if (failure.code === "comment_changed") await meet(form).catch(() => {});
    }
  };
  // Somebody's other window said it otherwise meanwhile: what both make together the server puts into the form, as it does where no script runs.
  const meet = async (form) => {
    const sent = form.elements.text.value;
    const met = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const fresh = one(".slot > form[data-form=edit]", new DOMParser().parseFromString(await met.text(), "text/html"));
    if (!form.isConnected) return;
    if (met.ok && !fresh) {
      const { slot } = form.parentElement.dataset;
      taken(form.elements.text, sent);
      close(form);
      refresh(slot);
    } else if (fresh) {
      for (const name of ["text", "basedOn", "__RequestVerificationToken"]) form.elements[name].value = fresh.elements[name].value;
      one("[data-error]", form).textContent = one("[data-error]", fresh).textContent;
      one("[data-met]", form).replaceChildren(...one("[data-met]", fresh).childNodes);
      form.elements.text.focus();
    }
  };
  // Another version is shown by now: what this page shows is what the form is about, and what comes to it once that is here.
  const renew = (form) => {
    const { imageId, version } = form.elements;
    version.value = versionHere(imageId.value) ?? version.value;
    form.dataset.behind = "";
    whole(imageId.value);
  };

  // ---- a spot on the picture that is spoken of: where it was clicked, or where the arrow keys move it
  const spotOf = (form) => one(`.spot[data-comments][data-spot="${form.parentElement.dataset.slot}"]`);
  const dotOf = (form) => one(`.spot[data-spot="${form.parentElement.dataset.slot}"] > [data-dot]`);
  const versionOf = (spot) => /\/v(\d+)\./.exec(shown(spot)?.getAttribute("src") ?? "")?.[1];
  const markable = (form) => {
    const button = one("[data-mark]", form), spot = button && spotOf(form);
    if (!spot || !versionOf(spot)) return;
    button.hidden = false;
    if (form.elements.x.value) mark(form, +form.elements.x.value, +form.elements.y.value);
  };
  const mark = (form, ...at) => {
    const spot = spotOf(form), version = spot && versionOf(spot);
    if (!version) return null;
    const [x, y] = at.map((n) => Math.min(1, Math.max(0, n)));
    if (!dotOf(form)) spot.append(one("template[data-dot-of]").content.cloneNode(true));
    const dot = dotOf(form), keys = dot.nextElementSibling;
    keys.id = `keys-${spot.dataset.spot}`;
    const [left, top] = [x, y].map((n) => Math.round(n * 100));
    Object.assign(dot.style, { insetInlineStart: `${x * 100}%`, insetBlockStart: `${y * 100}%` });
    const words = { "aria-label": `Spot on picture ${spot.closest("[data-number]").dataset.number}`, "aria-valuenow": left, "aria-valuetext": `${left} percent from the left, ${top} percent from the top`, "aria-describedby": keys.id };
    for (const [name, value] of Object.entries(words)) dot.setAttribute(name, value);
    [form.elements.version.value, form.elements.x.value, form.elements.y.value] = [version, x.toFixed(4), y.toFixed(4)];
    one("[data-point]", form).hidden = false;
    one("[data-mark]", form).textContent = "Move the spot";
    return dot;
  };
  const wipe = (form) => {
    const dot = dotOf(form);
    dot?.nextElementSibling.remove();
    dot?.remove();
  };
  const unmark = (form) => {
    wipe(form);
    form.elements.x.value = form.elements.y.value = "";
    one("[data-point]", form).hidden = true;
    one("[data-mark]", form).textContent = "Mark a spot";
  };
  const sayOf = (id) => one(`[data-slot="${id}"] > form[data-form="say"]`);
  const clicked = (spot, event) => {
    const box = spot.getBoundingClientRect(), id = spot.dataset.spot, version = versionOf(spot);
    if (unseen(id)) return answer(UNSEEN);
    if (!version || (!sayOf(id) && !openForm("say", id, { imageId: id, version }))) return;
    mark(sayOf(id), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    sayOf(id).elements.text.focus();
  };
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener("keydown", (event) => {
    const dot = event.target.closest?.("[data-dot]"), form = dot && sayOf(dot.parentElement.dataset.spot);
    if (!form || event.ctrlKey || event.metaKey || event.altKey) return;
    const [dx, dy] = step[event.key] ?? [], far = event.shiftKey ? 0.1 : 0.02;
    if (dx !== undefined && unseen(dot.parentElement.dataset.spot)) answer(UNSEEN);
    else if (dx !== undefined) mark(form, +form.elements.x.value + dx * far, +form.elements.y.value + dy * far);
    else if (event.key === "Enter" || event.key === "Escape") {
      if (event.key === "Escape") unmark(form);
      form.elements.text.focus();
    } else return;
    event.preventDefault();
  });

  let opener = null;
  const close = (form) => {
    wipe(form);
    form.remove();
    if (opener?.isConnected) opener.focus();
    opener = null;
  };
  const openForm = (kind, slotKey, fields) => {
    const template = one(`template[data-form-of="${kind}"]`), slot = one(`[data-slot="${slotKey}"]`);
    if (!template || !slot) return false;
    all("form", slot).forEach((form) => {
      wipe(form);
      form.remove();
    });
    slot.append(template.content.cloneNode(true));
    const form = one("form", slot), text = form.elements.text;
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.elements.key.value = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    text.dataset.kept = `review.${story}.${kind}.${fields.commentId ?? fields.parentId ?? fields.imageId ?? fields.segmentId ?? ""}`;
    for (const [element, attribute] of [[one("label", form), "for"], [text, "id"]]) element.setAttribute(attribute, `form-${kind}-${slotKey}`);
    markable(form);
    if (kind === "edit") form.elements.basedOn.value = text.value = one(`[data-comment="${fields.commentId}"] .words`)?.textContent ?? "";
    text.focus();
    return true;
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches("#act, [data-form]")) answer("");
    if (event.target.id === "act") act(event.submitter);
    else if (event.target.matches("[data-form]")) submit(event.target);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target.closest("[data-open], [data-close], [data-jump], [data-again], [data-mark], [data-dot], .spot[data-comments]");
    if (!target || target.matches("[data-dot]")) return;
    if (target.matches("[data-open]")) {
      opener = target;
      if (openForm(target.dataset.open, target.dataset.slotOf, Object.fromEntries(new URLSearchParams(target.dataset.fields)))) event.preventDefault();
    } else if (target.matches("[data-close]")) {
      event.preventDefault();
      close(target.closest("form"));
    } else if (target.matches("[data-jump]")) {
      const there = document.getElementById(`at-${target.dataset.jump}`);
      if (!there) return;
      event.preventDefault();
      there.scrollIntoView({ block: "center" });
      one("button, a", there)?.focus({ preventScroll: true });
    } else if (target.matches("[data-again]")) {
      load(target.closest(".place"));
    } else if (target.matches("[data-mark]")) {
      const { form } = target, { x, y } = form.elements;
      if (unseen(form.parentElement.dataset.slot)) answer(UNSEEN);
      else mark(form, ...(x.value ? [+x.value, +y.value] : [0.5, 0.5]))?.focus();
    } else {
      clicked(target, event);
    }
  });
  all(".slot > form").forEach(markable);

  // ---- a picture that does not come over a bad line: once more after ten seconds, then when somebody asks
  const load = (place) => {
    const picture = shown(place), again = picture.cloneNode();
    one(".broken", place)?.remove();
    again.dataset.mount = +(picture.dataset.mount ?? 0) + 1;
    again.loading = "eager";
    covers(again);
    picture.replaceWith(again);
  };
  const broken = (picture) => {
    const place = picture.closest(".place");
    if (!place || picture !== shown(place) || one(".broken", place)) return;
    place.append(one("template[data-broken]").content.cloneNode(true));
    // And that it is here, once it is.
    picture.dataset.awaited = "";
    tell(`Picture ${place.dataset.number} did not load.`);
    const first = !+picture.dataset.mount;
    one("[data-again]", place).hidden = first;
    // By then it may stand in another place, or another picture in this one.
    if (first) setTimeout(() => {
      const now = picture.closest(".place");
      if (now?.isConnected && picture === shown(now)) load(now);
    }, 10000);
  };
  document.addEventListener("error", (event) => event.target.matches?.("img.picture") && broken(event.target), true);
  document.addEventListener("load", ({ target }) => {
    if (!target.matches?.("img.picture")) return;
    if (reply.textContent === UNSEEN) answer("");
    if (!("awaited" in target.dataset)) return;
    delete target.dataset.awaited;
    here(target.closest(".place"));
  }, true);
  all("img.picture").filter(failed).forEach(broken);

  watch(story, +version, { take, say, gone, watching: true, reviews: true });
})();
