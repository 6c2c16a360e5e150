import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { defineStatement } from '../statement.ts';
import { createSqliteCompiler } from './grammar.ts';

describe('limits on SQLite', () => {
  const built = defineStatement('test.limit-built', (db, given: { limit: number }) =>
    db.selectFrom('app').select('id').orderBy('id').limit(given.limit),
  );
  const written = defineStatement('test.limit-written', (db, given: { limit: number }) =>
    sql<{ id: string }>`select id from app order by id limit ${given.limit}`.compile(db),
  );

  for (const statement of [built, written]) {
    it(`${statement.name} keeps its plan, since no parameter stands alone behind limit`, () => {
      const { text, bind } = createSqliteCompiler().compile(statement);
      assert.match(text, /limit \? \+ 0$/);
      assert.deepEqual(bind({ limit: 7 }), [7]);
    });
  }
});
