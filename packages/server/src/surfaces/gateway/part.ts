import type { RuntimeAccess } from '../../operations/runtime-access.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Verifier } from '../../ports/verifier.ts';

/** What answering gateways takes. A plane has all of it, and so has a sidecar, which has no store: nothing else may. */
export interface GatewayParts {
  readonly verifier: Verifier;
  /** Who may ask, and about which organization. */
  readonly access: RuntimeAccess;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}
