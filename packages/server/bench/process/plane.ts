import { parseConfig } from '../../src/config/config.ts';
import type { RawSettings } from '../../src/config/setting.ts';
import { createLogger, startServer } from '../../src/serve.ts';
import { readTask, report } from './host.ts';

/** The real server, with the settings that it has by default; only the size of a group of writes may differ. */
export interface PlaneTask {
  readonly settings: RawSettings;
  readonly grouping?: Grouping | undefined;
}

/** How writes share commits, where it is not as by default. */
export interface Grouping {
  readonly groupMax: number;
  /** Connections that commit side by side, on PostgreSQL. */
  readonly lanes?: number;
}

const { settings, grouping } = readTask<PlaneTask>();
const config = parseConfig({
  ...settings,
  listen: '127.0.0.1:0',
  runtimeListen: '127.0.0.1:0',
  sqlListen: settings.sqlListen ?? 'off',
});
const server = await startServer({ ...config, store: { ...config.store, ...grouping } }, createLogger(config.logLevel));
report(server.url, () => server.close(), server.runtimeUrl);
