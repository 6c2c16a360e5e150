import { hintOfKey } from '../../domain/consumer-key.ts';

/** Query parameters that may carry a secret. They never reach audit, logs or error texts (G9). */
const secretParameters = new Set([
  'access_token',
  'oauth_token',
  'key',
  'password',
  'mfa_token',
  'passcode',
  'refresh_token',
  'client_secret',
  'token',
]);

const lengthMax = 2048;

/**
 * The request's path and query with secrets masked and consumer keys cut to their hint, bounded to what a log line
 * should hold.
 */
export function redactUri(uri: string): string {
  const question = uri.indexOf('?');
  if (question < 0) return redactPath(uri).slice(0, lengthMax);
  const parts = uri.slice(question + 1).split('&');
  const ofKeys = parts.some((part) => decode(part) === 'entity=keys');
  const redacted = parts.map((part) => redactParameter(part, ofKeys));
  return `${redactPath(uri.slice(0, question))}?${redacted.join('&')}`.slice(0, lengthMax);
}

/** What follows a segment `keys` is a consumer key, but for the verb `create`; rather one cut too many than a key. */
function redactPath(path: string): string {
  // Most paths name none, and an escaped letter is the only other way to write the word.
  if (!path.includes('keys') && !path.includes('%')) return path;
  const segments = path.split('/');
  return segments
    .map((segment, at) => {
      const text = decode(segment);
      const isKey = at > 0 && segment !== '' && text !== 'create' && decode(lastBefore(segments, at)) === 'keys';
      return isKey ? encodeURIComponent(hintOfKey(text).toWellFormed()) : segment;
    })
    .join('/');
}

/** Two slashes may stand for one. */
function lastBefore(segments: readonly string[], at: number): string {
  return segments.slice(0, at).findLast((segment) => segment !== '') ?? '';
}

/** @param ofKeys whether what is listed are keys, so that `startKey` is one */
function redactParameter(part: string, ofKeys: boolean): string {
  const equals = part.indexOf('=');
  const given = equals < 0 ? part : part.slice(0, equals);
  const name = decode(given).toLowerCase();
  const holdsKey =
    (ofKeys && name === 'startkey') || (name === 'filter' && decode(part).toLowerCase().includes('consumerkey'));
  return holdsKey || secretParameters.has(name) ? `${given}=***` : part;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
