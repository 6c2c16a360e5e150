import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.ts';
import { engines, openPlace, type StorePlace } from './support/engines.ts';
import { adminAuthorization, ServerProcess } from './support/server-process.ts';

const clients = 16;
const collections = ['/edge/v1/organizations/myorg/developers', '/x/v1/organizations/myorg/developers'] as const;
const [edge] = collections;

for (const engine of engines) {
  describe(`at the same moment, on ${engine}`, () => {
    let place: StorePlace;
    let server: ServerProcess;
    let client: Client;

    before(async () => {
      place = await openPlace(engine);
      server = await ServerProcess.start(place);
      client = new Client(server.url, { authorization: adminAuthorization, connections: clients });
      await client.send({ method: 'GET', path: edge });
    });
    after(async () => {
      client.close();
      await server.kill();
      await place[Symbol.asyncDispose]();
    });

    const send = (method: string, path: string, body?: object) => client.send({ method, path, body });
    const each = <T>(make: (at: number) => Promise<T>) =>
      Promise.all(Array.from({ length: clients }, (_, at) => make(at)));
    const draftOf = (email: string, mark = '') => ({ email, firstName: 'Ann', lastName: mark, userName: 'ann' });

    test('sixteen clients make the same developer: one has made him, fifteen are told that he is there', async () => {
      for (let round = 0; round < 10; round++) {
        const email = `one-${round}@example.com`;
        const answers = await each((at) =>
          send('POST', collections[at % 2] ?? edge, draftOf(at % 2 === 0 ? email.toUpperCase() : email, `by ${at}`)),
        );
        const made = answers.filter(({ status }) => status === 201 || status === 200);
        assert.equal(made.length, 1, JSON.stringify(answers.map(({ status }) => status)));
        assert.equal(answers.filter(({ status }) => status === 409).length, clients - 1);
        const told = JSON.parse((await send('GET', `${edge}/${email}`)).text) as {
          developerId: string;
          lastName: string;
        };
        const first = JSON.parse(made[0]?.text ?? '') as typeof told;
        assert.deepEqual([told.developerId, told.lastName], [first.developerId, first.lastName]);
      }
    });

    test('sixteen clients set an attribute each: none is lost', async () => {
      const email = 'many@example.com';
      assert.equal((await send('POST', edge, draftOf(email, 'Many'))).status, 201);
      for (let round = 0; round < 10; round++) {
        const answers = await each((at) =>
          send('POST', `${collections[at % 2] ?? edge}/${email}/attributes/a${at}`, { value: `${round}` }),
        );
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
        const { attribute } = JSON.parse((await send('GET', `${edge}/${email}/attributes`)).text) as {
          attribute: { name: string; value: string }[];
        };
        const expected = Array.from({ length: clients }, (_, at) => ({ name: `a${at}`, value: `${round}` }));
        const byName = attribute.toSorted((left, right) => Number(left.name.slice(1)) - Number(right.name.slice(1)));
        assert.deepEqual(byName, expected);
      }
    });

    test('sixteen clients rename a developer each to the same address: one has it', async () => {
      const made = await each((at) => send('POST', edge, draftOf(`mover-${at}@example.com`, 'Mover')));
      assert.deepEqual(new Set(made.map(({ status }) => status)), new Set([201]));
      const answers = await each((at) =>
        send('PUT', `${edge}/mover-${at}@example.com`, draftOf('Goal@example.com', `${at}`)),
      );
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 15 }, () => 409)]);
    });

    test('sixteen clients delete the same developer: one has deleted him', async () => {
      const email = 'gone@example.com';
      assert.equal((await send('POST', edge, draftOf(email, 'Gone'))).status, 201);
      const answers = await each(() => send('DELETE', `${edge}/${email}`));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 15 }, () => 404)]);
    });

    test('updates and a deletion at once leave no half of either', async () => {
      for (let round = 0; round < 10; round++) {
        const email = `race-${round}@example.com`;
        assert.equal((await send('POST', edge, draftOf(email, 'Race'))).status, 201);
        const answers = await each((at) =>
          at === 7 ? send('DELETE', `${edge}/${email}`) : send('PUT', `${edge}/${email}`, draftOf(email, `${at}`)),
        );
        assert.ok(answers.every(({ status }) => status === 200 || status === 404));
        assert.equal((await send('GET', `${edge}/${email}`)).status, 404);
      }
      const { changes, audit } = await place.readImage();
      const changed = changes.filter(({ noun }) => noun === 'developer');
      assert.equal(changed.length, audit.filter(({ resource }) => resource.startsWith('/developers')).length);
      for (const own of Map.groupBy(changed, ({ entity_id }) => entity_id).values()) {
        const puts = own.filter(({ kind }) => kind === 'put').map(({ version }) => version);
        assert.deepEqual(
          puts,
          puts.map((_, at) => at + 1),
        );
      }
    });
  });
}
