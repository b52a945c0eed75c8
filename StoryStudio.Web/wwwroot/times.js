// The server writes times in UTC, and says so. Where data-times stands they are put on the clock of whoever looks, in the words and in what
// names them, however they come there. Where no script runs they stay as they are, and true.
(() => {
  // A hundred places of pictures have sentences; an attribute each is a frame each on the server.
  const where = "[data-times], .place .sentence, .place > [role=status]";
  const written = /(?:(\d{1,2} [A-Z][a-z]{2} \d{4}), )?(\d\d:\d\d)(:\d\d)? UTC/g;

  const local = (words) => words.replace(written, (utc, day, minute, second = "") => {
    const time = new Date(day ? `${day} ${minute}${second} UTC` : `${new Date().toISOString().slice(0, 10)}T${minute}${second}Z`);
    const said = time.toLocaleString([], { dateStyle: day && "medium", timeStyle: second ? "medium" : "short" });
    // "10:42 PM" stands in one line.
    return day ? said : said.replaceAll(" ", "\u00a0");
  });
  const named = (element) => {
    for (const name of ["title", "aria-label"]) {
      const words = element.getAttribute(name);
      if (words?.includes(" UTC")) element.setAttribute(name, local(words));
    }
  };
  // The text itself is changed and never another put in its place: whoever rendered it writes on in it.
  const said = (text) => {
    if (text.data.includes(" UTC")) text.data = local(text.data);
  };
  const all = (element) => {
    named(element);
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) said(texts.currentNode);
  };
  const come = (node) => {
    if (node instanceof Text) {
      if (node.parentElement?.closest(where)) said(node);
    } else if (node instanceof Element) {
      if (node.closest(where)) all(node);
      else node.querySelectorAll(where).forEach(all);
    }
  };
  come(document.body);
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") { if (target.matches(where)) named(target); }
      else if (type === "characterData") come(target);
      else addedNodes.forEach(come);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributeFilter: ["title", "aria-label"] });
})();
