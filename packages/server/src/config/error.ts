/** A setting that is wrong, missing or contradicts another: one sentence, and the server does not start (G6). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
