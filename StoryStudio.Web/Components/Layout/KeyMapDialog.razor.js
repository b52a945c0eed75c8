// The component library, once, and again only where it did not come or has left with the page that it was on.
export async function load(style, script) {
  await Promise.all([
    there("link[data-library]", () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: style })),
    globalThis.Radzen ? null : there("script[data-library]", () => Object.assign(document.createElement("script"), { src: script })),
  ]);
}

// Both lead to one answer, however many ask while it is on its way.
const coming = new WeakMap();
function there(selector, create) {
  let element = document.querySelector(selector);
  if (!element) {
    element = create();
    element.dataset.library = "";
    coming.set(element, new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => {
        element.remove();
        reject(new Error(`${element.href ?? element.src} did not come.`));
      };
    }));
    document.head.append(element);
  }
  return coming.get(element);
}
