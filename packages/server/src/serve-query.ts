import { Worker } from 'node:worker_threads';
import { openKeys } from './adapters/vault.ts';
import { serveQueries } from './store/query/process.ts';
import type { WatchdogData } from './store/query/watchdog.ts';

/**
 * A process that queries run in: `serve-query FILE MEMORY`, with the socket to the plane as descriptor 3. It is started
 * by the plane (store/query/pool.ts) and by nobody else.
 */
const descriptor = 3;
const [file = '', memoryMegabytes = ''] = process.argv.slice(2);

const built = import.meta.url.endsWith('.js');
const watchdog = new URL(built ? './store/query/watchdog.js' : './store/query/watchdog.ts', import.meta.url);
const workerData: WatchdogData = { memoryBytesMax: Number(memoryMegabytes) * 1024 * 1024, parent: process.ppid };
new Worker(watchdog, { workerData }).unref();

serveQueries({ file, descriptor, openVault: openKeys });
process.exit(0);
