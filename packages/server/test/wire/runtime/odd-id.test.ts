import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { importText, writeBulkFile } from '../../support/bulk.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { followFeed } from '../../support/remote-verifier.ts';
import { type Gateway, openGateway } from '../../support/verification.ts';

const owner = { developer: 'ann@example.com' };
const records = [
  { kind: 'developer', developerId: 'AnnOfOldTimes', email: owner.developer, firstName: 'Ann', lastName: 'Lee' },
  { kind: 'app', owner, name: 'shop', appId: 'App_1' },
  { kind: 'credential', owner, app: 'shop', consumerKey: 'key-of-ann', consumerSecret: 'hush' },
  { kind: 'company', companyId: 'C-1', name: 'globex', displayName: 'Globex' },
  { kind: 'app', owner: { company: 'globex' }, name: 'till', appId: 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF' },
  { kind: 'credential', owner: { company: 'globex' }, app: 'till', consumerKey: 'key-of-globex' },
];

/** However busy the machine is. */
const patient = { acknowledgeMillisecondsMax: '60000' };

/** An import keeps the ids of where it comes from, which need not be UUIDs (docs/bulk.md, "Ids"). */
describeOnEveryStore(
  'keys of entities with ids of others',
  (server) => {
    let gateway: Gateway;
    before(async () => {
      await server().makeOrganization('acme');
      const { summary } = await importText(server(), 'acme', writeBulkFile(records));
      assert.deepEqual([summary.complete, summary.newIds], [true, 0]);
      gateway = await openGateway(server, 'acme');
    });

    it('work, and are told with these ids', async () => {
      const ann = await gateway.ask({ key: 'key-of-ann' });
      assert.deepEqual([ann.allowed, ann.app?.id], [true, 'App_1']);
      const globex = await gateway.ask({ key: 'key-of-globex' });
      assert.deepEqual([globex.allowed, globex.app?.id], [true, 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF']);
    });

    it('reach verifiers elsewhere, and end for all when a right is taken away', async () => {
      await using remote = await followFeed({ url: server().runtimeUrl, token: gateway.token });
      for (const key of ['key-of-ann', 'key-of-globex']) assert.equal(remote.verdictOf(key), 'allowed');
      const path = '/v1/organizations/acme/developers/ann@example.com';
      const taken = await server().request('POST', `${path}?action=inactive`);
      assert.equal(taken.headers.get('claviger-applied'), '2/2');
      assert.equal(remote.verdictOf('key-of-ann'), 'developer.inactive');
      assert.equal((await gateway.ask({ key: 'key-of-ann' })).reason, 'developer.inactive');
      assert.equal(remote.verdictOf('key-of-globex'), 'allowed');
      assert.equal(remote.count('unreadable'), 0);
    });
  },
  patient,
);
