import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

const pauseMilliseconds = 60_000;
/** Kinds of warnings that are told apart; the callers have a handful. */
const kindsMax = 100;

/** Warns of what a gateway may get wrong with every call: once a minute for each kind, with how often it was. */
export class RareWarning {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { at: number; since: number }>();

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @param kind a constant, or one of few texts */
  warn(kind: string, facts: object): void {
    const now = this.#clock.monotonic();
    const last = this.#kinds.get(kind);
    if (last !== undefined && now - last.at < pauseMilliseconds) {
      last.since++;
      return;
    }
    if (this.#kinds.size >= kindsMax) this.#kinds.clear();
    this.#kinds.set(kind, { at: now, since: 0 });
    this.#log.warn({ ...facts, unsaid: last?.since ?? 0 }, kind);
  }
}
