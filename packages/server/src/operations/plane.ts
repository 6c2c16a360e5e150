import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Passwords } from '../ports/password.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { ForeignTokens, Tokens } from '../ports/token.ts';

/** All that operations need of the world. Made once, by serve.ts. */
export interface Plane {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  /** Absent where no OpenID issuer is configured. */
  readonly foreignTokens: ForeignTokens | undefined;
}
