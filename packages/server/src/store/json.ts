/** Most lists of most rows are empty: no parser runs for them. */
export function parseList<T>(text: string): T[] {
  return text === '[]' ? [] : (JSON.parse(text) as T[]);
}

/** As JSON.stringify, but a member that is undefined stays. What is null comes back as undefined, so nothing may be. */
export function stringifyMembers(value: object): string {
  return JSON.stringify(value, (_, member: unknown) => (member === undefined ? null : member));
}

export function parseMembers(text: string): unknown {
  return withoutNull(JSON.parse(text));
}

function withoutNull(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutNull);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutNull(member)]));
}
