import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

export interface Sweeper {
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

export interface SweeperOptions {
  readonly store: Store;
  readonly log: Log;
  /** Pause after a step that found nothing. */
  readonly idleMilliseconds?: number;
  /** Rows removed in one step: small, so that no writer waits long behind it. */
  readonly rowsMax?: number;
}

/**
 * Removes, step by step, what hangs on deleted entities. A kill at any moment loses nothing: what is left to do stands in
 * the store. Runs on every node; they do not get in each other's way.
 */
export function startSweeper({ store, log, idleMilliseconds = 1000, rowsMax = 500 }: SweeperOptions): Sweeper {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let step: Promise<void> = Promise.resolve();

  async function sweepOnce(): Promise<void> {
    let removed = 0;
    try {
      removed = await store.sweep(rowsMax);
    } catch (error) {
      log.warn({ err: error }, 'sweep failed; it will be tried again');
    }
    schedule(removed > 0 ? 0 : idleMilliseconds);
  }

  function schedule(milliseconds: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      step = sweepOnce();
    }, milliseconds);
    timer.unref();
  }

  schedule(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await step;
    },
  };
}
