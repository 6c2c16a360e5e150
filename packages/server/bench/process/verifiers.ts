import { FeedClient, Verifier } from '@claviger/verify';
import { readTask, report } from './host.ts';

/** Verifiers that follow a plane's feed, as gateways beside it do. */
export interface VerifiersTask {
  /** Of the plane's runtime listener. */
  readonly url: string;
  /** Runtime credential. */
  readonly token: string;
  readonly count: number;
}

// A parent that gives up leaves nobody behind, also before they are ready.
process.on('disconnect', () => process.exit());

const { url, token, count } = readTask<VerifiersTask>();
const clients = Array.from(
  { length: count },
  (_, at) => new FeedClient({ url, token, name: `bench-${at}`, verifier: new Verifier() }),
);
await Promise.all(clients.map((client) => client.start()));
report(url, async () => void (await Promise.all(clients.map((client) => client.stop()))));
