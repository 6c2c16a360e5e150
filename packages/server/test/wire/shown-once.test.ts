import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { openAppWorld, type ShownApp, type ShownCredential } from '../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../support/every-store.ts';
import type { TestResponse } from '../support/server.ts';

/** An organization that shows secrets once: the call that makes a key tells its secret, and no other call does. */

const native = '/claviger/v1/organizations';

async function showOnce(server: GetServer, organization: string): Promise<TestResponse> {
  return server().request('PUT', `${native}/${organization}`, { json: { secretsShownOnce: true } });
}

const secretsOf = ({ credentials }: ShownApp) => credentials.map(({ consumerSecret }) => consumerSecret);

for (const dialect of ['edge', 'x'] as const) {
  describeOnEveryStore(`a secret that is shown once, in ${dialect}`, (server) => {
    const name = `once-${dialect}`;
    const world = openAppWorld(server, name, dialect);
    const company = dialect === 'edge' ? `${world.root}/companies/group` : `${world.root}/appgroups/group`;
    let old = '';
    before(async () => {
      await world.prepare();
      old = (await world.createApp({ name: 'old', apiProducts: ['auto'] })).credentials[0]?.consumerSecret ?? '';
      assert.ok(old.length > 0);
      await server().request('POST', company.replace('/group', ''), { json: { name: 'group', displayName: 'g' } });
      assert.equal((await showOnce(server, name)).status, 200);
    });

    /** Every read there is, of everything that has a key. */
    const readAll = async (): Promise<string> => {
      const texts: string[] = [];
      const read = async (path: string) => {
        const answer = await server().request('GET', path);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        texts.push(answer.text);
        return answer;
      };
      const appsOf = async (owner: string, list: string) => {
        const names = (await read(`${owner}/apps${list}`)).text.match(/(?<="name":")[^"]+(?=")/g) ?? [];
        for (const app of new Set(names)) {
          const path = `${owner}/apps/${encodeURIComponent(app)}`;
          const probe = await server().request('GET', path);
          if (probe.status !== 200) continue;
          texts.push(probe.text);
          for (const { consumerKey } of probe.json<ShownApp>().credentials) await read(`${path}/keys/${consumerKey}`);
        }
      };
      await appsOf(world.developer, '?expand=true');
      await appsOf(company, dialect === 'edge' ? '?expand=true' : '');
      const listed = await read(`${world.root}/apps?expand=true${dialect === 'x' ? '&includeCred=true' : ''}`);
      for (const { appId } of listed.json<{ app: ShownApp[] }>().app) await read(`${world.root}/apps/${appId}`);
      if (dialect === 'edge') {
        const xml = await server().request('GET', `${world.developer}/apps?expand=true`, { accept: 'application/xml' });
        assert.match(xml.text, /<ConsumerKey>/);
        texts.push(xml.text);
        await read(`${world.developer}/apps?shallowExpand=true`);
      }
      return texts.join('\n');
    };

    it('is told by the creation of an app, and left out by every read, whoever owns the app', async () => {
      const made: ShownApp[] = [await world.createApp({ name: 'made', apiProducts: ['auto'] })];
      const json = { name: 'of group', apiProducts: ['auto'] };
      made.push((await server().request('POST', `${company}/apps`, { json })).json<ShownApp>());
      const text = await readAll();
      assert.ok(!/consumerSecret|ConsumerSecret/.test(text), text.slice(0, 2000));
      for (const app of made) {
        assert.ok((app.credentials[0]?.consumerSecret ?? '').length > 0);
        assert.ok(text.includes(app.credentials[0]?.consumerKey ?? 'no key'), 'the key stays readable');
        assert.ok(!text.includes(app.credentials[0]?.consumerSecret ?? ''));
      }
      assert.ok(!text.includes(old), 'a secret from before is hidden too');
    });

    it('is told of the one new key by an update that makes one, and by none that does not', async () => {
      await world.createApp({ name: 'more', apiProducts: ['auto'] });
      const bare = await world.call<ShownApp>('PUT /apps/more', 200, { name: 'more' });
      assert.deepEqual(secretsOf(bare), [undefined]);
      const updated = await world.call<ShownApp>('PUT /apps/more', 200, { name: 'more', apiProducts: ['auto'] });
      const [fresh, former] = secretsOf(updated);
      assert.ok((fresh ?? '').length > 0);
      assert.equal(former, undefined);
      assert.deepEqual(secretsOf(await world.getApp('more')), [undefined, undefined]);
    });

    it('is told by the import of a key, and by nothing that is done to the key later', async () => {
      const { name: app } = await world.createApp({ name: 'imports' });
      const key = { consumerKey: `own-${dialect}`, consumerSecret: 'its_own_secret' };
      const imported = await world.call<ShownCredential>(
        `POST /apps/${app}/keys/create`,
        dialect === 'x' ? 200 : 201,
        key,
      );
      assert.equal(imported.consumerSecret, key.consumerSecret);
      const path = `/apps/${app}/keys/${key.consumerKey}`;
      for (const call of [`GET ${path}`, `POST ${path}`, `DELETE ${path}/apiproducts/auto`, `DELETE ${path}`]) {
        const [method] = call.split(' ');
        const shown = await world.call<ShownCredential>(
          call,
          200,
          method === 'POST' ? { apiProducts: ['auto'] } : undefined,
        );
        assert.equal(shown.consumerKey, key.consumerKey, call);
        assert.ok(!('consumerSecret' in shown), call);
      }
    });

    it('is told by a rotation, and not by its retry', async () => {
      const { credentials } = await world.createApp({ name: 'rotates', apiProducts: ['auto'] });
      const request = {
        json: { consumerKey: credentials[0]?.consumerKey },
        headers: { 'idempotency-key': 'once' },
      };
      const rotate = async () => {
        const answer = await server().request('POST', `${native}/${name}/credentials/rotate`, request);
        return answer.json<{ credential: ShownCredential; replayed: boolean }>();
      };
      const [first, second] = [await rotate(), await rotate()];
      assert.ok(first.credential.consumerSecret.length > 0);
      assert.equal(second.credential.consumerKey, first.credential.consumerKey);
      assert.ok(second.replayed && !('consumerSecret' in second.credential));
      assert.deepEqual(secretsOf(await world.getApp('rotates')), [undefined, undefined]);
    });

    it('is left out of what a deletion answers', async () => {
      await world.createApp({ name: 'deleted', apiProducts: ['auto'] });
      assert.deepEqual(secretsOf(await world.call<ShownApp>('DELETE /apps/deleted', 200)), [undefined]);
    });

    it('stays so: the choice can not be taken back, by no way', async () => {
      const path = `${native}/${name}`;
      const back = await server().request('PUT', path, { json: { secretsShownOnce: false } });
      assert.equal(back.status, 400, back.text);
      assert.equal(back.json<{ field: string }>().field, 'secretsShownOnce');
      const json = { displayName: 'Other', properties: [] };
      assert.equal((await server().request('PUT', path, { json })).status, 200);
      const shown = await server().request('GET', path);
      assert.equal(shown.json<{ secretsShownOnce: boolean }>().secretsShownOnce, true);
      assert.deepEqual(secretsOf(await world.getApp('old')), [undefined]);
    });
  });
}

describeOnEveryStore('an organization', (server) => {
  it('can be made so that it shows secrets once, and shows them where it did not choose to', async () => {
    for (const [name, secretsShownOnce] of [
      ['made-once', true],
      ['made-open', undefined],
    ] as const) {
      const made = await server().request('POST', native, { json: { name, dialect: 'edge', secretsShownOnce } });
      assert.equal(made.status, 201, made.text);
      assert.equal(made.json<{ secretsShownOnce: boolean }>().secretsShownOnce, secretsShownOnce ?? false);
      const developers = `/v1/organizations/${name}/developers`;
      const developer = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
      await server().request('POST', developers, { json: developer });
      const apps = `${developers}/ann@example.com/apps`;
      const { credentials } = (await server().request('POST', apps, { json: { name: 'a' } })).json<ShownApp>();
      const read = (await server().request('GET', `${apps}/a`)).json<ShownApp>();
      assert.deepEqual(secretsOf(read), [secretsShownOnce ? undefined : credentials[0]?.consumerSecret]);
    }
  });

  it('is changed so by its administrators, and by nobody below', async () => {
    await server().makeOrganization('made-later');
    const path = `${native}/made-later`;
    const json = { secretsShownOnce: true };
    const auth = async (role: string) =>
      server().makeAccount(`${role}-once@example.com`, [{ organization: 'made-later', role }]);
    assert.equal((await server().request('PUT', path, { json, auth: await auth('readonlyadmin') })).status, 403);
    assert.equal((await server().request('PUT', path, { json, auth: await auth('orgadmin') })).status, 200);
  });
});
