// Puts the link on the clipboard; where the page may not, over plain http, by way of the selection.
export async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
