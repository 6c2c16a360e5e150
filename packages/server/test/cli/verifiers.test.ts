import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeDirectory, run, runClaviger, startKnown } from './support.ts';

interface Shown {
  readonly id: string;
  readonly organization: string | null;
  readonly applied: string;
  readonly behind: string;
  readonly missed: string | null;
  readonly answersUntil: string | null;
}

test('verifiers are listed with what they have applied, and a revocation at the command line waits for them', async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data, ['--acknowledge-milliseconds-max', '60000']);
  const [, runtimeUrl] = /^claviger answers gateways on (\S+)$/m.exec(server.stdout()) ?? [];
  const plane = ['--data', data];
  const { id: credential, token } = JSON.parse(
    await run(['runtime-credential', 'create', 'myorg', '--json', ...plane]),
  ) as { id: string; token: string };
  const ask = () =>
    call(`${runtimeUrl}/claviger/v1/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"key":"unknown"}',
    });
  assert.equal((await ask()).status, 200);
  const [own, ...others] = JSON.parse(await run(['verifiers', '--json', ...plane])) as Shown[];
  assert.deepEqual([own?.organization, own?.behind, own?.missed, others.length], [null, '0', null, 0]);
  const revoked = await runClaviger(['runtime-credential', 'revoke', 'myorg', credential, ...plane]);
  assert.equal(revoked.code, 0);
  assert.doesNotMatch(revoked.stderr, /verifiers have applied/);
  assert.equal((await ask()).status, 401);
  const [row = '', ...rows] = (await run(['verifiers', 'myorg', ...plane])).trimEnd().split('\n');
  const [id, , organization, applied, behind] = row.split('\t');
  assert.deepEqual([id, organization, behind, rows.length], [own?.id, '(any)', '0', 0]);
  assert.ok(Number(applied) > Number(own?.applied));
});
