// Nobody reads in a tab that is behind another. The line may be away when that changes: it is said until it was heard.
const again = 3000;

export function attach(page) {
  let heard = null, timer = 0;
  const look = async () => {
    clearTimeout(timer);
    const visible = document.visibilityState === "visible";
    if (visible === heard) return;
    timer = setTimeout(look, again);
    try {
      await page.invokeMethodAsync("Look", visible);
      heard = visible;
      look();
    } catch { /* said again in a moment */ }
  };
  document.addEventListener("visibilitychange", look);
  look();
  return {
    detach() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      heard = document.visibilityState === "visible";
    },
  };
}
