import { parseConfig } from '../../src/config/config.ts';
import type { RawSettings } from '../../src/config/setting.ts';
import { createLogger, startServer } from '../../src/serve.ts';
import { readTask, report } from './host.ts';

/** The real server, with the settings that it has by default; only the size of a group of writes may differ. */
export interface PlaneTask {
  readonly settings: RawSettings;
  readonly groupMax?: number | undefined;
}

const { settings, groupMax } = readTask<PlaneTask>();
const config = parseConfig({ ...settings, listen: '127.0.0.1:0' });
const server = await startServer({ ...config, store: { ...config.store, groupMax } }, createLogger(config.logLevel));
report(server.url, () => server.close());
