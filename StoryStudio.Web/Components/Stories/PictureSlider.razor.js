// The line follows the range within the browser: no way to the server for every pixel.
export function attach(root) {
  const range = root?.querySelector("input");
  if (!range) return { detach() {} };
  const show = () => {
    root.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} percent`);
  };
  range.addEventListener("input", show);
  show();
  return { detach: () => range.removeEventListener("input", show) };
}
