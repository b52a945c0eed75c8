// Nobody reads in a tab that is behind another.
export function attach(page) {
  const look = () => void page.invokeMethodAsync("Look", document.visibilityState === "visible").catch(() => {});
  document.addEventListener("visibilitychange", look);
  look();
  return {
    detach() {
      document.removeEventListener("visibilitychange", look);
    },
  };
}
