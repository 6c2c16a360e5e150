import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { it } from 'node:test';
import { openAppWorld } from '../support/app.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { openGateway } from '../support/verification.ts';

const organization = 'sql-heavy';
const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
/** More than there are processes for queries, of which some wait in line. */
const queries = 8;
const rounds = 10;

describeOnEveryStore(
  'Queries without end',
  (server) => {
    const world = openAppWorld(server, organization);

    function startQuery(): ClientRequest {
      const headers = { authorization: server().adminAuth, 'content-type': 'application/sql' };
      const asked = request(new URL('/claviger/v1/sql', server().url), { method: 'POST', headers, agent: false });
      asked.on('error', () => undefined).end(endless);
      return asked;
    }

    it('hold up neither the API, nor verification, nor a revocation', async (t) => {
      await world.prepare();
      const app = await world.createApp({ name: 'busy', apiProducts: ['auto'] });
      const key = app.credentials[0]?.consumerKey ?? '';
      const gateway = await openGateway(server, organization);
      const question = { key };
      await gateway.until(question, 'allowed');

      const running = Array.from({ length: queries }, startQuery);
      t.after(() => running.map((asked) => asked.destroy()));
      let ended = 0;
      for (const asked of running) asked.once('close', () => (ended += 1));
      await Promise.all(running.map((asked) => once(asked, 'finish')));

      for (let round = 0; round < rounds; round++) {
        assert.equal((await gateway.ask(question)).allowed, true);
        await world.call('POST /attributes/round', 200, { name: 'round', value: String(round) });
      }
      const status = await server().request('POST', `${world.developer}?action=inactive`);
      assert.equal(status.status, 204, status.text);
      assert.equal(status.headers.get('claviger-applied')?.split('/')[0], '1');
      assert.equal((await gateway.ask(question)).reason, 'developer.inactive');
      assert.equal(ended, 0, 'all of them still run, or wait for their turn');
    });
  },
  { sqlSecondsMax: '600', acknowledgeMillisecondsMax: '30000' },
);
