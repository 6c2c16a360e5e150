import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FrameSplitter } from '../src/frame-splitter.ts';
import {
  type AttributeRecord,
  type CompanyRecord,
  type Holding,
  type RecordChange,
  SnapshotPacker,
} from '../src/index.ts';
import { type Snapshot, SnapshotLoader, TooManyKeysError } from '../src/snapshot.ts';
import { readHeld } from './held.ts';
import { encode } from './plane.ts';
import { facts, keys, listChanges, products, putProduct } from './population.ts';
import { makeApp, makeCredential, makeDeveloper, makeHash, makeId } from './support.ts';

const head = JSON.stringify({ kind: 'head', format: 1, epoch: 'e', sequence: 1, ...facts, planeTime: 1 });
const encodeLine = (change: RecordChange) => JSON.stringify(encode(change));

function end(records: readonly RecordChange[]): string {
  const counts = { credential: 0, app: 0, developer: 0, company: 0, 'api-product': 0 };
  for (const { noun } of records) counts[noun] += 1;
  return JSON.stringify({ kind: 'end', counts });
}

/** A snapshot frame by frame, its records in calls of so many. */
function pack(records: readonly RecordChange[], each = 500): Uint8Array[] {
  const packer = new SnapshotPacker();
  const frames = [packer.packLine(head)];
  for (let at = 0; at < records.length; at += each) {
    frames.push(...packer.packRecords(records.slice(at, at + each), encodeLine));
  }
  return [...frames, packer.packLine(end(records))];
}

function load(bytes: Uint8Array, { part = bytes.length, keysMax = Number.POSITIVE_INFINITY } = {}): Snapshot {
  const loader = new SnapshotLoader(keysMax);
  const splitter = new FrameSplitter();
  for (let at = 0; at < bytes.length; at += part) {
    splitter.push(bytes.subarray(at, at + part), (frame) => loader.takeFrame(frame));
  }
  splitter.finish();
  return loader.finish();
}

function loadLines(records: readonly RecordChange[]): Snapshot {
  const loader = new SnapshotLoader();
  for (const line of [head, ...records.map(encodeLine), end(records)]) loader.take(line);
  return loader.finish();
}

/** All that there is of some keys. */
function readAll(holding: Holding, hashes: readonly string[]): unknown {
  return [holding.size, holding.listProducts(), ...hashes.map((hash) => readHeld(holding.find(hash)))];
}

const population = [...products.map(putProduct), ...keys.flatMap(listChanges)];
const hashesOf = (records: readonly RecordChange[]) => records.flatMap((each) => ('hash' in each ? [each.hash] : []));
const ended = (snapshot: Snapshot, records: readonly RecordChange[]) => {
  assert.deepEqual(
    readAll(snapshot.holding, hashesOf(records)),
    readAll(loadLines(records).holding, hashesOf(records)),
  );
};

