import { foldName } from './token.ts';

const namesMax = 3;
const lengthMax = 64;

/** The names that look most like one that was written: what was meant, perhaps. */
export function findNearest(written: string, names: Iterable<string>): string[] {
  const wanted = foldName(written).slice(0, lengthMax);
  const farthest = Math.ceil(wanted.length / 3);
  const near = [...new Set(names)].flatMap((name) => {
    const other = foldName(name).slice(0, lengthMax);
    const within = wanted.length >= 3 && (other.includes(wanted) || wanted.includes(other));
    const distance = within ? 1 : countChanges(wanted, other);
    return distance <= farthest ? [{ name, distance }] : [];
  });
  return near
    .sort((left, right) => left.distance - right.distance)
    .slice(0, namesMax)
    .map(({ name }) => name);
}

/** Letters to add, drop or change to make one from the other (Levenshtein). */
function countChanges(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let line = 1; line <= left.length; line++) {
    const next = [line];
    for (let at = 1; at <= right.length; at++) {
      const change = (row[at - 1] ?? 0) + (left[line - 1] === right[at - 1] ? 0 : 1);
      next.push(Math.min(change, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
