import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AppRecord,
  type CredentialRecord,
  type HeldKey,
  Holding,
  type OwnerRecord,
  type RecordChange,
} from '../src/index.ts';
import { readHeld } from './held.ts';
import { makeApp, makeCredential, makeDeveloper, makeHash, makeId, makeProduct } from './support.ts';

const company = {
  kind: 'company',
  id: makeId(9),
  name: 'acme',
  displayName: undefined,
  status: 'active',
  attributes: [{ name: 'tier', value: 'gold' }],
  createdAt: 1,
  createdBy: 'a',
  lastModifiedAt: 2,
  lastModifiedBy: 'b',
} as const;

function putDeveloper(record: OwnerRecord): RecordChange {
  return { noun: record.kind, id: record.id, record };
}

function putApp(record: AppRecord): RecordChange {
  return { noun: 'app', id: record.id, record };
}

function putCredential(record: CredentialRecord, key = 1): RecordChange {
  return { noun: 'credential', id: record.id, record, hash: makeHash(key) };
}

const developer = makeDeveloper({ id: makeId(1), attributes: [{ name: 'größe', value: '⚖️ 1' }], userName: undefined });
const app = makeApp({ id: makeId(2), owner: { kind: 'developer', id: developer.id }, callbackUrl: '', scopes: ['a'] });
const credential = makeCredential({
  id: makeId(3),
  appId: app.id,
  expiresAt: 1_900_000_000_123,
  attributes: [{ name: 'n', value: '' }],
});

