/** What a credential's ciphertext holds: key and secret in one text. */

/** Stands between them; neither holds it. */
const separator = '\n';

export function textOfCredential(consumerKey: string, consumerSecret: string | undefined): string {
  return consumerSecret === undefined ? consumerKey : `${consumerKey}${separator}${consumerSecret}`;
}

export function keyOfSealed(text: string): string {
  const keyEnd = text.indexOf(separator);
  return keyEnd < 0 ? text : text.slice(0, keyEnd);
}

export function secretOfSealed(text: string): string | undefined {
  const keyEnd = text.indexOf(separator);
  return keyEnd < 0 ? undefined : text.slice(keyEnd + 1);
}
