/** Tells whether a path, as {@link normalizePath} gives it, is one that a pattern names. */
export type PathMatcher = (path: string) => boolean;

const anyInSegment = -1;
const anything = -2;

/**
 * Reads the path of an API product: `/` is the base path and everything below it, `*` is one segment's text, `**` is
 * any text, and all else stands for itself (compat/edge.md §6, §11.1). Matched whole, where Apigee's own adapter looks
 * for the pattern anywhere in the path. Never slower than path times pattern, whatever they hold.
 */
export function compilePathPattern(pattern: string): PathMatcher {
  if (pattern === '/') return () => true;
  if (!pattern.includes('*')) return (path) => path === pattern;
  const head = pattern.slice(0, -2);
  if (pattern.endsWith('**') && !head.includes('*')) return (path) => path.startsWith(head);
  const tokens = readTokens(pattern);
  return (path) => matchTokens(tokens, path);
}

function readTokens(pattern: string): number[] {
  const tokens: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] !== '*') tokens.push(pattern.charCodeAt(at));
    else if (pattern[at + 1] !== '*') tokens.push(anyInSegment);
    else {
      tokens.push(anything);
      at += 1;
    }
  }
  return tokens;
}

/** Follows every way through the pattern at once: `live[n]` says that the path so far is matched by the first n tokens. */
function matchTokens(tokens: readonly number[], path: string): boolean {
  let live = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  live[0] = 1;
  skipAnything(tokens, live);
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    next.fill(0);
    for (const [index, token] of tokens.entries()) {
      if (live[index] === 0) continue;
      if (token === anything) next[index] = 1;
      else if (token === anyInSegment && code !== 0x2f) next[index] = next[index + 1] = 1;
      else if (token === code) next[index + 1] = 1;
    }
    skipAnything(tokens, next);
    [live, next] = [next, live];
  }
  return live[tokens.length] === 1;
}

/** `**` also stands for nothing. */
function skipAnything(tokens: readonly number[], live: Uint8Array): void {
  for (const [index, token] of tokens.entries()) if (token === anything && live[index] === 1) live[index + 1] = 1;
}
