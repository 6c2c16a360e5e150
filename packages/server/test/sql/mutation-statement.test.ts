import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  DeleteMutation,
  ExecMutation,
  InsertMutation,
  Mutation,
  UpdateMutation,
} from '../../src/language/mutation.ts';
import { readMutation } from '../../src/language/mutation-statement.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import { readStatement } from '../../src/language/statement.ts';
import { tokenize } from '../../src/language/token.ts';

const read = (text: string): Mutation => readMutation(readStatement(text));

interface ByKind {
  readonly insert: InsertMutation;
  readonly update: UpdateMutation;
  readonly delete: DeleteMutation;
  readonly exec: ExecMutation;
}

function need<K extends keyof ByKind>(text: string, kind: K): ByKind[K] {
  const mutation = read(text);
  assert.equal(mutation.kind, kind);
  return mutation as ByKind[K];
}

const samples = [
  "INSERT /*+ AWAIT */ INTO google.apigee.developers AS d (organizationsId, data__email) VALUES ('a', ?), ($3, lower(:x)) RETURNING *",
  'INSERT INTO "developers" (a, b) WITH c AS (SELECT 1, 2) SELECT * FROM c ON CONFLICT (a) DO NOTHING RETURNING a AS b, c + 1',
  'INSERT OR IGNORE INTO developers (a) SELECT b FROM c WHERE d = ?1 ORDER BY e LIMIT 2, 3',
  "UPDATE t SET a = (SELECT max(b) FROM c WHERE d = 'x, y'), e = f IS NOT DISTINCT FROM g FROM h WHERE i BETWEEN 1 AND 2 RETURNING j",
  "UPDATE t SET data__a = $1 WHERE p = 'x' AND t.q == $2",
  "UPDATE t SET a = 1 FROM WHERE b = CASE WHEN c = 1 THEN ',' ELSE 'd' END ORDER BY e LIMIT 1 OFFSET 2",
  'REPLACE t SET a = NULL WHERE b = -1',
  'REPLACE INTO t (a) VALUES (x(1, 2))',
  'DELETE FROM t AS u WHERE u.a IN (SELECT b FROM c) RETURNING u.a, u.* ORDER BY u.a LIMIT 3',
  "EXEC /*+ SHOWRESULTS, AWAIT */ google.apigee.developers.m @a = 'v', @b=2 @c = -1 @@json = '{}'",
  'EXEC t.m @a = $1, @b = @b, @@json = json_object(?, 1)',
] as const;

describe('a statement that changes something', () => {
  it('keeps values as they were written, but numbers their parameters', () => {
    const { columns, source, returning, parameters, target } = need(samples[0], 'insert');
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['organizationsId', 'data__email'],
    );
    const rows = 'rows' in source ? source.rows.map((row) => row.map(({ text }) => text)) : [];
    assert.deepEqual(rows, [
      ["'a'", '?1'],
      ['?3', 'lower(?4)'],
    ]);
    assert.deepEqual(
      [returning[0]?.column, parameters, target.text, target.alias],
      ['*', 4, 'google.apigee.developers', 'd'],
    );
    const exec = need(samples[10], 'exec');
    assert.deepEqual(
      exec.arguments.map(({ column, value }) => `${column} ${value.text}`),
      ['a ?1', 'b ?2'],
    );
    assert.deepEqual([exec.json?.text, exec.parameters], ['json_object(?3, 1)', 3]);
  });

  it('ends each clause where the next begins, and nowhere within parentheses', () => {
    const insert = need(samples[1], 'insert');
    const query = 'query' in insert.source ? insert.source.query.text : '';
    assert.deepEqual([query, insert.conflict], ['WITH c AS (SELECT 1, 2) SELECT * FROM c', 'ignore']);
    assert.deepEqual(
      insert.returning.map(({ name, column }) => [name, column]),
      [
        ['b', 'a'],
        ['c + 1', undefined],
      ],
    );
    const update = need(samples[3], 'update');
    assert.deepEqual(
      update.set.map(({ value }) => value.text),
      ["(SELECT max(b) FROM c WHERE d = 'x, y')", 'f IS NOT DISTINCT FROM g'],
    );
    assert.deepEqual([update.from?.text, update.where?.text], ['h', 'i BETWEEN 1 AND 2']);
    const ordered = need(samples[8], 'delete');
    assert.deepEqual([ordered.where?.text, ordered.tail?.text], ['u.a IN (SELECT b FROM c)', 'ORDER BY u.a LIMIT 3']);
    assert.deepEqual(
      ordered.returning.map(({ column }) => column),
      ['a', '*'],
    );
    assert.equal(need(samples[5], 'update').from, undefined);
  });

  it('is known to name its row where it says no more than that', () => {
    const named = need(samples[4], 'update').equalities?.map(({ column, value }) => `${column} ${value.text}`);
    assert.deepEqual(named, ["p 'x'", 'q ?2']);
    for (const where of [
      'a = 1 OR b = 2',
      'a > 1',
      'a = b',
      'a = 1 AND b IS NULL',
      'a BETWEEN 1 AND 2',
      '(a = 1)',
      'NOT a = 1',
      'a = 1 AND b',
      'a = lower(1)',
      "a = 'x' || 'y'",
      'a = 0x10',
      "a = x'00'",
    ]) {
      assert.equal(need(`DELETE FROM t WHERE ${where}`, 'delete').equalities, undefined, where);
    }
    assert.equal(need('DELETE FROM t WHERE a = 1 LIMIT 1', 'delete').equalities, undefined);
  });

  it('is read, or refused as what it is, however it is torn', () => {
    let state = 7;
    const draw = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const pieces = samples.flatMap((text) => tokenize(text).map((token) => token.text));
    let refused = 0;
    for (let round = 0; round < 4000; round += 1) {
      const tokens = tokenize(samples[draw(samples.length)] ?? '').map((token) => token.text);
      for (let change = draw(3) + 1; change > 0; change -= 1) {
        const removed = draw(3);
        const added = Array.from({ length: draw(3) }, () => pieces[draw(pieces.length)] ?? '');
        tokens.splice(draw(tokens.length - 1) + 1, removed, ...added);
      }
      const text = tokens.join(' ');
      try {
        read(text);
      } catch (error) {
        assert.ok(error instanceof SqlError, `${text}: ${String(error)}`);
        assert.ok(['42601', '42P02'].includes(error.state), `${text}: ${error.state}`);
        refused += 1;
      }
    }
    assert.ok(refused > 1000 && refused < 4000, `${refused}`);
  });
});
