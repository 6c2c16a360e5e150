import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openKeys } from './adapters/vault.ts';
import { openRemoteContent } from './store/query/postgres/remote-content.ts';
import { openStoreFile, serveQueries } from './store/query/process.ts';
import { urlVariable } from './store/query/store-place.ts';
import type { WatchdogData } from './store/query/watchdog.ts';

/**
 * A process that queries run in: `serve-query MEMORY FILE`, with the socket to the plane as descriptor 3. Without a file
 * the store is in PostgreSQL; its URL comes as a variable, since it may hold a password. The plane starts it
 * (store/query/pool.ts), and nobody else.
 */
const descriptor = 3;
const [memoryMegabytes = '', file] = process.argv.slice(2);

const watchdog = new URL(`./store/query/watchdog${extname(import.meta.filename)}`, import.meta.url);
const workerData: WatchdogData = { memoryBytesMax: Number(memoryMegabytes) * 1024 * 1024, parent: process.ppid };
new Worker(watchdog, { workerData }).unref();

const store =
  file === undefined ? await openRemoteContent(process.env[urlVariable] ?? '') : { database: openStoreFile(file) };
await serveQueries({ ...store, descriptor, openVault: openKeys });
process.exit(0);
