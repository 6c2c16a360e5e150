/** Longer paths are refused: no API has them, and every character costs. */
export const pathLengthMax = 8192;

const slash = 0x2f;

/**
 * The one reading of a request's path: without query, percent-decoded once. Undefined where a gateway, this verifier
 * and the API behind could read it differently, since what was checked would then not be what is called: dot segments,
 * doubled, encoded or backward slashes, a fragment, text that is encoded twice, control characters, bad UTF-8.
 *
 * Path parameters (`/a;b=1`) are left in place: patterns have no negation, so a segment with them is matched by
 * wildcards alone, which match it without them as well.
 * @param target the request's target from its `/` on, or `""`
 */
export function normalizePath(target: string): string | undefined {
  const plain = findPlainEnd(target);
  if (plain > 0) return target.slice(0, plain);
  const end = target.indexOf('?');
  const raw = end < 0 ? target : target.slice(0, end);
  if (raw === '') return '';
  if (raw.length > pathLengthMax || !raw.startsWith('/')) return undefined;
  // A proxy that decodes before it routes sees a separator where another sees a character; and a fragment, which no
  // request line should have, is the end of the path to one reader and a part of it to the next.
  if (/%2f|%5c|[\\#]/i.test(raw)) return undefined;
  const path = decodeOnce(raw);
  if (path === undefined || isAmbiguous(path)) return undefined;
  return path;
}

/** What a character is to {@link findPlainEnd}: of no meaning, or else. */
const plainSign = 0;
const questionMark = 1;
const otherSign = 2;
/** By code; beyond ASCII nothing is plain. A look at a table costs less than seven comparisons. */
const signs = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 0x3f) return questionMark;
  return code <= 0x20 || code === 0x7f || '#%;\\'.includes(String.fromCharCode(code)) ? otherSign : plainSign;
});

/**
 * Where a path ends that reads one way only at first sight, as nearly all do: letters, digits and signs that nobody
 * decodes, and no segment that is empty or begins with a dot. Otherwise -1, and it is looked at more closely.
 */
function findPlainEnd(target: string): number {
  const end = Math.min(target.length, pathLengthMax + 1);
  if (target.charCodeAt(0) !== slash) return -1;
  let before = slash;
  for (let at = 1; at < end; at++) {
    const code = target.charCodeAt(at);
    const sign = signs[code];
    if (sign !== plainSign) return sign === questionMark ? at : -1;
    if (before === slash && (code === slash || code === 0x2e)) return -1;
    before = code;
  }
  return end > pathLengthMax ? -1 : end;
}

/**
 * The part of a normalized path beneath the base path, which is one itself; undefined where it is not beneath it.
 * @param basePath as `/weather/v1`; a `/` at its end, and one alone, says nothing
 */
export function stripBasePath(path: string | undefined, basePath: string | undefined): string | undefined {
  if (basePath === undefined || path === undefined) return path;
  const base = basePath.endsWith('/') ? basePath.slice(0, -1) : basePath;
  if (!path.startsWith(base)) return undefined;
  const rest = path.slice(base.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}

function decodeOnce(raw: string): string | undefined {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

function isAmbiguous(path: string): boolean {
  // Still encoded after one decoding: the next reader may decode again.
  if (/%[0-9a-f]{2}/i.test(path)) return true;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return !path.isWellFormed() || hasOddSegment(path);
}

/** An empty segment before the last, or one that means another place; a parameter behind it hides neither. */
function hasOddSegment(path: string): boolean {
  const segments = path.slice(1).split('/');
  return segments.some((segment, at) => {
    const cut = segment.indexOf(';');
    const name = cut < 0 ? segment : segment.slice(0, cut);
    if (name === '') return at < segments.length - 1 || cut >= 0;
    return name === '.' || name === '..';
  });
}
