import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

export interface Indexer {
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

export interface IndexerOptions {
  readonly store: Store;
  readonly log: Log;
  /** Pause after a step that found nothing, and before the first one. */
  readonly idleMilliseconds?: number;
  /** Entities taken in with one step: few, so that no writer waits long behind it. */
  readonly entitiesMax?: number;
}

/** Above this share of a pause the process counts as busy with what matters more. */
const busyShare = 0.1;
/** How much longer than a step the pause after it is, for a busy process. */
const patience = 40;

/**
 * Keeps the search index up with the feed, step by step, in what time is left over: under load it falls behind, and a
 * search catches up by itself. A kill at any moment loses nothing. Runs on every node; one at a time works.
 */
export function startIndexer({ store, log, idleMilliseconds = 1000, entitiesMax = 50 }: IndexerOptions): Indexer {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let step: Promise<void> = Promise.resolve();
  let rested = performance.eventLoopUtilization();

  async function stepOnce(): Promise<void> {
    const busy = performance.eventLoopUtilization(rested).utilization > busyShare;
    const begun = performance.now();
    let more = false;
    try {
      more = await store.search.advance(entitiesMax);
    } catch (error) {
      log.warn({ err: error }, 'the search index could not go on; it will be tried again');
    }
    const took = performance.now() - begun;
    schedule(more ? took * (busy ? patience : 1) : idleMilliseconds);
  }

  function schedule(milliseconds: number): void {
    if (stopped) return;
    rested = performance.eventLoopUtilization();
    timer = setTimeout(() => {
      step = stepOnce();
    }, milliseconds);
    timer.unref();
  }

  schedule(idleMilliseconds);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await step;
    },
  };
}
