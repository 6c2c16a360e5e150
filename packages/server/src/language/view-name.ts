/**
 * A name for the view of a resource in one text: no text can hold it that was written before it was drawn, and a name
 * that a text can't hold can't be shadowed by it, as by a CTE.
 * @param drawUuid of 122 random bits each time: the randomness has to come from outside, since language is pure
 */
export function newViewName(resource: string, drawUuid: () => string): string {
  return `v${drawUuid().replaceAll('-', '')}_${resource}`;
}

const viewName = /\bv[0-9a-f]{32}_([a-z_]+)/g;

/** The text with the names of resources in the place of their views': for messages and names of columns. */
export function hideViewNames(text: string): string {
  return text.replace(viewName, '$1');
}
