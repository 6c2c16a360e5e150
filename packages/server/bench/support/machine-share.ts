import { cpus } from 'node:os';

/**
 * Counts how much of the machine's processors is in use while something runs, by whomever. What keeps them busy to a
 * share can not be had more than 1 / share times on the same machine, however many share the work.
 */
export class MachineShare {
  #busy = 0;
  #whole = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    const before = readTimes();
    const result = await work();
    const after = readTimes();
    this.#busy += after.busy - before.busy;
    this.#whole += after.whole - before.whole;
    return result;
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#busy / this.#whole;
  }
}

interface Times {
  readonly busy: number;
  readonly whole: number;
}

/** Of all processors together, in milliseconds since the machine started. */
function readTimes(): Times {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  const busy = times.reduce((sum, each) => sum + each.user + each.nice + each.sys + each.irq, 0);
  return { busy, whole: busy + idle };
}
