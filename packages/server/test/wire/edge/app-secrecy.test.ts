import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { openAppWorld, type ShownCredential } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** G9: the audit shows four characters of a key, and nothing of a secret. */

describeOnEveryStore('the audit of keys', (server) => {
  const world = openAppWorld(server, 'key-audit');
  before(() => world.prepare());

  it('tells what was done to which key, and holds neither key nor secret', async () => {
    const app = await world.createApp({ name: 'a', apiProducts: ['auto'] });
    const own = { consumerKey: 'secretkeyofourown0', consumerSecret: 'secretsecretofours' };
    await world.call('POST /apps/a/keys/create', 201, own);
    const path = `/apps/a/keys/${own.consumerKey}`;
    await world.call(`POST ${path}`, 200, { apiProducts: ['auto'] });
    await world.call(`POST ${path}?action=revoke`, 204);
    await world.call(`POST ${path}/attributes/tier`, 200, { value: 'gold' });
    await world.call(`DELETE ${path}`, 200);
    await world.call('DELETE /apps/a', 200);
    const audit = await server().request('GET', `/v1/audits${world.root.slice(3)}/developers/ann@example.com/apps/a`);
    const records = audit.json<{ auditRecord: { requestUri: string; operation: string }[] }>().auditRecord;
    assert.deepEqual(
      records.map(({ operation, requestUri }) => `${operation} ${requestUri.slice(world.developer.length)}`),
      [
        'DELETE /apps/a',
        'DELETE /apps/a/keys/secr***',
        'CREATE /apps/a/keys/secr***/attributes/tier',
        'CREATE /apps/a/keys/secr***?action=revoke',
        'CREATE /apps/a/keys/secr***',
        'CREATE /apps/a/keys/create',
        'CREATE /apps',
      ],
    );
    const [made] = app.credentials as readonly [ShownCredential];
    for (const secret of [...Object.values(own), made.consumerKey, made.consumerSecret]) {
      assert.ok(!audit.text.includes(secret), secret);
    }
  });

  it('repeats no key in a refusal', async () => {
    await world.createApp({ name: 'b' });
    const key = 'nobodyknowsthiskey';
    const auth = await server().makeAccount('reader@example.com', [
      { organization: 'key-audit', role: 'readonlyadmin' },
    ]);
    const answers = [
      await world.send('GET', `/apps/b/keys/${key}`),
      await world.send('DELETE', `/apps/b/keys/${key}`, { auth }),
      await world.send('PATCH', `/apps/b/keys/${key}`),
      await world.send('GET', `/apps/b/keys/${key}/nothing`),
      await server().request('GET', `/x${world.developer}/apps/b/keys/${key}/nothing`),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 403, 405, 404, 404],
    );
    for (const { text } of answers) assert.ok(!text.includes(key), text);
  });
});
