/** Headers that make the API behind call something else than what was checked, or believe what a client says of itself. */
export const untrustedHeadersDefault: readonly string[] = [
  'x-claviger-*',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
];

/**
 * Tells which headers of a client are not to be passed on. A `*` at the end of a name stands for any ending. Servers of
 * the CGI kind read `_` and `-` alike, so an alias counts as the name (lessons: GHSA-5m6w-wvh7-57vm).
 */
export function compileHeaderNames(names: readonly string[]): (header: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const name of names.map(unify)) {
    if (name.endsWith('*')) prefixes.push(name.slice(0, -1));
    else exact.add(name);
  }
  return (header) => {
    const unified = unify(header);
    return exact.has(unified) || prefixes.some((prefix) => unified.startsWith(prefix));
  };
}

function unify(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
