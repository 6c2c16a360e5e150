import type { RuntimeAccess } from '../../operations/runtime-access.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Verifier } from '../../ports/verifier.ts';
import type { Encounter, Route } from '../http/route.ts';

/** What answering gateways takes. A plane has all of it, and so has a sidecar, which has no store: nothing else may. */
export interface GatewayParts {
  readonly verifier: Verifier;
  /** Who may ask, and about which organization. */
  readonly access: RuntimeAccess;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  /** Further routes of this process beside verification, below `/claviger/v1`: the feed of a plane. */
  readonly routes?: readonly Route<Encounter>[] | undefined;
}
