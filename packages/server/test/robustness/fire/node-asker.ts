import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { FleetNode } from './node.ts';
import { clockMs, VerdictLog } from './verdict-log.ts';

const pauseMs = 20;
/** Beside the hot ones. */
const keysOfRound = 4;

/** Asks the nodes themselves, whose verifiers hold leases as well, and notes what they answered. */
export class NodeAsker {
  /** By the name of each node's verifier; one that was started again has another. */
  readonly verdicts = new Map<string, VerdictLog>();
  readonly #fleet: Fleet;
  readonly #hotKeys: () => readonly number[];
  #next = 0;
  #stopped = false;

  constructor(fleet: Fleet, hotKeys: () => readonly number[]) {
    this.#fleet = fleet;
    this.#hotKeys = hotKeys;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Until it is stopped. */
  async run(): Promise<void> {
    await Promise.all(this.#fleet.nodes.map((node) => this.#askAlways(node)));
  }

  async #askAlways(node: FleetNode): Promise<void> {
    for (; !this.#stopped; await sleep(pauseMs)) {
      const name = node.verifierName;
      if (name === undefined) continue;
      const { keys: names } = this.#fleet.population;
      const others = Array.from({ length: keysOfRound }, () => this.#next++ % names.length);
      const keys = [...this.#hotKeys(), ...others];
      const began = clockMs();
      const reasons = await this.#fleet.askNode(
        node,
        keys.map((key) => names[key] ?? ''),
      );
      const ended = clockMs();
      const log = this.verdicts.get(name) ?? new VerdictLog();
      this.verdicts.set(name, log);
      for (const [at, reason] of reasons?.entries() ?? [])
        log.add({ began, ended, key: keys[at] ?? 0, allowed: reason === 'allowed' });
    }
  }
}
