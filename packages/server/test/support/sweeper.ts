/**
 * Run as a process: sweeps a store in so many small steps, and tells of each; then it waits for its end. However late
 * whoever kills it hears of a step, there is work left.
 */
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { quietLog, systemClock } from './store.ts';
import { testVault } from './vault.ts';

const [place = '', steps = ''] = process.argv.slice(2);
const options = { log: quietLog, clock: systemClock, vault: testVault };
const store = place.startsWith('postgres:')
  ? await openPostgresStore({ url: place, ...options })
  : await openSqliteStore({ file: place, ...options });
for (let step = 0; step < Number(steps); step++) process.stdout.write(`${await store.sweep(3)}\n`);
setInterval(() => undefined, 60_000);
