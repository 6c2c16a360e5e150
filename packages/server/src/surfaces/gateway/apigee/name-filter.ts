/** One place of a pattern: which characters may stand there, and how often. */
interface Place {
  readonly takes: (character: string) => boolean;
  readonly isOptional: boolean;
  readonly repeats: boolean;
}

const patternLengthMax = 256;
const token = /^(?:(\.)|\[(\^?)([^\][\\^]+)\]|\\([^A-Za-z0-9])|([^\\[\](){}|*+?^$.]))([*+?]?)/u;

/**
 * Reads the `productnamefilter` that Edge Microgateway is set up with, as `^[Ee]dgemicro.*$`: a regular expression,
 * matched whole. It comes from outside, so that only characters, classes, `.` and `* + ?` are known here, and no match
 * takes longer than pattern times name. Undefined: it holds something else.
 */
export function readNameFilter(pattern: string): ((name: string) => boolean) | undefined {
  const places: Place[] = [];
  let rest = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  if (rest.length > patternLengthMax) return undefined;
  while (rest !== '') {
    const found = token.exec(rest);
    if (found === null) return undefined;
    const [all, , not = '', members, escaped, plain, count = ''] = found;
    const takes = members === undefined ? takesCharacter(escaped ?? plain) : takesClass(members, not !== '');
    places.push({ takes, isOptional: count === '*' || count === '?', repeats: count === '*' || count === '+' });
    rest = rest.slice(all.length);
  }
  return (name) => matches(places, name);
}

/** Undefined: any. */
function takesCharacter(wanted: string | undefined): Place['takes'] {
  return (character) => wanted === undefined || character === wanted;
}

function takesClass(members: string, isInverted: boolean): Place['takes'] {
  const ranges = [...members.matchAll(/(.)-(.)|(.)/gsu)].map(([, from, to, one = '']) => [from ?? one, to ?? one]);
  return (character) => ranges.some(([from = '', to = '']) => from <= character && character <= to) !== isInverted;
}

/** Follows every way through the pattern at once. */
function matches(places: readonly Place[], name: string): boolean {
  let live = spread(places, new Set([0]));
  for (const character of name) {
    const next = new Set<number>();
    for (const at of live) {
      const place = places[at];
      if (place === undefined || !place.takes(character)) continue;
      next.add(at + 1);
      if (place.repeats) next.add(at);
    }
    live = spread(places, next);
  }
  return live.has(places.length);
}

function spread(places: readonly Place[], live: Set<number>): Set<number> {
  for (const at of live) if (places[at]?.isOptional === true) live.add(at + 1);
  return live;
}
