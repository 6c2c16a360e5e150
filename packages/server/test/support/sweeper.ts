/** Run as a process: sweeps a store in small steps for as long as it lives, and tells of each step. */
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { quietLog, systemClock } from './store.ts';
import { testVault } from './vault.ts';

const [place = ''] = process.argv.slice(2);
const options = { log: quietLog, clock: systemClock, vault: testVault };
const store = place.startsWith('postgres:')
  ? await openPostgresStore({ url: place, ...options })
  : await openSqliteStore({ file: place, ...options });
for (;;) {
  const removed = await store.sweep(3);
  process.stdout.write(`${removed}\n`);
  if (removed === 0) break;
}
await store.close();
