/** Names by their owner, from rows in the order in which they are to be shown. */
export function groupNames(rows: readonly { owner: string; name: string }[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { owner, name } of rows) {
    const known = names.get(owner);
    if (known === undefined) names.set(owner, [name]);
    else known.push(name);
  }
  return names;
}
