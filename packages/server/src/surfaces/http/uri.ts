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

/** The request's path and query with secrets masked, bounded to what a log line should hold. */
export function redactUri(uri: string): string {
  const question = uri.indexOf('?');
  if (question < 0) return uri.slice(0, 2048);
  const parts = uri
    .slice(question + 1)
    .split('&')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      return secretParameters.has(decodeName(name)) ? `${name}=***` : part;
    });
  return `${uri.slice(0, question)}?${parts.join('&')}`.slice(0, 2048);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
