import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { type FoundKey, ReadThrough, type RecordChange } from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeHash, makeId } from './support.ts';

const keyCount = 4;
const hashes = Array.from({ length: keyCount }, (_, key) => makeHash(key));
const credentialOf = (key: number) => makeId(100 + key);
/** Two keys share an app, two apps may move between two developers. */
const appOf = (key: number) => makeId(200 + (key >> 1));
const developers = [makeId(300), makeId(301)] as const;

type Entity = `${RecordChange['noun']} ${string}`;
interface Told {
  readonly sequence: number;
  readonly change: RecordChange;
}

/** A plane that remembers every state that it ever had. A record tells its age by when it was last modified. */
class History {
  readonly log: Told[] = [];
  readonly #live = new Map<Entity, RecordChange>();

  get sequence(): number {
    return this.log.length;
  }

  append(change: RecordChange): void {
    this.log.push({ sequence: this.sequence + 1, change });
    const name: Entity = `${change.noun} ${change.id}`;
    if (change.record === undefined) this.#live.delete(name);
    else this.#live.set(name, change);
  }

  now(noun: RecordChange['noun'], id: string): RecordChange {
    return this.#live.get(`${noun} ${id}`) ?? { noun, id, record: undefined };
  }

  find(key: number): FoundKey {
    const credential = this.now('credential', credentialOf(key));
    const app = this.now('app', appOf(key));
    const owner = app.noun === 'app' && app.record ? this.now('developer', app.record.owner.id) : undefined;
    const records = [credential, app, owner].filter((each) => each?.record !== undefined) as RecordChange[];
    const position = { epoch: 'e', sequence: this.sequence };
    return { position, records };
  }

  /** When an entity was last told of, as far as `sequence`; 0: never. */
  lastChange(noun: string, id: string, sequence: number): number {
    return (
      this.log.slice(0, sequence).findLast(({ change }) => change.noun === noun && change.id === id)?.sequence ?? 0
    );
  }

  /** Whether the key existed all the time from `from` on. */
  existedSince(key: number, from: number): boolean {
    const past = new History();
    for (const [at, { change }] of this.log.entries()) {
      if (at >= from && past.find(key).records.length < 3) return false;
      past.append(change);
    }
    return past.find(key).records.length === 3;
  }
}

type Step =
  | {
      readonly kind: 'put';
      readonly noun: 'credential' | 'app' | 'developer';
      readonly at: number;
      readonly to: number;
    }
  | { readonly kind: 'remove'; readonly noun: 'credential' | 'app' | 'developer'; readonly at: number }
  | { readonly kind: 'apply'; readonly most: number; readonly late: boolean }
  | { readonly kind: 'want'; readonly at: number }
  | { readonly kind: 'answer' | 'arrive' | 'fail'; readonly at: number }
  | { readonly kind: 'start-over' };

const small = fc.nat({ max: keyCount - 1 });
const noun = fc.constantFrom('credential', 'app', 'developer');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put'), noun, at: small, to: fc.nat({ max: 1 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove'), noun, at: small }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('apply'), most: fc.integer({ min: 1, max: 4 }), late: fc.boolean() }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('want'), at: small }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer'), at: small }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('arrive'), at: small }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail'), at: small }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'start-over' }) },
) as fc.Arbitrary<Step>;

interface Question {
  readonly key: number;
  readonly settle: PromiseWithResolvers<FoundKey>;
  found: FoundKey | undefined;
}

/** A reader between a plane and its applied part of the log, step by step. */
class World {
  readonly plane = new History();
  readonly questions: Question[] = [];
  applied = 0;
  now = 0;
  readonly reader: ReadThrough;
  readonly waits: Promise<void>[] = [];

  /** @param naive whether answers are believed as if they were always of now */
  constructor(naive: boolean) {
    this.reader = new ReadThrough({
      keysMax: 4,
      namesMax: 6,
      absentMax: 2,
      absentMsMax: 10,
      monotonic: () => this.now,
      ask: async (hash) => {
        const settle = Promise.withResolvers<FoundKey>();
        this.questions.push({ key: hashes.indexOf(hash), settle, found: undefined });
        const { position, records } = await settle.promise;
        return { position: naive ? { ...position, sequence: Number.MAX_SAFE_INTEGER } : position, records };
      },
    });
    for (let key = 0; key < keyCount; key++) this.put('credential', key, 0);
    for (const at of [0, 1]) this.put('developer', at, 0);
    for (const at of [0, 2]) this.put('app', at, 0);
    this.#startOver();
  }

