import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeSql } from '../../src/cli/sql-completion.ts';
import { createRowWriter, type SqlFormat, type SqlOutputOptions } from '../../src/cli/sql-output.ts';

const columns = [
  { name: 'email', type: 'text' },
  { name: 'n', type: 'integer' },
  { name: 'attributes', type: 'json' },
];
const rows = [
  ['ann@example.com', 7, [{ name: 'tier', value: 'gold' }]],
  ['a "b", c\n', null, null],
];

function print(format: SqlFormat, given: Partial<SqlOutputOptions> = {}, shown: readonly unknown[][] = rows): string {
  const writer = createRowWriter(columns, { format, delimiter: ',', header: true, ...given });
  return shown.map((row) => writer.row(row)).join('') + writer.end();
}

const outputs: readonly { what: string; got: () => string; wanted: string }[] = [
  {
    what: 'a table',
    got: () => print('table'),
    wanted: `|-----------------|------|----------------------------------|
| email           |    n | attributes                       |
|-----------------|------|----------------------------------|
| ann@example.com |    7 | [{"name":"tier","value":"gold"}] |
| a "b", c        | null | null                             |
|-----------------|------|----------------------------------|
`,
  },
  {
    what: 'a table without rows',
    got: () => print('table', {}, []),
    wanted:
      '|-------|---|------------|\n| email | n | attributes |\n|-------|---|------------|\n|-------|---|------------|\n',
  },
  {
    what: 'JSON, an object a line',
    got: () => print('json'),
    wanted:
      '[\n{"email":"ann@example.com","n":7,"attributes":[{"name":"tier","value":"gold"}]},\n{"email":"a \\"b\\", c\\n","n":null,"attributes":null}\n]\n',
  },
  { what: 'JSON without rows', got: () => print('json', {}, []), wanted: '[]\n' },
  {
    what: 'JSON lines',
    got: () => print('jsonl', {}, [['x', 1, null]]),
    wanted: '{"email":"x","n":1,"attributes":null}\n',
  },
  {
    what: 'CSV, quoted as RFC 4180 has it',
    got: () => print('csv'),
    wanted: 'email,n,attributes\nann@example.com,7,"[{""name"":""tier"",""value"":""gold""}]"\n"a ""b"", c\n",,\n',
  },
  {
    what: 'CSV of its own delimiter, without names',
    got: () => print('csv', { delimiter: ';', header: false }, [['x;y', 1, null]]),
    wanted: '"x;y";1;\n',
  },
  { what: 'CSV without rows', got: () => print('csv', {}, []), wanted: 'email,n,attributes\n' },
];

for (const { what, got, wanted } of outputs) test(`writes ${what}`, () => assert.equal(got(), wanted));

test('widths are those of the first rows, and a later row is written whole', () => {
  const writer = createRowWriter([{ name: 'x', type: 'text' }], { format: 'table', delimiter: ',', header: false });
  const text = Array.from({ length: 1001 }, (_, at) => writer.row([at === 1000 ? 'much longer' : 'x'])).join('');
  assert.equal(text.split('\n').filter((line) => line === '| x |').length, 1000);
  assert.match(text, /\| much longer \|\n$/);
  assert.equal(writer.end(), '|---|\n');
});

const vocabulary = {
  resources: ['developers', 'apps'],
  columns: new Map([
    ['developers', ['email', 'firstName']],
    ['apps', ['appId', 'name']],
  ]),
};

test('completes resources where one can stand, columns of the named ones elsewhere, and key words', () => {
  assert.deepEqual(completeSql('select * from dev', vocabulary), [['developers'], 'dev']);
  assert.deepEqual(completeSql('select * from google.apigee.a', vocabulary), [['apps'], 'a']);
  assert.deepEqual(completeSql('select * from developers where FIRST', vocabulary), [['firstName'], 'FIRST']);
  assert.deepEqual(completeSql('select * from developers where app', vocabulary), [[], 'app']);
  assert.deepEqual(completeSql('sel', vocabulary), [['SELECT'], 'sel']);
});
