import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holding } from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeHash, makeId } from './support.ts';

test('a key that is made again under another app is found there, whatever the first app left behind', () => {
  const holding = new Holding();
  const developer = makeDeveloper({ id: makeId(1) });
  holding.apply({ noun: 'developer', id: developer.id, record: developer });
  const hash = makeHash(7);
  const put = (app: number, key: number) => {
    const record = makeApp({ id: makeId(app), owner: { kind: 'developer', id: developer.id } });
    holding.apply({ noun: 'app', id: record.id, record });
    const credential = makeCredential({ id: makeId(key), appId: record.id });
    holding.apply({ noun: 'credential', id: credential.id, record: credential, hash });
  };
  put(2, 3);
  // Of the key that goes with it nothing is told.
  holding.apply({ noun: 'app', id: makeId(2), record: undefined });
  assert.equal(holding.find(hash), undefined);
  put(4, 5);
  assert.equal(holding.find(hash)?.app.id, makeId(4));
  assert.equal(holding.size, 1);
  // Told late, it takes nothing from the heir.
  holding.apply({ noun: 'credential', id: makeId(3), record: undefined });
  assert.equal(holding.find(hash)?.credential.id, makeId(5));
});