  put(what: 'credential' | 'app' | 'developer', at: number, to: number): void {
    const age = this.plane.sequence + 1;
    if (what === 'credential') {
      const id = credentialOf(at);
      const hash = hashes[at] ?? '';
      const record = makeCredential({ id, appId: appOf(at), issuedAt: age });
      this.plane.append({ noun: what, id, record, hash });
    } else if (what === 'app') {
      const owner = { kind: 'developer', id: developers[to] ?? '' } as const;
      this.plane.append({ noun: what, id: appOf(at), record: makeApp({ id: appOf(at), owner, lastModifiedAt: age }) });
    } else {
      const id = developers[at % 2] ?? '';
      this.plane.append({ noun: what, id, record: makeDeveloper({ id, lastModifiedAt: age }) });
    }
  }

  take(each: Step): void {
    this.now += 1;
    if (each.kind === 'put') this.put(each.noun, each.at, each.to);
    else if (each.kind === 'remove') {
      const id = { credential: credentialOf, app: appOf, developer: (at: number) => developers[at % 2] ?? '' }[
        each.noun
      ];
      this.plane.append({ noun: each.noun, id: id(each.at), record: undefined });
    } else if (each.kind === 'apply') this.#apply(each.most, each.late);
    else if (each.kind === 'want') this.#want(each.at);
    else if (each.kind === 'start-over') this.#startOver();
    else this.#move(each);
  }

  #apply(most: number, late: boolean): void {
    const part = this.plane.log.slice(this.applied, this.applied + most);
    const reached = this.applied + part.length;
    for (const { sequence, change } of part) {
      // A record is read when it is told, which may be long after it changed.
      this.reader.apply(late ? this.plane.now(change.noun, change.id) : change, late ? reached : sequence);
    }
    this.applied = reached;
  }

  #want(key: number): void {
    const waiting = this.reader.prepare(String(key), () => hashes[key] ?? '');
    if (waiting !== undefined) this.waits.push(waiting);
  }

  #startOver(): void {
    this.applied = this.plane.sequence;
    this.reader.begin({ epoch: 'e', sequence: this.applied });
  }

  #move({ kind, at }: Extract<Step, { kind: 'answer' | 'arrive' | 'fail' }>): void {
    const asked = this.questions[at % Math.max(1, this.questions.length)];
    if (asked === undefined) return;
    if (kind === 'answer') asked.found ??= this.plane.find(asked.key);
    else {
      this.questions.splice(this.questions.indexOf(asked), 1);
      if (kind === 'fail') asked.settle.reject(new Error('away'));
      else asked.settle.resolve(asked.found ?? this.plane.find(asked.key));
    }
  }

  /** Nothing is held, and no absence is known, as it was before something that is applied. */
  check(): void {
    for (const [key, hash] of hashes.entries()) {
      const held = this.reader.findKey(String(key), () => hash);
      if (held === undefined) {
        if (!this.reader.isAbsent(hash)) continue;
        assert.ok(!this.plane.existedSince(key, this.applied), `key ${key} is said not to exist`);
        continue;
      }
      const { credential, app, owner } = held;
      const ages: readonly [string, string, number][] = [
        ['credential', credential.id, credential.issuedAt],
        ['app', app.id, app.lastModifiedAt],
        ['developer', owner.id, owner.lastModifiedAt],
      ];
      for (const [what, id, age] of ages) {
        const changed = this.plane.lastChange(what, id, this.applied);
        assert.ok(age >= changed, `${what} of key ${key} is of ${age}, and ${changed} is applied`);
      }
    }
  }
}

async function walk(steps: readonly Step[], naive: boolean): Promise<World> {
  const world = new World(naive);
  for (const each of steps) {
    world.take(each);
    await nextTurn();
    world.check();
  }
  return world;
}

const runs = process.env['CLAVIGER_LONG'] === '1' ? 3000 : 120;

