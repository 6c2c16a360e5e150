/** What a view is called in one text (surfaces/sql/view-name.ts): `v`, 32 hexadecimal digits, `_` and the resource. */
const viewName = /\bv[0-9a-f]{32}_([a-z_]+)/g;

/** The text with the names of resources in the place of their views': for messages and names of columns. */
export function hideViewNames(text: string): string {
  return text.replace(viewName, '$1');
}
