import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedNotice, type FeedOptions, Verifier } from '@claviger/verify';

/** A verifier elsewhere, as a gateway has it in its process. */
export interface RemoteVerifier extends AsyncDisposable {
  readonly verifier: Verifier;
  readonly client: FeedClient;
  readonly notices: readonly FeedNotice[];
  /** `allowed`, or the reason why not. */
  verdictOf(key: string): string;
  /** Asks until this is the answer. */
  until(key: string, wanted: string): Promise<void>;
  /** How many notices of this kind, or faults of this name, it told. */
  count(what: string): number;
}

/** Long enough for a busy machine; a test that waits so long has failed. */
const patienceMilliseconds = 60_000;

/** Follows a plane's feed. Resolves once it is ready. */
export async function followFeed(
  options: Pick<FeedOptions, 'url' | 'token'> & Partial<FeedOptions> & { readonly stalenessMsMax?: number },
): Promise<RemoteVerifier> {
  const { stalenessMsMax, timing, ...rest } = options;
  const verifier = new Verifier({ stalenessMsMax: stalenessMsMax ?? 60_000 });
  const notices: FeedNotice[] = [];
  const client = new FeedClient({
    verifier,
    timing: { pauseMsMin: 20, pauseMsMax: 100, ...timing },
    onNotice: (notice) => void notices.push(notice),
    ...rest,
  });
  const verdictOf = (key: string) => {
    const verdict = verifier.verify({ key });
    return verdict.allowed ? 'allowed' : verdict.reason;
  };
  await client.start();
  return {
    verifier,
    client,
    notices,
    verdictOf,
    async until(key, wanted) {
      const end = performance.now() + patienceMilliseconds;
      for (let found = verdictOf(key); found !== wanted; found = verdictOf(key)) {
        if (performance.now() > end) assert.fail(`${found}, and never ${wanted}`);
        await sleep(2);
      }
    },
    count: (what) =>
      notices.filter((each) => each.kind === what || (each.kind === 'fault' && each.fault === what)).length,
    [Symbol.asyncDispose]: () => client.stop(),
  };
}
