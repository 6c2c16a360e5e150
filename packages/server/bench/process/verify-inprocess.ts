import { hash } from 'node:crypto';
import { Holding, hashKey, Verifier } from '@claviger/verify';
import { drawHeldKey, heldCall, heldFacts, listHeld, listProducts, nameProduct } from '../support/held-population.ts';
import { median } from '../support/interleave.ts';
import { readTask } from './host.ts';

/** Times decisions against the same by hand, in one process and in turns. Prints what it found as a line of JSON. */
export interface InProcessTask {
  readonly keys: number;
  readonly rounds: number;
}

/** Nanoseconds for each decision. */
export interface Timing {
  readonly processor: number;
  readonly wall: number;
}

export interface Pairing {
  readonly value: Timing;
  readonly baseline: Timing;
  /** Of baseline to value, in the median pair. */
  readonly processorRatio: number;
}

export interface InProcessFound {
  readonly unseen: Pairing;
  readonly seen: Pairing;
  /** The same of few keys: what a decision takes where nothing is waited for. */
  readonly seenOften: Timing;
  /** What one look at the clock costs here, of which each decision takes one. */
  readonly clockNanoseconds: number;
}

const unseenEach = 200_000;
const seenEach = 2_000_000;
/** Until then the code that runs is not yet the code that was compiled for speed. */
const warmRounds = 3;
/** Keys that are asked for again and again. */
const hotKeys = 10_000;
const hottestKeys = 1000;

const { keys: keyCount, rounds } = readTask<InProcessTask>();
const { path: target, ...call } = heldCall;
const question = { key: '', ...call, target };
const keys = Array.from({ length: keyCount }, (_, number) => drawHeldKey(number));

function openVerifier(): Verifier {
  const holding = new Holding();
  for (const change of listProducts()) holding.apply(change);
  for (const [number, key] of keys.entries()) {
    for (const change of listHeld(number, hashKey(heldFacts.lookupKey, key))) holding.apply(change);
  }
  const verifier = new Verifier();
  verifier.adopt(holding, heldFacts);
  verifier.tellTime(Date.now(), performance.now());
  return verifier;
}

const verifier = openVerifier();
const rowByHash = new Map(keys.map((key, row) => [hash('sha256', heldFacts.lookupKey + key, 'hex'), row]));

interface Record {
  readonly status: string;
  readonly expiresAt: number;
  readonly app: { readonly status: string };
  readonly developer: { readonly status: string };
  readonly products: readonly { readonly name: string; readonly status: string }[];
}

/** Each an object of its own, as a map of records has them. */
const records = new Map<string, Record>(
  keys.slice(0, hotKeys).map((key, number) => {
    const products = [{ name: nameProduct(number), status: 'approved' }];
    return [
      key,
      { status: 'approved', expiresAt: 0, app: { status: 'approved' }, developer: { status: 'active' }, products },
    ];
  }),
);
const products = new Map(
  listProducts().flatMap((change) => {
    if (change.noun !== 'api-product' || change.record === undefined) return [];
    const { name, environments, proxies, apiResources } = change.record;
    const prefixes = apiResources.map((each) => (each === '/' ? '/' : each.slice(0, -2)));
    return [[name, { environments: new Set(environments), proxies: new Set(proxies), prefixes }] as const];
  }),
);
const heardAt = performance.now();

/** The same decision as one would write it for these records alone: not after 180 s of silence, no odd path. */
function decideByHand(key: string): Record | undefined {
  const now = performance.now();
  if (now - heardAt > 180_000_000) return undefined;
  const record = records.get(key);
  if (record === undefined || record.status !== 'approved') return undefined;
  if (record.expiresAt !== 0 && record.expiresAt <= now) return undefined;
  if (record.app.status !== 'approved' || record.developer.status !== 'active') return undefined;
  if (/\/\/|\/\.|[%\\;]/.test(question.target)) return undefined;
  for (const { name, status } of record.products) {
    const product = status === 'approved' ? products.get(name) : undefined;
    if (product === undefined) continue;
    if (!product.environments.has(question.environment) || !product.proxies.has(question.proxy)) continue;
    for (const prefix of product.prefixes) if (question.target.startsWith(prefix)) return record;
  }
  return undefined;
}

let at = 0;

/** Goes on where the last round ended, so that no key comes twice before all others did. */
function next(among: number): string {
  at = at + 1 < among ? at + 1 : 0;
  return keys[at] ?? '';
}

function timeEach(count: number, among: number, isAllowed: (key: string) => boolean): Timing {
  // Nobody feeds it, and on a busy machine all rounds take longer than it answers without.
  verifier.heard(performance.now());
  const [processor, wall] = [process.cpuUsage(), performance.now()];
  for (let done = 0; done < count; done++) {
    if (!isAllowed(next(among))) throw new Error('a key that works was refused');
  }
  const nanoseconds = (performance.now() - wall) * 1e6;
  const { user, system } = process.cpuUsage(processor);
  return { processor: ((user + system) * 1000) / count, wall: nanoseconds / count };
}

function isAllowed(key: string): boolean {
  question.key = key;
  return verifier.verify(question).allowed;
}

function pair(count: number, among: number, byHand: (key: string) => boolean): Pairing {
  const pairs = Array.from({ length: rounds + warmRounds }, () => ({
    value: timeEach(count, among, isAllowed),
    baseline: timeEach(count, among, byHand),
  })).slice(warmRounds);
  return {
    value: takeMiddle(pairs.map(({ value }) => value)),
    baseline: takeMiddle(pairs.map(({ baseline }) => baseline)),
    processorRatio: median(pairs.map(({ value, baseline }) => baseline.processor / value.processor)),
  };
}

function takeMiddle(timings: readonly Timing[]): Timing {
  return {
    processor: median(timings.map(({ processor }) => processor)),
    wall: median(timings.map(({ wall }) => wall)),
  };
}

/** Its own rate alone: there is one of by hand beside it already. */
function timeOften(): Timing {
  const timings = Array.from({ length: rounds + warmRounds }, () => timeEach(seenEach, hottestKeys, isAllowed));
  return takeMiddle(timings.slice(warmRounds));
}

function timeClock(): number {
  const begun = performance.now();
  let sum = 0;
  for (let looks = 0; looks < 1e6; looks++) sum += performance.now();
  return sum === 0 ? 0 : performance.now() - begun;
}

const lookUp = (key: string) => rowByHash.get(hash('sha256', heldFacts.lookupKey + key, 'hex')) !== undefined;
const found: InProcessFound = {
  unseen: pair(unseenEach, keyCount, (key) => lookUp(key)),
  seen: pair(seenEach, hotKeys, (key) => decideByHand(key) !== undefined),
  seenOften: timeOften(),
  clockNanoseconds: timeClock(),
};
process.stdout.write(`${JSON.stringify(found)}\n`);
