// The one button of the print page.
document.querySelector("[data-print]")?.addEventListener("click", () => print());
