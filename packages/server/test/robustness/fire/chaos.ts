import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from './dice.ts';
import type { Fleet } from './fleet.ts';
import type { Link } from './link.ts';

/** What may be done to a fleet. */
export interface ChaosPlan {
  /** Between two disturbances of one storm. */
  readonly pauseMs: readonly [number, number];
  /** Disturbances of one storm. */
  readonly storm: readonly [number, number];
  /** Between storms, long enough for everyone to come back now and then. */
  readonly calmMs: readonly [number, number];
  /** Nodes are killed, stopped and started again; one at a time, so that calls go on. */
  readonly nodes: boolean;
  /** Processes of verifiers are stopped (SIGSTOP) for a while. */
  readonly freezes: boolean;
  /** Verifiers are killed, and others take their place. */
  readonly kills: boolean;
}

type Deed = (dice: Dice) => Promise<void>;

/** Disturbs a fleet at random, and repeats itself for the same seed as far as clocks allow. */
export class Chaos {
  /** How often each disturbance was made. */
  readonly deeds = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #plan: ChaosPlan;
  readonly #dice: Dice;
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  #nodeBusy = false;

  constructor(fleet: Fleet, plan: ChaosPlan, seed: number) {
    this.#fleet = fleet;
    this.#plan = plan;
    this.#dice = new Dice(seed);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Until it is stopped; then everything is whole again. Rejects where something could not be brought back. */
  async run(): Promise<void> {
    const deeds = this.#listDeeds();
    const { pauseMs, storm, calmMs } = this.#plan;
    while (!this.#stopped) {
      const end = Math.round(this.#dice.between(...storm));
      for (let count = 0; count < end && !this.#stopped; count++) {
        this.#begin(this.#dice.pick(deeds));
        await sleep(this.#dice.between(...pauseMs));
      }
      await this.#calm(this.#dice.between(...calmMs));
    }
    await Promise.all(this.#underWay);
    for (const link of this.#fleet.links) link.set('open');
  }

  #begin([name, deed]: [string, Deed]): void {
    this.deeds.set(name, (this.deeds.get(name) ?? 0) + 1);
    const done = deed(this.#dice);
    this.#underWay.add(done);
    void done.then(
      () => this.#underWay.delete(done),
      () => this.stop(),
    );
  }

  async #calm(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; performance.now() < end && !this.#stopped; ) await sleep(20);
  }

  #listDeeds(): [string, Deed][] {
    const { nodes, freezes, kills } = this.#plan;
    const links: [string, Deed][] = [
      ['cut', (dice) => this.#hold(this.#link(dice), 'cut', dice.between(30, 900))],
      ['cut for long', (dice) => this.#hold(this.#link(dice), 'cut', dice.between(2_000, 4_000))],
      ['stall', (dice) => this.#hold(this.#link(dice), 'stalled', dice.between(30, 1_500))],
      ['slow', (dice) => this.#slow(this.#link(dice), dice)],
      ['slow', (dice) => this.#slow(this.#link(dice), dice)],
      ['restart', async (dice) => this.#link(dice).restart()],
      ['restart', async (dice) => this.#link(dice).restart()],
      ['move', async (dice) => this.#move(this.#link(dice), dice)],
    ];
    return [
      ...links,
      ...(nodes ? [['node', (dice) => this.#restartNode(dice)] as [string, Deed]] : []),
      ...(freezes ? [['freeze', (dice) => this.#freeze(dice)] as [string, Deed]] : []),
      ...(kills ? [['kill', (dice) => this.#kill(dice)] as [string, Deed]] : []),
    ];
  }

  #link(dice: Dice): Link {
    return dice.pick(this.#fleet.links);
  }

  async #hold(link: Link, state: 'cut' | 'stalled', milliseconds: number): Promise<void> {
    link.set(state);
    await sleep(milliseconds);
    link.set('open');
  }

  async #slow(link: Link, dice: Dice): Promise<void> {
    link.delayMs = dice.between(2, 40);
    await sleep(dice.between(200, 1_000));
    link.delayMs = 0;
  }

  #move(link: Link, dice: Dice): void {
    this.#fleet.lay(link, dice.below(this.#fleet.nodes.length));
    link.restart();
  }

  async #restartNode(dice: Dice): Promise<void> {
    if (this.#nodeBusy) return;
    this.#nodeBusy = true;
    const node = dice.pick(this.#fleet.nodes);
    await (dice.chance(0.5) ? node.kill() : node.stop());
    await node.start();
    this.#nodeBusy = false;
  }

  async #freeze(dice: Dice): Promise<void> {
    const process = dice.pick(this.#fleet.processes);
    process.freeze();
    await sleep(dice.between(20, 800));
    process.thaw();
  }

  async #kill(dice: Dice): Promise<void> {
    const seat = dice.below(this.#fleet.processes.length);
    await this.#fleet.replace(seat);
  }
}
