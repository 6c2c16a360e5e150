import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedNotice, Verifier } from '@claviger/verify';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { makeRuntimeToken } from '../../support/verification.ts';
import { Client } from '../support/client.ts';
import { scale } from '../support/scale.ts';
import { Dice } from './dice.ts';
import { type Lie, LyingLine } from './lying-line.ts';
import { makePopulation, organization, type Population, pathOfCall, type Right } from './right.ts';

interface Told {
  readonly epoch: string;
  readonly changes: readonly { readonly sequence: number; readonly previous: number }[];
  readonly to: number;
  readonly more: boolean;
}

/** Each of them shows: a line that leaves no trace at all (a whole answer cut to its beginning) is TLS's to keep away. */
const pollLies: Readonly<Record<string, (told: Told, old: string) => unknown>> = {
  'a gap at the start': (told) => ({ ...told, changes: told.changes.slice(1) }),
  'a gap in the middle': (told) => ({ ...told, changes: told.changes.toSpliced(1, 1) }),
  'a repeat': (told) => ({ ...told, changes: [...told.changes.slice(0, 2), ...told.changes.slice(1)] }),
  'another order': (told) => ({ ...told, changes: told.changes.toReversed() }),
  'another epoch': (told) => ({ ...told, epoch: `${told.epoch}x` }),
  'an end before its changes': (told) => ({ ...told, to: told.changes[0]?.sequence ?? 0 }),
  'an older answer once more': (_, old) => old,
  'an id that is not the record’s': (told) => ({
    ...told,
    changes: told.changes.map((change) => ({ ...change, id: '00000000-0000-4000-8000-000000000000' })),
  }),
};

const snapshotLies: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  'a record left out': (lines) => lines.toSpliced(lines.length >> 1, 1),
  'a record twice': (lines) => lines.toSpliced(2, 0, lines[2] ?? ''),
  'other counts': (lines) => lines.map((line) => line.replace(/"credential":(\d+)/, '"credential":1$1')),
  'no end': (lines) => lines.slice(0, -2),
  'another format': (lines) => lines.map((line) => line.replace('"format":1', '"format":2')),
};

const cuts = scale('CLAVIGER_CUTS', { quick: 10, long: 500 });
const flips = scale('CLAVIGER_FLIPS', { quick: 24, long: 600 });

