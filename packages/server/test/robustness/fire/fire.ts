import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RightCall } from './checker.ts';
import { Dice } from './dice.ts';
import { type Effect, readEffect } from './effect.ts';
import type { Fleet } from './fleet.ts';
import { pathOfCall, type Right, type Subject } from './right.ts';
import { clockMs } from './verdict-log.ts';

/** A call of the run, with what its figures are made of. */
export interface MadeCall extends RightCall {
  readonly kindOfRight: Right['kind'];
  readonly effect: Effect | undefined;
}

const lanes = 8;
/** A moment that is further away is not waited for. */
const patienceMs = 8_000;

/** Takes rights away and gives them back, many at a time, and notes what each call said. */
export class Fire {
  readonly calls: MadeCall[] = [];
  readonly #fleet: Fleet;
  readonly #dice: Dice;
  readonly #hot = new Set<number>();
  /** A subject of which nobody knows how it stands is left alone. */
  readonly #subjects: Set<Subject>;
  readonly #busy = new Set<Subject>();
  #stopped = false;

  constructor(fleet: Fleet, seed: number) {
    this.#fleet = fleet;
    this.#dice = new Dice(seed);
    this.#subjects = new Set(fleet.population.subjects);
  }

  /** Keys whose rights are changed at the moment. */
  get hotKeys(): readonly number[] {
    return [...this.#hot];
  }

  get revocations(): number {
    return this.calls.filter(({ kind, answered }) => kind === 'take' && answered !== undefined).length;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Until it is stopped; what was taken then stays so. */
  async run(): Promise<void> {
    const heating = setInterval(() => this.#fleet.heat(this.hotKeys), 20);
    try {
      await Promise.all(Array.from({ length: lanes }, () => this.#runLane()));
    } finally {
      clearInterval(heating);
    }
  }

  async #runLane(): Promise<void> {
    while (!this.#stopped) {
      const free = [...this.#subjects].filter((subject) => !this.#busy.has(subject));
      assert.ok(free.length > 0, 'too many calls were not answered: no subject is left');
      const subject = this.#dice.pick(free);
      this.#busy.add(subject);
      const right = this.#dice.pick(subject.rights);
      for (const key of right.keys) this.#hot.add(key);
      if (!(await this.#takeAndGive(right))) this.#subjects.delete(subject);
      for (const key of right.keys) this.#hot.delete(key);
      this.#busy.delete(subject);
    }
  }

  /** Resolves to whether it is known how the right stands. */
  async #takeAndGive(right: Right): Promise<boolean> {
    const taken = await this.make(right, 'take');
    await sleep(this.#patienceAfter(taken));
    if (this.#stopped) return false;
    const given = await this.make(right, 'give');
    return given.answered !== undefined;
  }

  /** Now and then past the moment until which those that are out may answer. */
  #patienceAfter({ out }: RightCall): number {
    const left = Math.max(...out.values()) - clockMs();
    if (out.size > 0 && left < patienceMs && this.#dice.chance(0.4)) return Math.max(0, left) + 40;
    return this.#dice.between(5, 70);
  }

  /** One call on a right, through a node and a dialect at random. */
  async make(right: Right, kind: RightCall['kind']): Promise<MadeCall> {
    const client = await this.#findClient();
    const sent = clockMs();
    const path = pathOfCall(right, kind, this.#dice.chance(0.5) ? 'edge' : 'x');
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await client.send({ method: 'POST', path, headers }).catch(() => undefined);
    const answered = clockMs();
    // 503: the store may have committed before it was lost.
    const known = answer !== undefined && answer.status !== 503;
    if (known) assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    const effect = known ? readEffect(answer.headers) : undefined;
    const claims = kind === 'give' ? known : effect?.verifiers !== undefined;
    const call: MadeCall = {
      right: right.number,
      kindOfRight: right.kind,
      kind,
      sent,
      answered: claims ? answered : undefined,
      out: readOut(effect, this.#fleet.names),
      effect,
    };
    this.calls.push(call);
    return call;
  }

  async #findClient() {
    for (;;) {
      const client = this.#fleet.client((list) => this.#dice.pick(list));
      if (client !== undefined) return client;
      await sleep(10);
    }
  }
}

/** Where an answer does not tell all names, each verifier may be among the others. */
function readOut(effect: Effect | undefined, names: readonly string[]): ReadonlyMap<string, number> {
  const { verifiers } = effect ?? {};
  if (verifiers === undefined) return new Map();
  const out = verifiers.more > 0 ? names : verifiers.outstanding;
  return new Map(out.map((name) => [name, verifiers.until]));
}
