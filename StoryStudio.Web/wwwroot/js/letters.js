// The letter that was pressed, small: where the layout has others than Latin ones, the one that stands on that key in Latin. Any other key by its name.
export function letter(event) {
  if (!/^\p{L}$/u.test(event.key)) return event.key;
  if (/\p{Script=Latin}/u.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key;
}
