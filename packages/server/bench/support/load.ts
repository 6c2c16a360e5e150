import { runScript } from './run-script.ts';
import type { Load, Loaded } from './traffic.ts';
import { hasWrk, runWrk } from './wrk.ts';

const wrk = hasWrk();

/** Which load generator measures here: wrk where it is installed, since it leaves more of the machine to the server. */
export async function nameLoader(): Promise<string> {
  return (await wrk) ? 'wrk' : 'autocannon';
}

/** Of a round in which nothing is answered: a disk that others keep busy may hold up a commit for seconds. */
const triesMax = 3;

/**
 * Loads a server from a process of its own.
 * @throws Error where any request failed: a server that refuses is fast, and measures nothing; or was never answered
 */
export async function load(task: Load): Promise<Loaded> {
  for (let tries = 0; tries < triesMax; tries++) {
    const loaded = (await wrk) ? await runWrk(task) : await runScript<Loaded>('load', task);
    if (loaded.failures > 0) throw new Error(`${loaded.failures} requests failed at ${task.url}`);
    if (loaded.requests > 0) return loaded;
    process.stderr.write(`nothing was answered at ${task.url} in ${task.seconds} s\n`);
  }
  throw new Error(`nothing was answered at ${task.url}, ${triesMax} times in turn`);
}
