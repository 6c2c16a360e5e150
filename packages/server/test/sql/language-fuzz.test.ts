import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { rewriteQuery } from '../../src/language/query.ts';
import { isComplete, splitScript } from '../../src/language/script.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import { readStatement } from '../../src/language/statement.ts';
import { scanTokens } from '../../src/language/token.ts';
import { nameResources } from '../support/sql-name.ts';

const runs = process.env['CLAVIGER_LONG'] === undefined ? 1500 : 100_000;

const names = nameResources({ name: 'mine', columns: ['a'], text: 'SELECT email FROM developers' });

const piece = fc.constantFrom(
  ...`SELECT * FROM WHERE developers apps mine keys k d x AS ( ) , . ; :: int text = == <> 'a' 'b''c' "q" [b] \`t\` 1 1.5 ? ?2 :n $1
  AND OR NOT BETWEEN IN CASE WHEN THEN ELSE END WITH RECURSIVE UNION ALL VALUES GROUP BY ORDER HAVING LIMIT OFFSET FETCH
  FIRST ROWS ONLY LEFT JOIN ON USING NATURAL OVER WINDOW FILTER DISTINCT google apigee email consumerKey developersId
  json_each count sum now cast expand ILIKE || -> -- /* */ /*+ ' " [ \``.split(/\s+/),
);
const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '));
const query = soup.map((rest) => `SELECT * FROM developers ${rest}`);
const anyText = fc.oneof(soup, query, fc.string({ unit: 'binary', maxLength: 60 }));

/** Whatever is written either is rewritten or refused. */
function isTaken(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

describe('whatever is written', () => {
  test('is cut into tokens that stand where they say, one after another', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const token of scanTokens(text).tokens) {
          assert.ok(token.start >= end && token.end > token.start);
          assert.equal(text.slice(token.start, token.end), token.text);
          end = token.end;
        }
      }),
      { numRuns: runs },
    );
  });

  test('is split into statements that are cut nowhere else', () => {
    fc.assert(
      fc.property(anyText, (script) => {
        isComplete(script);
        for (const { text, position } of splitScript(script)) {
          assert.equal(script.slice(position, position + text.length), text);
          if (isTaken(() => readStatement(text))) assert.deepEqual(splitScript(text), [{ text, position: 0 }]);
        }
      }),
      { numRuns: runs },
    );
  });

  test('is rewritten, or refused with a code', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        isTaken(() => rewriteQuery(text, names));
      }),
      { numRuns: runs },
    );
  });

  test('names no resource to the engine but by its view', () => {
    fc.assert(
      fc.property(query, (text) => {
        if (!isTaken(() => rewriteQuery(text, names))) return;
        const { tokens } = scanTokens(rewriteQuery(text, names).text);
        assert.doesNotMatch(
          tokens.map((token) => token.text).join(' '),
          /^SELECT \* FROM (?:developers|google)\b(?![ \w.]*\()/i,
        );
      }),
      { numRuns: runs, seed: 20_261 },
    );
  });
});

describe('long texts are read in a time that grows as they do', () => {
  const length = 60_000;
  const fill = (part: string) => part.repeat(Math.floor(length / part.length));
  const texts: Readonly<Record<string, string>> = {
    quotes: `SELECT '${"''".repeat(length / 2)}'`,
    'columns of a list': `SELECT ${fill('email, ')}email FROM developers`,
    'tables of a join': `SELECT 1 FROM developers ${fill(', developers')}`,
    casts: `SELECT 1${fill('::text')}`,
    'casts of calls': `SELECT ${fill('f(a)::numeric(1,2), ')}1`,
    'queries in a list': `SELECT ${fill('(SELECT 1 FROM apps), ')}1`,
    'united queries': `SELECT 1 ${fill('UNION SELECT 1 ')}`,
    parameters: `SELECT ${fill('?1, ')}1`,
    comparisons: `SELECT 1 FROM keys WHERE ${fill("consumerKey = 'x' OR ")}1`,
    'long names': `SELECT ${fill('a.')}a FROM developers`,
    'long names compared': `SELECT 1 FROM developers WHERE ${fill('a.')}a = 'x'`,
    'nested cases': `SELECT ${fill('CASE WHEN 1 THEN ')}`,
    'views in lists': `SELECT ${fill('1 IN mine, ')}1`,
    conditions: `SELECT 1 FROM developers WHERE ${fill("expand = 'true' AND ")}1`,
    'nested queries, each with all that can be named': fill(
      `SELECT email FROM developers${', apps'.repeat(60)} WHERE (`,
    ),
  };
  for (const [name, text] of Object.entries(texts)) {
    test(name, { timeout: 20_000 }, () => {
      isTaken(() => rewriteQuery(text, names));
    });
  }
});
