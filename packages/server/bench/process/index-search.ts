import { parseConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/serve.ts';
import { openPlane } from '../../src/serve-plane.ts';
import { readTask } from './host.ts';

/** Takes all that a closed store holds into its search index; a server would do it in what time is left. */
export interface IndexSearchTask {
  readonly data: string;
}

const { data } = readTask<IndexSearchTask>();
const config = parseConfig({ data, listen: '127.0.0.1:0' });
const { store } = await openPlane(config, createLogger('silent'), () => 'http://127.0.0.1');
/** In steps as large as none may be while others wait. */
const stepEntities = 20_000;
while (await store.search.advance(stepEntities));
await store.close();
process.stdout.write('{}');
