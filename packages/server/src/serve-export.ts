import { parentPort, workerData } from 'node:worker_threads';
import { createLogger } from './adapters/logger.ts';
import { createVault, type VaultOptions } from './adapters/vault.ts';
import { walkOrganization } from './operations/bulk-walk.ts';
import { serveExports } from './store/export/desk.ts';
import { type SnapshotPlace, SnapshotSource } from './store/export/snapshot-source.ts';
import { ExportText } from './surfaces/native/export-text.ts';

/** What the thread is started with (serve-plane.ts). */
export interface ExportThreadData {
  readonly place: SnapshotPlace;
  readonly vault: VaultOptions;
  readonly logLevel: Parameters<typeof createLogger>[0];
}

/** A thread that exports are written in: the plane starts it (store/export/thread.ts), and nobody else. */
if (parentPort === null) throw new Error('this is the program of a thread');
const { place, vault, logLevel } = workerData as ExportThreadData;
const log = createLogger(logLevel);
const source = new SnapshotSource(place, createVault(vault), log);

serveExports(
  parentPort,
  (order, send) =>
    source.snapshot(async (view) => {
      const text = new ExportText(send);
      await walkOrganization(view, order, text.write);
      await text.flush();
    }),
  log,
);