describe('a feed that lies, between a real plane and a verifier', () => {
  let server: TestServer;
  let client: Client;
  let population: Population;
  let token: string;
  before(async () => {
    // Nobody waits for a verifier that is lied to.
    server = await startTestServer({ settings: { acknowledgeMillisecondsMax: '0' } });
    client = new Client(server.url, { authorization: server.adminAuth });
    population = await makePopulation(client, 4);
    token = await makeRuntimeToken(server, organization);
  });
  after(async () => {
    client.close();
    await server.close();
  });

  /** Numbers of the keys that are refused. */
  const taken = new Set<number>();
  const call = async (right: Right, kind: 'take' | 'give') => {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await client.send({ method: 'POST', path: pathOfCall(right, kind, 'edge'), headers });
    assert.ok(answer.status < 300, answer.text);
    for (const key of right.keys) kind === 'take' ? taken.add(key) : taken.delete(key);
  };
  /** One of each kind, of different developers. */
  const some = (): Right[] => population.subjects.flatMap(({ rights }, at) => rights[at % 4] ?? []);

  for (const [name, distort] of Object.entries(pollLies)) {
    test(`${name}: nothing of it is believed, and a snapshot follows`, async () => {
      await using follower = await follow();
      const { line } = follower;
      let old = '';
      line.lie = (honest) => {
        old = honest;
        return undefined;
      };
      const [first, ...others] = some();
      // The question under way is answered with the first change; the next one is held back until there are three.
      await until(() => line.underWay > 0);
      const release = line.hold();
      await call(first ?? assert.fail(), 'take');
      await follower.untilStanding();
      const last = old;
      const states = [follower.vector()];
      follower.seen.clear();
      await Promise.all(others.map((right) => call(right, 'take')));
      line.lie = once((honest) => JSON.stringify(distort(JSON.parse(honest) as Told, last)));
      release();
      await follower.untilStanding();
      states.push(follower.vector());
      assert.deepEqual([line.lies, follower.snapshots()], [1, 2], 'it was lied to, and has started over');
      for (const vector of follower.seen) assert.ok(states.includes(vector), 'a state that never was');
      await Promise.all(some().map((right) => call(right, 'give')));
    });
  }

  for (const [name, distort] of Object.entries(snapshotLies)) {
    test(`a snapshot with ${name}: it is not used, and the next one is`, async () => {
      let told = 0;
      const lie: Lie = (honest, kind) => {
        if (kind !== 'snapshot' || told++ > 0) return undefined;
        return distort(honest.split('\n')).join('\n');
      };
      await using follower = await follow(lie);
      assert.deepEqual([follower.line.lies, follower.snapshots()], [1, 1]);
      await follower.untilStanding();
    });
  }

  test(`an answer that ends at any byte, ${cuts} times: it is as if it had not come`, async () => {
    await using follower = await follow();
    const dice = new Dice(20_265);
    for (let at = 0; at < cuts; at++) {
      const right = some()[(at >> 1) % 4] ?? assert.fail();
      follower.line.lie = once((honest) => honest.slice(0, dice.below(honest.length)));
      await call(right, at % 2 === 0 ? 'take' : 'give');
      await follower.untilStanding();
    }
    assert.equal(follower.line.lies, cuts);
    await Promise.all(some().map((right) => call(right, 'give')));
  });

  test(`one bit that turns, ${flips} times: what the plane refuses is not allowed`, async (t) => {
    const dice = new Dice(20_266);
    let noticed = 0;
    for (let at = 0; at < flips; at++) {
      const turn = once((honest) => flipBit(honest, dice));
      if (at % 2 === 0) {
        await Promise.all(some().map((right) => call(right, 'take')));
        await using follower = await follow(turn);
        assert.equal(follower.isRefusing(), true, 'after a snapshot');
        noticed += Math.min(1, follower.faults());
      } else {
        await Promise.all(some().map((right) => call(right, 'give')));
        await using follower = await follow();
        follower.line.lie = turn;
        await Promise.all(some().map((right) => call(right, 'take')));
        await follower.untilRefusing();
        noticed += Math.min(1, follower.faults());
      }
    }
    t.diagnostic(`${noticed} of ${flips} were noticed; the others let nobody in`);
    assert.ok(noticed > flips / 4);
  });

  interface Follower extends AsyncDisposable {
    readonly line: LyingLine;
    /** Every state that it ever answered from. */
    readonly seen: Set<string>;
    /** What it answers for each key, as one text. */
    vector(): string;
    snapshots(): number;
    faults(): number;
    /** It answers as the plane should. */
    untilStanding(): Promise<void>;
    isRefusing(): boolean;
    /** Allows nothing that the plane refuses. */
    untilRefusing(): Promise<void>;
  }

  /** A verifier behind a line, when it is ready. */
  async function follow(lie?: Lie): Promise<Follower> {
    const line = await LyingLine.open(server.runtimeUrl);
    line.lie = lie;
    const verifier = new Verifier();
    const notices: FeedNotice[] = [];
    const seen = new Set<string>();
    const reasonOf = (key: string) => {
      const verdict = verifier.verify({ key, environment: 'prod', target: '/' });
      return verdict.allowed ? 'allowed' : verdict.reason;
    };
    const vector = () => population.keys.map(reasonOf).join();
    const onNotice = (notice: FeedNotice) => {
      notices.push(notice);
      seen.add(vector());
    };
    const feed = new FeedClient({ url: line.url, token, verifier, timing, onNotice });
    await feed.start();
    const allows = (key: string) => reasonOf(key) === 'allowed';
    const isRefusing = () => population.keys.every((key, at) => !(taken.has(at) && allows(key)));
    const isStanding = () => population.keys.every((key, at) => taken.has(at) !== allows(key));
    const told = () => JSON.stringify(notices.slice(-6));
    return {
      line,
      seen,
      vector,
      isRefusing,
      snapshots: () => notices.filter(({ kind }) => kind === 'adopted').length,
      faults: () => notices.filter(({ kind }) => kind === 'fault' || kind === 'unreadable').length,
      untilStanding: () => until(isStanding, told),
      untilRefusing: () => until(isRefusing, told),
      async [Symbol.asyncDispose]() {
        await feed.stop();
        await line[Symbol.asyncDispose]();
      },
    };
  }
});

const timing = { holdMs: 10_000, silenceMsMax: 1_000, pauseMsMin: 4, pauseMsMax: 30, leaveMsMax: 500 };

async function until(met: () => boolean, told = () => ''): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(5)) if (met()) return;
  assert.fail(`it did not come; told: ${told()}`);
}

/** Lies the first time that there is something to lie about. */
function once(lie: Lie): Lie {
  let told = false;
  return (honest, call) => {
    if (told || (call === 'poll' && honest.includes('"changes":[]'))) return undefined;
    told = true;
    return lie(honest, call);
  };
}

function flipBit(text: string, dice: Dice): Uint8Array {
  const bytes = Buffer.from(text);
  const at = dice.below(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.below(8)), at);
  return bytes;
}
