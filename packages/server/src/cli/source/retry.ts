import { setTimeout as sleep } from 'node:timers/promises';
import { CommandRefusal } from '../failure.ts';

/** A try that failed and may go well later. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** What the source asks us to wait, in milliseconds. */
  readonly waitMilliseconds: number | undefined;

  constructor(sentence: string, waitMilliseconds?: number) {
    super(sentence);
    this.waitMilliseconds = waitMilliseconds;
  }
}

export interface RetryRule {
  /** Tries beyond the first. */
  readonly retriesMax: number;
  /** Told before each wait. */
  readonly onWait: (sentence: string) => void;
}

/** The same, with what ends it before its time. */
interface EndedRetryRule extends RetryRule {
  readonly signal: AbortSignal;
}

const firstPauseMilliseconds = 250;
const pauseMillisecondsMax = 30_000;
/** A source that asks for more has more to say than "later". */
const askedMillisecondsMax = 600_000;

/** @throws CommandRefusal when it has not gone well after all tries, and whatever `work` throws that is not transient */
export async function retry<T>(rule: EndedRetryRule, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (tries >= rule.retriesMax) throw new CommandRefusal(`${error.message}, ${timesOf(tries + 1)}`);
      await pause(error, tries, rule);
    }
  }
}

async function pause(
  { message, waitMilliseconds: asked }: Transient,
  tries: number,
  rule: EndedRetryRule,
): Promise<void> {
  if (asked !== undefined && asked > askedMillisecondsMax) {
    throw new CommandRefusal(`${message}, and asks to be left alone for ${Math.ceil(asked / 1000)} s`);
  }
  const grown = Math.min(firstPauseMilliseconds * 2 ** tries, pauseMillisecondsMax);
  // Several requests that failed together must not come back together.
  const milliseconds = asked ?? grown * (0.5 + Math.random() / 2);
  rule.onWait(`${message}; trying again in ${(milliseconds / 1000).toFixed(1)} s`);
  await sleep(milliseconds, undefined, { signal: rule.signal });
}

function timesOf(tries: number): string {
  return tries === 1 ? 'and was tried once' : `and was tried ${tries} times`;
}

/** Seconds, or a date. Undefined: neither. @returns milliseconds to wait */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
