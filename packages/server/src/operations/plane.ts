import type { Acknowledgements } from '../ports/acknowledgement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digests } from '../ports/digest.ts';
import type { Exporter } from '../ports/exporter.ts';
import type { GatewayKeys } from '../ports/gateway-signer.ts';
import type { Log } from '../ports/log.ts';
import type { Passwords } from '../ports/password.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { ForeignTokens, Tokens } from '../ports/token.ts';
import type { SignInMemory } from './sign-in.ts';

/** All that operations need of the world. Made once, by serve.ts. */
export interface Plane {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly digests: Digests;
  /** What the tokens of Apigee's gateways are signed with. */
  readonly gatewayKeys: GatewayKeys;
  /** Made with `new SignInMemory(clock, digests)`, once per process. */
  readonly signIns: SignInMemory;
  readonly acknowledgements: Acknowledgements;
  readonly exporter: Exporter;
  /** Absent where no OpenID issuer is configured. */
  readonly foreignTokens: ForeignTokens | undefined;
}