describe('holding', () => {
  test('gives back every member of a key, its app and its owner', () => {
    const holding = new Holding();
    for (const change of [putDeveloper(developer), putApp(app), putCredential(credential)]) holding.apply(change);
    const held = holding.find(makeHash(1));
    assert.ok(held);
    assert.deepEqual(readHeld(held), { credential, app, owner: developer });
    assert.equal(holding.find(makeHash(2)), undefined);
    assert.equal(holding.size, 1);
  });

  test('takes records in any order, and holds no key whose app or owner is gone', () => {
    const holding = new Holding();
    holding.apply(putCredential(credential));
    assert.equal(holding.find(makeHash(1)), undefined);
    holding.apply(putApp(makeApp({ ...app, owner: { kind: 'company', id: company.id } })));
    assert.equal(holding.find(makeHash(1)), undefined);
    holding.apply(putDeveloper(company));
    assert.equal(holding.find(makeHash(1))?.owner.kind, 'company');
    holding.apply({ noun: 'company', id: company.id, record: undefined });
    assert.equal(holding.find(makeHash(1)), undefined);
    holding.apply(putDeveloper(company));
    holding.apply({ noun: 'app', id: app.id, record: undefined });
    assert.equal(holding.find(makeHash(1)), undefined);
  });

  test('remembers a key without its hash, and sees every change of what it hangs on', () => {
    const holding = new Holding();
    for (const change of [putDeveloper(developer), putApp(app), putCredential(credential)]) holding.apply(change);
    let hashed = 0;
    const ask = () =>
      holding.findKey('k', () => {
        hashed += 1;
        return makeHash(1);
      });
    assert.equal(ask(), ask());
    assert.equal(hashed, 1);
    holding.apply(putDeveloper({ ...developer, status: 'inactive' }));
    assert.equal(ask()?.owner.status, 'inactive');
    holding.apply(putApp({ ...app, status: 'revoked' }));
    assert.equal(ask()?.app.status, 'revoked');
    holding.apply(putCredential({ ...credential, status: 'revoked' }));
    assert.equal(ask()?.credential.status, 'revoked');
    assert.equal(hashed, 4);
    holding.apply({ noun: 'credential', id: credential.id, record: undefined });
    assert.equal(ask(), undefined);
    assert.equal(holding.size, 0);
  });

  test('forgets the oldest keys past its bound, and finds them anew', () => {
    const holding = new Holding({ rememberedMax: 4 });
    for (const change of [putDeveloper(developer), putApp(app)]) holding.apply(change);
    for (let key = 0; key < 20; key++) holding.apply(putCredential({ ...credential, id: makeId(100 + key) }, key));
    for (let round = 0; round < 2; round++) {
      for (let key = 0; key < 20; key++) {
        assert.equal(holding.findKey(`k${key}`, () => makeHash(key))?.credential.id, makeId(100 + key));
      }
    }
  });

  test('a record that can not be read takes the one before out: it must not let anybody in', () => {
    const holding = new Holding();
    for (const change of [putDeveloper(developer), putApp(app), putCredential(credential)]) holding.apply(change);
    assert.throws(() => holding.apply(putCredential({ ...credential, expiresAt: Number.NaN })), RangeError);
    assert.equal(holding.find(makeHash(1)), undefined);
  });

  test('a product is found by its name of today', () => {
    const holding = new Holding();
    const put = (record: ReturnType<typeof makeProduct>) =>
      holding.apply({ noun: 'api-product', id: record.id, record });
    put(makeProduct());
    assert.equal(holding.findProduct('gold')?.record.name, 'gold');
    put(makeProduct({ id: 'p2', name: 'gold', proxies: ['new'] }));
    holding.apply({ noun: 'api-product', id: 'p1', record: undefined });
    assert.deepEqual(holding.findProduct('gold')?.record.proxies, ['new']);
    holding.apply({ noun: 'api-product', id: 'p2', record: undefined });
    assert.equal(holding.findProduct('gold'), undefined);
  });

  test('a view stays what it was, whatever comes after it, and old room is taken back', () => {
    const holding = new Holding();
    for (const change of [putDeveloper(developer), putApp(app), putCredential(credential)]) holding.apply(change);
    const view = holding.find(makeHash(1));
    assert.ok(view);
    const value = 'x'.repeat(30_000);
    for (let round = 0; round < 2_000; round++) {
      holding.apply(putDeveloper({ ...developer, attributes: [{ name: 'round', value: `${value}${round}` }] }));
    }
    for (let at = 0; at < 200_000; at++) {
      const id = makeId(1_000 + at);
      holding.apply(putCredential({ ...credential, id }, 1_000 + at));
      if (at % 10 !== 0) holding.apply({ noun: 'credential', id, record: undefined });
    }
    assert.deepEqual(readHeld(view), { credential, app, owner: developer });
    const now = holding.find(makeHash(1));
    assert.equal(now?.owner.attributes[0]?.value, `${value}1999`);
    assert.equal(holding.size, 20_001);
    for (let at = 0; at < 200_000; at += 10) assert.ok(holding.find(makeHash(1_000 + at)), `key ${at} is lost`);
    assert.ok(holding.bytes < 24_000_000, `${holding.bytes} bytes for 20,001 keys and 60 MB of garbage`);
    // Where records were found before does not outlive their being moved, nor what they hang on.
    holding.apply({ noun: 'developer', id: developer.id, record: undefined });
    for (const key of [1, 1_000, 2_000]) assert.equal(holding.find(makeHash(key)), undefined);
    holding.apply(putDeveloper({ ...developer, firstName: 'back' }));
    for (const key of [1, 1_000]) {
      const { owner } = holding.find(makeHash(key)) ?? {};
      assert.equal(owner?.kind === 'developer' && owner.firstName, 'back');
    }
  });

  test('answers as a plain map does, over random changes', () => {
    const number = fc.integer({ min: 1, max: 4 });
    const change = fc.oneof(
      fc.record({ put: fc.constant('developer'), id: number, to: number, flag: fc.boolean() }),
      fc.record({ put: fc.constant('app'), id: number, to: number, flag: fc.boolean() }),
      fc.record({ put: fc.constant('credential'), id: number, to: number, flag: fc.boolean() }),
      fc.record({ put: fc.constant('none'), id: number, to: fc.integer({ min: 0, max: 2 }), flag: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const holding = new Holding({ rememberedMax: 3 });
        const model = new Model();
        for (const each of changes) {
          for (const told of toChanges(each)) {
            holding.apply(told);
            model.apply(told);
          }
          for (let key = 1; key <= 4; key++) {
            const expected = model.find(makeHash(key));
            const held = holding.findKey(`k${key}`, () => makeHash(key));
            assert.deepEqual(readHeld(held), expected);
            const found = holding.find(makeHash(key));
            assert.deepEqual(readHeld(found), expected);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface Step {
  readonly put: string;
  readonly id: number;
  readonly to: number;
  readonly flag: boolean;
}

function toChanges({ put, id, to, flag }: Step): RecordChange[] {
  if (put === 'developer') {
    return [putDeveloper(makeDeveloper({ id: makeId(id), status: flag ? 'active' : 'inactive', firstName: `n${to}` }))];
  }
  if (put === 'app') {
    const owner = { kind: 'developer', id: makeId(to) } as const;
    return [putApp(makeApp({ id: makeId(10 + id), owner, status: flag ? 'approved' : 'revoked' }))];
  }
  if (put === 'credential') {
    const status = flag ? 'approved' : 'pending';
    return [putCredential(makeCredential({ id: makeId(20 + id), appId: makeId(10 + to), status }), id)];
  }
  const noun = (['developer', 'app', 'credential'] as const)[to] ?? 'app';
  return [{ noun, id: makeId(to * 10 + id), record: undefined }];
}

/** The same in maps. */
class Model {
  readonly #owners = new Map<string, OwnerRecord>();
  readonly #apps = new Map<string, AppRecord>();
  readonly #credentials = new Map<string, { record: CredentialRecord; hash: string }>();

  apply(change: RecordChange): void {
    const { noun, id, record } = change;
    if (noun === 'credential') {
      if (record === undefined) this.#credentials.delete(id);
      else this.#credentials.set(id, { record, hash: change.hash });
    } else if (noun === 'app') {
      if (record === undefined) this.#apps.delete(id);
      else this.#apps.set(id, record);
    } else if (noun === 'developer' || noun === 'company') {
      if (record === undefined) this.#owners.delete(id);
      else this.#owners.set(id, record);
    }
  }

  find(hash: string): HeldKey | undefined {
    const found = [...this.#credentials.values()].find((each) => each.hash === hash)?.record;
    const its = found && this.#apps.get(found.appId);
    const owner = its && this.#owners.get(its.owner.id);
    return found && its && owner && { credential: found, app: its, owner };
  }
}