describe('a packed snapshot', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ minLength: 120, maxLength: 300 }));
  const id = fc.oneof(
    fc.uuid(),
    fc.uuid().map((each) => each.toUpperCase()),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constant('ffffffff-ffff-ffff-ffff-ffff00000001'),
  );
  const attributes: fc.Arbitrary<AttributeRecord[]> = fc.array(
    fc.record({ name: fc.constantFrom('tier', 'größe', ''), value: text }),
    { maxLength: 3 },
  );
  const count = fc.oneof(
    fc.nat(),
    fc.constantFrom(0, 127, 128, 2 ** 35 - 1, 2 ** 35, 2 ** 42 - 1, 2 ** 42, 2 ** 49, Number.MAX_SAFE_INTEGER - 1),
  );
  const stamp = { createdAt: count, createdBy: text, lastModifiedAt: count, lastModifiedBy: fc.constant('ops') };
  const approval = fc.constantFrom('approved' as const, 'revoked' as const, 'pending' as const);
  const key = fc
    .record({
      ids: fc.tuple(id, id, id),
      developer: fc.boolean(),
      owner: fc.record({
        name: text,
        other: fc.option(text, { nil: undefined }),
        active: fc.boolean(),
        attributes,
        ...stamp,
      }),
      app: fc.record({
        name: text,
        status: fc.constantFrom('approved' as const, 'revoked' as const),
        callbackUrl: fc.option(text, { nil: undefined }),
        appFamily: fc.option(text, { nil: undefined }),
        attributes,
        scopes: fc.array(text, { maxLength: 2 }),
        ...stamp,
      }),
      credential: fc.record({
        status: approval,
        issuedAt: count,
        expiresAt: fc.option(count, { nil: undefined }),
        products: fc.array(fc.record({ name: fc.constantFrom('gold', 'a 4 b'), status: approval }), { maxLength: 3 }),
        attributes,
        scopes: fc.array(text, { maxLength: 2 }),
      }),
      hash: fc.nat(50),
    })
    .map(
      ({ ids: [ownerId, appId, keyId], developer, owner: { name, other, active, ...rest }, app, credential, hash }) => {
        const status = active ? ('active' as const) : ('inactive' as const);
        const person = makeDeveloper({ id: ownerId, email: name, userName: other, firstName: name, status, ...rest });
        const company: CompanyRecord = { kind: 'company', id: ownerId, name, displayName: other, status, ...rest };
        const owner = developer ? person : company;
        const changes: RecordChange[] = [
          { noun: owner.kind, id: ownerId, record: owner },
          { noun: 'app', id: appId, record: makeApp({ id: appId, owner: { kind: owner.kind, id: ownerId }, ...app }) },
          {
            noun: 'credential',
            id: keyId,
            record: makeCredential({ id: keyId, appId, ...credential }),
            hash: makeHash(hash),
          },
        ];
        return changes;
      },
    );

  test('holds what the same snapshot holds line by line, in parts of any size', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), fc.integer({ min: 1, max: 400 }), fc.nat(6), (made, part, each) => {
        const records = [...products.map(putProduct), ...made.flat()];
        ended(load(Buffer.concat(pack(records, each + 1)), { part }), records);
      }),
      { numRuns: 100 },
    );
  });

  test('tells again what its dictionaries have no room for', () => {
    const records = Array.from({ length: 70_000 }, (_, at): RecordChange => {
      const record = makeDeveloper({ id: makeId(at), createdBy: `by-${at}`, lastModifiedBy: `by-${69_999 - at}` });
      return { noun: 'developer', id: record.id, record };
    });
    const app = makeApp({ id: makeId(70_001), owner: { kind: 'developer', id: makeId(69_998) } });
    const credential = makeCredential({ id: makeId(70_002), appId: app.id });
    records.push({ noun: 'app', id: app.id, record: app });
    records.push({ noun: 'credential', id: credential.id, record: credential, hash: makeHash(1) });
    const { holding } = load(Buffer.concat(pack(records)));
    const owner = holding.find(makeHash(1))?.owner;
    assert.deepEqual([owner?.createdBy, owner?.lastModifiedBy], ['by-69998', 'by-1']);
  });

  test('told twice, a record is as it was told last, and a key is the credential that came last', () => {
    const [first, second] = [makeId(1), makeId(2)];
    const put = (id: string, hash: number, issuedAt: number): RecordChange => {
      const record = makeCredential({ id, appId: makeId(3), issuedAt });
      return { noun: 'credential', id, record, hash: makeHash(hash) };
    };
    const owner = makeDeveloper({ id: makeId(4) });
    const app = makeApp({ id: makeId(3), owner: { kind: 'developer', id: owner.id } });
    const hangsOn: RecordChange[] = [
      { noun: 'developer', id: owner.id, record: owner },
      { noun: 'app', id: app.id, record: { ...app, name: 'before' } },
      { noun: 'app', id: app.id, record: app },
    ];
    const told = {
      'again under the same key': [put(first, 1, 10), put(first, 1, 11)],
      'again under another key': [put(first, 1, 10), put(first, 2, 11)],
      'under the key of another': [put(first, 1, 10), put(second, 1, 11)],
      'under the key of another, which comes again': [put(first, 1, 10), put(second, 1, 11), put(first, 3, 12)],
      'under the key that another had': [put(first, 1, 10), put(first, 2, 11), put(second, 1, 12), put(first, 1, 13)],
    };
    for (const [name, credentials] of Object.entries(told)) {
      const records = [...hangsOn, ...credentials];
      const { holding } = load(Buffer.concat(pack(records)));
      const hashes = [1, 2, 3].map(makeHash);
      assert.deepEqual(readAll(holding, hashes), readAll(loadLines(records).holding, hashes), name);
      assert.ok(holding.size > 0 && holding.size < credentials.length, name);
    }
  });

  test('told again in any order, keys are those that the same lines leave', () => {
    const owner = makeDeveloper({ id: makeId(8) });
    const app = makeApp({ id: makeId(9), owner: { kind: 'developer', id: owner.id } });
    const hangsOn: RecordChange[] = [
      { noun: 'developer', id: owner.id, record: owner },
      { noun: 'app', id: app.id, record: app },
    ];
    const hashes = [1, 2, 3, 4];
    const told = fc.record({ id: fc.constantFrom(1, 2, 3, 4), hash: fc.constantFrom(...hashes), again: fc.boolean() });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 20 }), (each) => {
        const records = each.flatMap(({ id, hash, again }, at): RecordChange[] => {
          const record = makeCredential({ id: makeId(id), appId: app.id, issuedAt: at });
          return [{ noun: 'credential', id: record.id, record, hash: makeHash(hash) }, ...(again ? hangsOn : [])];
        });
        const [packed, lines] = [
          load(Buffer.concat(pack([...hangsOn, ...records]))),
          loadLines([...hangsOn, ...records]),
        ];
        const names = hashes.map(makeHash);
        assert.deepEqual(readAll(packed.holding, names), readAll(lines.holding, names));
      }),
      { numRuns: 300 },
    );
  });

  test('holds records of any length, and takes out one that is too long for it', () => {
    const lengths = [3_000_000, 1_500_000, 4_100_000, 5_000_000, 1, 2_000_000, 4_194_200, 900_000, 4_000_000, 7];
    const records = lengths.flatMap((length, number) => {
      const [developer, ...rest] = listChanges({ key: `k${number}`, number });
      if (developer?.noun !== 'developer' || developer.record?.kind !== 'developer') throw new Error('no developer');
      const long: RecordChange = {
        noun: 'developer',
        id: developer.id,
        record: { ...developer.record, firstName: 'a'.repeat(length) },
      };
      return [long, ...rest];
    });
    const snapshot = load(Buffer.concat(pack(records)), { part: 65_536 });
    assert.equal(snapshot.unreadable, 1);
    while (snapshot.holding.settle());
    const found = hashesOf(records).map((hash) => snapshot.holding.find(hash)?.owner);
    assert.deepEqual(
      found.map((owner) => owner?.kind === 'developer' && owner.firstName.length),
      lengths.map((length) => (length < 4_194_300 ? length : false)),
    );
  });

  test('brings as a line what has no packed form: it is counted, and lets nobody in (G6)', () => {
    const [developer, app, credential] = listChanges({ key: 'k', number: 1, credential: { expiresAt: -5 } });
    const records = [developer, app, credential].filter((each) => each !== undefined);
    const snapshot = load(Buffer.concat(pack(records)));
    assert.deepEqual([snapshot.unreadable, snapshot.holding.size], [1, 0]);
  });

  test('is given up as soon as it has more keys than may be held', () => {
    const bytes = Buffer.concat(pack(population));
    assert.throws(() => load(bytes, { keysMax: keys.length - 1 }), TooManyKeysError);
    assert.equal(load(bytes, { keysMax: keys.length }).holding.size, keys.length);
  });

  test('cut off anywhere it is not used', () => {
    const bytes = Buffer.concat(pack(population.slice(0, 9), 2));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => load(bytes.subarray(0, length)), { name: 'UnreadableError' }, `${length} bytes`);
    }
  });

  test('with a frame left out, told twice, or in the place of the next one it is not used', () => {
    const frames = pack(population.slice(products.length), 2);
    assert.ok(frames.length > 10);
    for (const [at, frame] of frames.entries()) {
      const next = frames[at + 1];
      const lies = [frames.toSpliced(at, 1), frames.toSpliced(at, 0, frame)];
      if (next !== undefined) lies.push(frames.toSpliced(at, 2, next, frame));
      for (const lie of lies) assert.throws(() => load(Buffer.concat(lie)), { name: 'UnreadableError' }, `frame ${at}`);
    }
    ended(load(Buffer.concat(frames)), population.slice(products.length));
  });

  test('with any bytes spoilt it is refused as unreadable, or read: no other error, no hang', () => {
    const bytes = Buffer.concat(pack(population, 3));
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (spoilt) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of spoilt) copy[at] = value;
          try {
            load(copy);
          } catch (error) {
            assert.equal((error as Error).name, 'UnreadableError');
            refused += 1;
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(refused > 100, `${refused} were refused`);
  });

  const [, batch = new Uint8Array()] = pack(population.slice(products.length));
  const body = [...batch.subarray(4)];
  const frameOf = (bytes: readonly number[]) => Buffer.from([bytes.length, bytes.length >> 8, 0, 0, ...bytes]);
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'a noun that nobody knows': [9, 0],
    'a batch that is not the next one': [3, 1],
    'a number that does not end': [3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    'a record that is cut off': body.slice(0, -1),
    'a text longer than the frame': [3, 0, 0, ...new Array<number>(16).fill(1), 1, 0x7f],
    'a text that is no UTF-8': [3, 0, 0, ...new Array<number>(16).fill(1), 1, 1, 0xff],
    'an id that is too long': [3, 0, 129, ...new Array<number>(129).fill(97), 1],
    'an entry that was never told': [3, 0, 0, ...new Array<number>(16).fill(1), 1, 0, 0, 0, 0, 1, 7],
    'a line that is no UTF-8': [0x7b, 0xff, 0x7d],
  };
  for (const [name, bytes] of Object.entries(shapes)) {
    test(`${name}: it is not used`, () => {
      const [first = Buffer.alloc(0), ...rest] = pack([]);
      assert.throws(() => load(Buffer.concat([first, frameOf(bytes), ...rest])), { name: 'UnreadableError' });
    });
  }

  test('a frame without a byte, one that is too long, and batches outside of head and end are not used', () => {
    const [first = Buffer.alloc(0), last = Buffer.alloc(0)] = pack([]);
    for (const frames of [
      [first, Buffer.from([0, 0, 0, 0]), last],
      [first, Buffer.from([0, 0, 0, 2]), last],
      [batch, first, last],
      [first, last, batch],
    ]) {
      assert.throws(() => load(Buffer.concat(frames)), { name: 'UnreadableError' });
    }
  });
});
