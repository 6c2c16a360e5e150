import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPollAnswer, readSnapshotLine } from '../src/feed-wire.ts';
import { type CompanyRecord, hashKey, type RecordChange } from '../src/index.ts';
import { encode } from './plane.ts';
import { facts, putProduct } from './population.ts';
import { makeApp, makeCredential, makeDeveloper, makeId, makeProduct } from './support.ts';

const id = makeId(7);
const attributes = [{ name: 'größe', value: '' }];
const { kind: _, email, userName, firstName, lastName, ...owner } = makeDeveloper({ id, attributes });
const company: CompanyRecord = { ...owner, kind: 'company', name: 'acme', displayName: undefined };
const quota = { limit: '1', interval: undefined, timeUnit: 'hour' };
const config = { apiSource: 'a', quota, attributes };
const resource = { resource: '/', methods: ['GET'] };
const product = makeProduct({
  id,
  quota,
  attributes,
  operationGroups: {
    rest: [{ ...config, operations: [resource] }],
    graphql: [{ ...config, operations: [{ operation: undefined, operationTypes: ['query'] }] }],
    grpc: [{ ...config, service: 's', methods: [] }],
    llm: [{ ...config, operations: [{ ...resource, model: 'm' }] }],
    payload: [{ ...config, operations: ['o'] }],
  },
});

/** One of each noun, with everything that it may hold. */
const changes: readonly RecordChange[] = [
  { noun: 'developer', id, record: makeDeveloper({ id, attributes }) },
  { noun: 'company', id, record: company },
  { noun: 'app', id, record: makeApp({ id, attributes, owner: { kind: 'company', id: makeId(8) } }) },
  {
    noun: 'credential',
    id,
    record: makeCredential({ id, appId: makeId(9), expiresAt: 5, attributes, scopes: ['s'] }),
    hash: hashKey(facts.lookupKey, 'k'),
  },
  putProduct(product),
];

/** Every value of a record, with a way to replace it. */
function* listPlaces(value: unknown, replace: (by: unknown) => unknown): Generator<(by: unknown) => unknown> {
  yield replace;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    const inside = (by: unknown) =>
      replace(
        Array.isArray(value) ? value.map((old, at) => (at === Number(name) ? by : old)) : { ...value, [name]: by },
      );
    yield* listPlaces(each, inside);
  }
}

function read(line: unknown) {
  const told = readSnapshotLine(JSON.stringify(line));
  assert.ok(told.kind === 'record');
  return told;
}

describe('feed on the wire', () => {
  for (const change of changes) {
    test(`${change.noun} ${change.id}: comes as it was sent`, () => {
      assert.deepEqual(read(encode(change)), { kind: 'record', change, readable: true });
    });

    test(`${change.noun} ${change.id}: a value of another kind anywhere takes it out, and so does one that nobody knows (G6)`, () => {
      let spoilt = 0;
      for (const replace of listPlaces(change.record, (record) => ({ ...encode(change), record }))) {
        for (const by of [{ surprise: 1 }, 7.5, true]) {
          const { change: taken, readable } = read(replace(by));
          assert.deepEqual([taken, readable], [{ noun: change.noun, id: change.id, record: undefined }, false]);
          spoilt += 1;
        }
      }
      for (const record of [{ ...change.record, surprise: 1 }, null]) {
        assert.equal(read({ ...encode(change), record }).readable, false);
      }
      assert.ok(spoilt > 20);
    });

    test(`${change.noun} ${change.id}: under another id than its own it is a changed shape`, () => {
      const line = { ...encode(change), record: { ...change.record, id: makeId(99) } };
      assert.throws(() => read(line), { name: 'UnreadableError' });
    });
  }

  test('a credential without its hash is not held, and a hash where none belongs neither', () => {
    const credential = changes.find(({ noun }) => noun === 'credential');
    assert.ok(credential);
    for (const hash of [undefined, '', 'A'.repeat(64), 'a'.repeat(63), 7]) {
      assert.equal(read({ ...encode(credential), hash }).readable, false);
    }
    assert.equal(read({ ...encode(changes[0] as RecordChange), hash: 'a'.repeat(64) }).readable, false);
  });

  const frame = { noun: 'app', id, record: null };
  const shapes: Readonly<Record<string, unknown>> = {
    'a noun that nobody knows': { ...frame, noun: 'tenant' },
    'an id that is none': { ...frame, id: '' },
    'an id that is too long': { ...frame, id: 'a'.repeat(129) },
    'a property that nobody knows': { ...frame, when: 1 },
    'a list': [frame],
    'no object': 7,
    'a head of another format': { kind: 'head', format: 2, epoch: 'e', sequence: 1, ...facts, planeTime: 1 },
    'a head without a lookup key': {
      kind: 'head',
      format: 1,
      epoch: 'e',
      sequence: 1,
      ...facts,
      lookupKey: '',
      planeTime: 1,
    },
    'an end that counts too few nouns': { kind: 'end', counts: { app: 1 } },
  };
  for (const [name, line] of Object.entries(shapes)) {
    test(`${name} is a changed shape`, () => {
      assert.throws(() => readSnapshotLine(JSON.stringify(line)), { name: 'UnreadableError' });
    });
  }

  test('a poll takes records out, and what is unreadable among its changes is told', () => {
    const told = (noun: string, record: unknown, sequence: number) => ({
      sequence,
      previous: sequence - 1,
      noun,
      id,
      record,
    });
    const body = {
      kind: 'changes',
      epoch: 'e',
      changes: [told('app', null, 1), told('developer', {}, 2)],
      to: 2,
      more: false,
      planeTime: 9,
    };
    const { answer, planeTime, unreadable } = readPollAnswer(JSON.stringify(body));
    const removed = (noun: string) => ({ noun, id, record: undefined });
    assert.deepEqual(answer.kind === 'changes' && answer.changes.map(({ change }) => change), [
      removed('app'),
      removed('developer'),
    ]);
    assert.deepEqual([planeTime, unreadable], [9, [removed('developer')]]);
    for (const spoilt of [
      { ...body, more: 1 },
      { ...body, to: -1 },
      { ...body, changes: {} },
      { kind: 'start-over', epoch: 'e' },
    ]) {
      assert.throws(() => readPollAnswer(JSON.stringify(spoilt)), { name: 'UnreadableError' });
    }
  });

  test('no message of what can’t be read tells a value: it may be a secret (G9)', () => {
    for (const line of ['{"kind":"head","lookupKey":"topsecret"}', '{"topsecret":1}', 'topsecret', '["topsecret"]']) {
      assert.throws(
        () => readSnapshotLine(line),
        (error: Error) => !String(error.stack).includes('topsecret'),
      );
    }
  });
});
