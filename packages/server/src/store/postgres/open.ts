import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
export async function openPostgresStore(_options: { url: string; log: Log; clock: Clock }): Promise<Store> {
  throw new Error('not yet');
}
