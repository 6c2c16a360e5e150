import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type CsvFiles, readCsv } from '../../../src/cli/source/csv.ts';
import type { BulkRecord } from '../../../src/domain/bulk-record.ts';
import { makeDirectory } from '../support.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/edge/apigee-migrate-tool/', import.meta.url));

async function readAll(files: CsvFiles): Promise<BulkRecord[]> {
  const records: BulkRecord[] = [];
  for await (const record of readCsv(files)) records.push(record);
  return records;
}

async function write(t: TestContext, content: string | Uint8Array): Promise<string> {
  const file = join(await makeDirectory(t), 'in.csv');
  await writeFile(file, content);
  return file;
}

/** Members that are there. */
function plain(records: readonly BulkRecord[]): unknown {
  return JSON.parse(JSON.stringify(records));
}

const header = 'email,firstName,lastName,userName,attributes[0].name,attributes[0].value';

test('the files of apigee-migrate-tool are read', async () => {
  const records = await readAll({ developers: join(fixtures, 'devs.csv'), apps: join(fixtures, 'apps.csv') });
  assert.deepEqual(
    records.map(({ kind }) => kind),
    ['developer', 'developer', 'app', 'credential', 'app', 'credential'],
  );
  const [developer, , app, credential, , second] = plain(records) as Record<string, unknown>[];
  assert.deepEqual(developer, {
    kind: 'developer',
    email: 'liz@something.com',
    firstName: 'First Name',
    lastName: 'Last Name',
    userName: '2041',
    attributes: [{ name: 'accountid', value: '7929' }],
  });
  const owner = { developer: 'liz@something.com' };
  assert.deepEqual(app, {
    kind: 'app',
    owner,
    name: 'Advantage API',
    attributes: [
      { name: 'clientId', value: '3010' },
      { name: 'referer', value: '' },
      { name: 'Description', value: 'Fitnesse Advantage API - fitnesseAPIOther' },
    ],
    scopes: [],
  });
  assert.deepEqual(credential, {
    kind: 'credential',
    owner,
    app: 'Advantage API',
    consumerKey: 'Jmjtd%7Clu6y29u8nl%2Crl%3Do5-l622',
    status: 'approved',
    apiProducts: [{ name: 'Enterprise-Edition', status: 'approved' }],
    attributes: [],
    scopes: [],
  });
  assert.equal(second?.['consumerSecret'], 'cP3MJMrf');
});

test('a mark at the start, each kind of line end, blank lines and quoted cells are read', async (t) => {
  const text = `\uFEFF${header}\r\n\r\nann@example.com,"Ann ""Bo""","Lee, Jr",,note,"two\nlines"\r\n  \r\nb@example.com,B,C,,,`;
  const [ann, other] = await readAll({ developers: await write(t, text) });
  assert.ok(ann?.kind === 'developer' && other?.kind === 'developer');
  assert.deepEqual([ann.firstName, ann.lastName, ann.userName], ['Ann "Bo"', 'Lee, Jr', undefined]);
  assert.deepEqual(ann.attributes, [{ name: 'note', value: 'two\nlines' }]);
  assert.deepEqual([other.email, other.attributes], ['b@example.com', []]);
  const old = 'email,firstName,lastName\rann@example.com,A,B\rb@example.com,C,D\r';
  assert.equal((await readAll({ developers: await write(t, old) })).length, 2);
});

test('an app has as many keys as its columns tell, the first one the newest', async (t) => {
  const columns = ['developer', 'name', 'callbackUrl', 'scopes[0]', 'createdAt'];
  const keys = [0, 1].flatMap((at) => [`credentials[${at}].consumerKey`, `credentials[${at}].expiresAt`]);
  const text = `${[...columns, ...keys].join(',')}\na@example.com,shop,https://a.example,READ,1700000000000,new,-1,old,2024-01-31T12:00:00+01:00\na@example.com,bare,,,,,,,\n`;
  assert.deepEqual(
    (plain(await readAll({ apps: await write(t, text) })) as Record<string, unknown>[]).map(
      ({ kind, name, consumerKey, expiresAt, createdAt }) => [kind, name ?? consumerKey, expiresAt ?? createdAt],
    ),
    [
      ['app', 'shop', '2023-11-14T22:13:20.000Z'],
      ['credential', 'old', '2024-01-31T11:00:00.000Z'],
      ['credential', 'new', undefined],
      ['app', 'bare', undefined],
    ],
  );
});

test('products, companies and keys have files of their own', async (t) => {
  const products = await write(
    t,
    'name,displayName,approvalType,environments[0],environments[1],quota\nfree,Free,auto,test,prod,10\n',
  );
  const companies = await write(t, 'name,developers[0].email,developers[0].role\nacme,ann@example.com,admin\n');
  const keys = await write(
    t,
    'companyName,app,consumerKey,apiProducts[0].apiproduct,apiProducts[1].apiproduct\nacme,shop,k1,free,paid\n',
  );
  const [product, company, key] = plain(await readAll({ keys, companies, products })) as Record<string, unknown>[];
  assert.deepEqual([product?.['environments'], product?.['quota']], [['test', 'prod'], '10']);
  assert.deepEqual(company?.['members'], [{ developer: 'ann@example.com', roles: ['admin'] }]);
  assert.deepEqual(key?.['owner'], { company: 'acme' });
  assert.deepEqual(key?.['apiProducts'], [{ name: 'free' }, { name: 'paid' }]);
});

