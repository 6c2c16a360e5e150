/**
 * A list of texts as RFC 9651 writes them: a string where it can, a display string where a text holds more than
 * printable ASCII. Whatever a text holds, the value is safe in a header.
 * @param more how many are left out, told as the last member: `more;count=3`
 */
export function formatList(texts: readonly string[], more: number): string {
  const members = texts.map(formatText);
  return [...members, ...(more > 0 ? [`more;count=${more}`] : [])].join(', ');
}

const printable = /^[\x20-\x7e]*$/;

function formatText(text: string): string {
  if (printable.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  return `%"${encodeDisplay(text)}"`;
}

/** Percent-encoded UTF-8 in lower case, but for printable ASCII other than `%` and `"` (RFC 9651 §4.1.11). */
function encodeDisplay(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x22;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}
