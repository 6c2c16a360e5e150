import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { before, it } from 'node:test';
import { makeDeveloper } from '../support/app.ts';
import { describeOnEveryStore } from '../support/every-store.ts';

const path = '/claviger/v1/sql';
const organization = 'sql-http';

describeOnEveryStore('SQL over HTTP', (server) => {
  const root = `/v1/organizations/${organization}`;
  before(async () => {
    await server().makeOrganization(organization, 'x');
    for (const name of ['ann', 'bob', 'cleo']) await makeDeveloper(server, root, `${name}@example.com`);
  });
  const of = `WHERE organizationsId = '${organization}'`;
  const ask = (query: string, parameters?: readonly unknown[], accept = 'application/json') =>
    server().request('POST', path, { json: { query, parameters }, accept });

  it('answers columns, rows and what was done as one document', async () => {
    const answer = await ask(`SELECT email, status, attributes FROM developers ${of} ORDER BY email LIMIT 2`);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json(), {
      results: [
        {
          columns: [
            { name: 'email', type: 'text' },
            { name: 'status', type: 'text' },
            { name: 'attributes', type: 'json' },
          ],
          rows: [
            ['ann@example.com', 'active', []],
            ['bob@example.com', 'active', []],
          ],
          tag: 'SELECT 2',
          notices: [],
        },
      ],
    });
  });

  it('answers a line for each, unless a document is asked for', async () => {
    const answer = await ask(`SELECT email FROM developers ${of} ORDER BY email DESC LIMIT 1`, [], '*/*');
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    assert.deepEqual(answer.text.split('\n'), [
      '{"columns":[{"name":"email","type":"text"}]}',
      '["cleo@example.com"]',
      '{"tag":"SELECT 1","notices":[]}',
      '{}',
      '',
    ]);
  });

  it('takes values for parameters, and reads nothing into them', async () => {
    const query = `SELECT email FROM developers ${of} AND email = ?`;
    const rows = async (value: unknown) =>
      (await ask(query, [value])).json<{ results: { rows: unknown[] }[] }>().results[0]?.rows;
    assert.deepEqual(await rows('bob@example.com'), [['bob@example.com']]);
    assert.deepEqual(await rows("x' OR '1'='1"), []);
    assert.deepEqual(await rows(null), []);
    assert.equal((await ask(query, [])).status, 400);
  });

  it('runs a script to its end, or to what fails in it', async () => {
    const script = `SELECT 1 AS one; SELECT 2 AS two;`;
    const body = `${script}\nSELEC 3;\nSELECT 4`;
    const answer = await server().request('POST', path, { body, type: 'application/sql', accept: 'application/json' });
    const { results, error } = answer.json<{
      results: { rows: unknown[] }[];
      error: { state: string; position: number };
    }>();
    assert.deepEqual(
      results.map(({ rows }) => rows),
      [[[1]], [[2]]],
    );
    assert.deepEqual([error.state, error.position], ['42601', script.length + 1]);
  });

  it('says by its status why nothing is answered', async () => {
    const refused = await ask('SELECT * FROM developerz');
    assert.equal(refused.status, 400);
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    const { code, state, position } = refused.json<{ code: string; state: string; position: number }>();
    assert.deepEqual([code, state, position], ['sql', '42P01', 14]);
    const wrongs: readonly [string, number, Parameters<ReturnType<typeof server>['request']>[2]][] = [
      ['no JSON', 400, { body: '{', type: 'application/json' }],
      ['no object', 400, { json: [] }],
      ['no query', 400, { json: {} }],
      ['an unknown member', 400, { json: { query: 'SELECT 1', querry: '' } }],
      ['parameters that are no list', 400, { json: { query: 'SELECT 1', parameters: {} } }],
      ['no UTF-8', 400, { body: new Uint8Array([0xff]), type: 'application/sql' }],
      ['a media type of nobody', 415, { body: 'SELECT 1', type: 'text/html' }],
      ['too much', 413, { body: `SELECT '${'x'.repeat(1024 * 1024)}'`, type: 'application/sql' }],
      ['nobody', 401, { json: { query: 'SELECT 1' }, auth: null }],
    ];
    for (const [what, status, sent] of wrongs) {
      assert.equal((await server().request('POST', path, sent)).status, status, what);
    }
  });

  it('tells what there is to ask', async () => {
    const { items } = (await server().request('GET', `${path}/resources`)).json<{
      items: { name: string; aliases: string[]; columns: { name: string }[] }[];
    }>();
    const developers = items.find(({ name }) => name === 'developers');
    assert.deepEqual(developers?.aliases, ['organizations_developers']);
    assert.ok(developers.columns.some(({ name }) => name === 'firstName'));
  });

  it('keeps what is set while a conversation goes on, and answers each question before the next', async () => {
    const talk = request(new URL(path, server().url), {
      method: 'POST',
      headers: { authorization: server().adminAuth, 'content-type': 'application/x-ndjson' },
    });
    const answered = once(talk, 'response');
    const question = (query: string) => talk.write(`${JSON.stringify({ query })}\n`);
    question(`CREATE VIEW mine AS SELECT email FROM developers ${of}`);
    const [answer] = await answered;
    const lines = createInterface({ input: answer })[Symbol.asyncIterator]();
    const hear = async () => {
      const heard: unknown[] = [];
      for (let line = await lines.next(); line.value !== '{}'; line = await lines.next()) {
        assert.notEqual(line.done, true);
        heard.push(JSON.parse(String(line.value)));
      }
      return heard;
    };
    assert.deepEqual(await hear(), [{ tag: 'CREATE VIEW', notices: [] }]);
    talk.write('\n');
    question('SELECT count(*) AS n FROM mine');
    assert.deepEqual(await hear(), [
      { columns: [{ name: 'n', type: 'integer' }] },
      [3],
      { tag: 'SELECT 1', notices: [] },
    ]);
    question('SELECT * FROM nothing');
    const [error] = (await hear()) as { error: { state: string } }[];
    assert.equal(error?.error.state, '42P01');
    question('SELECT 1 AS still');
    assert.equal((await hear()).length, 3);
    talk.end();
    assert.equal((await lines.next()).done, true);
  });

  it('ends what runs when its asker is gone', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
    const talks = Array.from({ length: 3 }, async () => {
      const talk = request(new URL(path, server().url), {
        method: 'POST',
        headers: { authorization: server().adminAuth, 'content-type': 'application/sql' },
      });
      talk.on('error', () => undefined).end(endless);
      const [answer] = await once(talk, 'response');
      await once(answer, 'data');
      answer.on('error', () => undefined);
      talk.destroy();
    });
    await Promise.all(talks);
    assert.equal((await ask('SELECT 1')).status, 200);
  });
});