const broken: readonly (readonly [what: string, kind: keyof CsvFiles, text: string | Uint8Array, pattern: RegExp])[] = [
  ['an empty file', 'developers', '', /in\.csv is empty/],
  ['blank lines alone', 'developers', '\n\n', /in\.csv is empty/],
  [
    'an unknown column',
    'developers',
    'email,firstname,lastName\n',
    /in\.csv:1:2: there is no column "firstname" in a file of developers, which takes email, /,
  ],
  [
    'a column twice',
    'developers',
    'email,firstName,lastName,email\n',
    /in\.csv:1:4: the column "email" is there already/,
  ],
  ['a column that is missing', 'developers', 'firstName,lastName\n', /in\.csv:1:1: the header has no column email/],
  [
    'a list without an index',
    'apps',
    'developer,name,scopes\n',
    /in\.csv:1:3: "scopes" is a list: name its columns scopes\[0\]/,
  ],
  [
    'an index beyond reason',
    'apps',
    'developer,name,scopes[1000]\n',
    /in\.csv:1:3: "scopes\[1000\]" counts beyond 999/,
  ],
  ['the header of another file', 'developers', 'developer,name\n', /in\.csv:1:1: there is no column "developer"/],
  [
    'a row that is cut off',
    'developers',
    `${header}\na@example.com,A,B,,,\nb@exam`,
    /in\.csv:3:1: the row has 1 cells, the header 6: the file may be cut off/,
  ],
  [
    'a comma too many',
    'developers',
    `${header}\na@example.com,A,B,C,,,\n`,
    /in\.csv:2:7: the row has 7 cells.*quotation marks/,
  ],
  [
    'a cell that is cut off',
    'developers',
    `${header}\na@example.com,A,"B`,
    /in\.csv:2:3: a quotation mark is opened and not closed/,
  ],
  [
    'text behind a quoted cell',
    'developers',
    `${header}\na@example.com,A,"B"C,,,\n`,
    /in\.csv:2:3: after a closing quotation mark/,
  ],
  [
    'a quotation mark in the middle',
    'developers',
    `${header}\na@example.com,A,B"C,,,\n`,
    /in\.csv:2:3: a quotation mark within a cell/,
  ],
  [
    'the same developer twice',
    'developers',
    `${header}\na@example.com,A,B,,,\n\nA@example.com,A,B,,,\n`,
    /in\.csv:4:1: tells of the same as line 2/,
  ],
  ['a developer without an e-mail', 'developers', `${header}\n,A,B,,,\n`, /in\.csv:2:1: email is missing/],
  [
    'a developer without a name',
    'developers',
    `${header}\n"a\n@example.com",A,,,,\n`,
    /in\.csv:3:3: lastName is missing/,
  ],
  [
    'a value without a name',
    'developers',
    `${header}\na@example.com,A,B,,,v\n`,
    /in\.csv:2:5: attributes\[0\]\.name is missing/,
  ],
  [
    'a status that is none',
    'apps',
    'developer,name,status\na@example.com,shop,maybe\n',
    /in\.csv:2:3: status is "maybe", which is none of approved, revoked/,
  ],
  [
    'a time that is none',
    'apps',
    'developer,name,createdAt\na@example.com,shop,yesterday\n',
    /in\.csv:2:3: createdAt is no number/,
  ],
  ['an app of nobody', 'apps', 'developer,name\n,shop\n', /in\.csv:2:1: developer is missing/],
  [
    'an app of two',
    'apps',
    'developer,companyName,name\na@example.com,acme,shop\n',
    /in\.csv:2:2: companyName stands beside a developer/,
  ],
  [
    'a key without its text',
    'apps',
    'developer,name,credentials[0].status,credentials[0].consumerKey\na@example.com,shop,approved,\n',
    /in\.csv:2:4: credentials\[0\]\.consumerKey is missing/,
  ],
  [
    'a file that ends within a character',
    'developers',
    Buffer.from(`${header}\na@example.com,J\u00fc`).subarray(0, -1),
    /in\.csv:2:1: ends within a character/,
  ],
  [
    'bytes that are no UTF-8',
    'developers',
    Buffer.from(`${header}\na@example.com,J\xfcrgen,B,,,\n`, 'latin1'),
    /in\.csv:2:1: is not UTF-8/,
  ],
];

for (const [what, kind, text, pattern] of broken) {
  test(`${what} is refused with file, line and cell`, async (t) => {
    const file = await write(t, text);
    await assert.rejects(readAll({ [kind]: file }), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, 'CommandRefusal');
      assert.match(error.message, pattern);
      return true;
    });
  });
}

test('a key that stands twice is refused without being shown', async (t) => {
  const keys = await write(
    t,
    'developer,app,consumerKey\na@example.com,shop,TopSecret1\na@example.com,stall,TopSecret1\n',
  );
  await assert.rejects(readAll({ keys }), (error) => {
    assert.match(String(error), /in\.csv:3:1: tells of the same as line 2/);
    assert.doesNotMatch(String(error), /TopSecret/);
    return true;
  });
});

test('nothing comes out of files of which one row is wrong', async (t) => {
  const developers = await write(t, `${header}\na@example.com,A,B,,,\n`);
  const apps = await write(t, 'developer,name,status\na@example.com,shop,approved\na@example.com,stall,no\n');
  const records: BulkRecord[] = [];
  await assert.rejects(async () => {
    for await (const record of readCsv({ developers, apps })) records.push(record);
  }, /in\.csv:3:3/);
  assert.deepEqual(records, []);
});

test('a file that is not there is named', async () => {
  await assert.rejects(readAll({ developers: '/no/such/file.csv' }), /\/no\/such\/file\.csv can't be read \(ENOENT\)/);
});