describe('reading through', () => {
  it('holds nothing as it was before a change that is applied, over random fills, changes and losses', async () => {
    let held = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const { reader } = await walk(steps, false);
        held += reader.size;
      }),
      { numRuns: runs, seed: 11 },
    );
    assert.ok(held > runs / 4, 'almost nothing was ever held');
  });

  it('a fill that believes every answer fails the same test', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      await walk(steps, true);
    });
    const { failed } = await fc.check(property, { numRuns: runs, seed: 11, endOnFailure: true });
    assert.ok(failed);
  });

  it('everybody who waits is told, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const world = await walk(steps, false);
        for (let tries = 0; world.questions.length > 0; tries++) {
          assert.ok(tries < 1000, 'asked without end');
          world.questions.shift()?.settle.reject(new Error('away'));
          await nextTurn();
        }
        await Promise.all(world.waits);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it('a fill that raced a revocation is asked for again, and many who want one key ask once', async () => {
    const world = new World(false);
    const waits = Array.from({ length: 50 }, () => world.reader.prepare('0', () => hashes[0] ?? ''));
    assert.equal(world.questions.length, 1);
    world.take({ kind: 'answer', at: 0 });
    world.take({ kind: 'remove', noun: 'credential', at: 0 });
    world.take({ kind: 'apply', most: 1, late: false });
    world.take({ kind: 'arrive', at: 0 });
    await nextTurn();
    assert.equal(world.questions.length, 1, 'it was not asked again');
    assert.equal(
      world.reader.findKey('0', () => hashes[0] ?? ''),
      undefined,
    );
    world.take({ kind: 'arrive', at: 0 });
    await Promise.all(waits);
    assert.ok(world.reader.isAbsent(hashes[0] ?? ''));
  });

  it('an answer of before what is remembered of changes is not believed', async () => {
    const world = new World(false);
    world.take({ kind: 'want', at: 0 });
    world.take({ kind: 'answer', at: 0 });
    for (let many = 0; many < 8; many++) world.take({ kind: 'put', noun: 'credential', at: 1 + (many % 3), to: 0 });
    for (const what of ['app', 'developer'] as const) {
      for (const at of [0, 1, 2]) world.take({ kind: 'put', noun: what, at, to: 0 });
    }
    world.take({ kind: 'apply', most: 100, late: false });
    world.take({ kind: 'arrive', at: 0 });
    await nextTurn();
    assert.equal(world.questions.length, 1);
  });

  it('an absence ends by time, and by the change that makes the key exist', async () => {
    const world = new World(false);
    const isAbsent = () => world.reader.isAbsent(hashes[0] ?? '');
    const learn = async () => {
      world.take({ kind: 'want', at: 0 });
      world.take({ kind: 'arrive', at: 0 });
      await nextTurn();
    };
    world.take({ kind: 'remove', noun: 'credential', at: 0 });
    world.take({ kind: 'apply', most: 9, late: false });
    await learn();
    assert.ok(isAbsent());
    world.now += 20;
    assert.ok(!isAbsent());
    await learn();
    assert.ok(isAbsent());
    world.take({ kind: 'put', noun: 'credential', at: 0, to: 0 });
    world.take({ kind: 'apply', most: 9, late: false });
    assert.ok(!isAbsent());
  });

  it('keys that nobody asks for make room, and those that are asked for stay', async () => {
    const many = 200;
    const made = new Map<string, RecordChange[]>();
    for (let key = 0; key < many; key++) {
      const [id, appId, ownerId] = [makeId(key * 3 + 1), makeId(key * 3 + 2), makeId(key * 3 + 3)];
      made.set(makeHash(key), [
        { noun: 'credential', id, record: makeCredential({ id, appId }), hash: makeHash(key) },
        { noun: 'app', id: appId, record: makeApp({ id: appId, owner: { kind: 'developer', id: ownerId } }) },
        { noun: 'developer', id: ownerId, record: makeDeveloper({ id: ownerId }) },
      ]);
    }
    let asked = 0;
    const ask = async (hash: string): Promise<FoundKey> => {
      asked++;
      return { position: { epoch: 'e', sequence: 0 }, records: made.get(hash) ?? [] };
    };
    const reader = new ReadThrough({ ask, keysMax: 20, monotonic: () => 0 });
    reader.begin({ epoch: 'e', sequence: 0 });
    const want = (key: number) => reader.prepare(String(key), (text) => makeHash(Number(text)));
    for (let key = 0; key < many; key++) {
      await want(0);
      await want(key);
      assert.ok(reader.size <= 20, `${reader.size} keys`);
    }
    assert.equal(asked, many, 'the one that was always asked for was let go of');
    await want(1);
    assert.equal(asked, many + 1);
  });

  it('more keys than may be asked for at once wait for nothing', async () => {
    const ask = () => new Promise<FoundKey>(() => undefined);
    const reader = new ReadThrough({ ask, keysMax: 10, askingMax: 2, monotonic: () => 0 });
    reader.begin({ epoch: 'e', sequence: 0 });
    const want = (key: number) => reader.prepare(String(key), () => makeHash(key));
    assert.ok(want(0) && want(1));
    assert.equal(want(2), undefined);
  });
});
