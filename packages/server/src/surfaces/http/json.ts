import { Problem } from '../../domain/problem.ts';

/** Levels of nesting that a body may have. No entity of ours has more than eight. */
const jsonDepthMax = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Problem request.malformed where the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('request.malformed', { reason: 'the body is not UTF-8' });
  }
}

/**
 * Parses a JSON body. The reason in the problem never quotes the body, which may hold a secret.
 * @throws Problem request.malformed
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  if (text.trim() === '') throw new Problem('request.malformed', { reason: 'the body is empty' });
  // Before parsing: what walks the value afterwards recurses, and must not run out of stack.
  if (measureDepth(text) > jsonDepthMax) {
    throw new Problem('request.malformed', { reason: `the body nests deeper than ${jsonDepthMax} levels` });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('request.malformed', { reason: 'the body is not JSON' });
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** Deepest nesting of brackets outside of strings. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === backslash) at++;
      else if (unit === quote) inString = false;
    } else if (unit === quote) inString = true;
    else if (unit === 0x7b || unit === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return deepest;
}
