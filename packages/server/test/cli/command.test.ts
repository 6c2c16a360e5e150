import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLong, longOnly } from '../robustness/support/scale.ts';
import { adminEmail, adminPassword, basic, call, makeDirectory, run, runClaviger, startKnown } from './support.ts';

/** A walk over every command but those of the archive, as what each printed; in short rounds, not every way to fail. */
async function walk(data: string): Promise<string[]> {
  const printed: string[] = [];
  const step = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await runClaviger([...args, '--data', data], input === undefined ? {} : { input });
    printed.push(clean(`${args.join(' ')} -> ${code}\n${stdout}${stderr}`));
    return stdout;
  };
  await step(['org', 'create', 'acme', '--dialect', 'x', '--environments', 'dev', '--json']);
  await step(['org', 'create', 'acme']);
  await step(['org', 'list']);
  await step(['org', 'get', 'acme']);
  if (isLong) await step(['org', 'get', 'none']);
  await step(['env', 'create', 'stage', '--org', 'acme']);
  await step(['env', 'list', '--org', 'acme', '--json']);
  if (isLong) await step(['env', 'delete', 'stage', '--org', 'acme']);
  await step(['env', 'delete', 'stage', '--org', 'acme', '--yes']);
  await step(['search', 'developers', 'acme', '--text', 'ann', '--attribute', 'tier=gold', '--json']);
  await step(['search', 'apps', 'acme', '--status', 'odd']);
  if (isLong) await step(['search', 'keys', 'acme', '--effective', 'false', '--limit', '0']);
  if (isLong) await step(['search', 'keys', 'none']);
  await step(['audit', '--limit', '3']);
  await step(['account', 'create', 'ann@example.com', '--password-stdin', '--first-name', 'Ann'], 'long enough\n');
  if (isLong) await step(['account', 'create', 'bob@example.com', '--password-stdin'], 'short\n');
  await step(['account', 'create', 'ci@example.com', '--no-password', '--sysadmin']);
  await step(['account', 'list']);
  await step(['account', 'grant', 'ann@example.com', 'orgadmin', '--org', 'acme']);
  if (isLong) await step(['account', 'grant', 'ann@example.com', 'king', '--org', 'acme']);
  await step(['account', 'revoke', 'ann@example.com', 'orgadmin', '--org', 'acme']);
  await step(['account', 'set-password', 'ann@example.com', '--password-stdin'], 'another long one');
  const token = await step(['token', 'create', 'ci@example.com', '--label', 'pipeline', '--expires', '90d']);
  assert.match(token, /^clv_acc_\w+\n$/);
  const [made] = JSON.parse(await step(['token', 'list', 'ci@example.com', '--json']));
  await step(['token', 'revoke', 'ci@example.com', made.id]);
  if (isLong) await step(['token', 'revoke', 'ci@example.com', made.id]);
  await step(['account', 'delete', 'ann@example.com', '--yes']);
  await step(['org', 'delete', 'acme', '--yes', '--json']);
  await step(['audit', '--account', 'operator@localhost', '--limit', '30']);
  return printed;
}

/** Without what differs from run to run. */
function clean(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/clv_acc_\w+/g, 'TOKEN');
}

test('commands beside a running server and without one give the same', { skip: longOnly }, async (t) => {
  const [served, alone] = [await makeDirectory(t), await makeDirectory(t)];
  const first = await startKnown(t, served);
  const beside = await walk(served);
  await first.stop();
  // The same first start, and then nobody runs.
  await (await startKnown(t, alone)).stop();
  assert.deepEqual(await walk(alone), beside);
  assert.match(beside[0] ?? '', /-> 0\n/);
  assert.match(beside[1] ?? '', /-> 1\nclaviger: Organization acme exists already\.\n$/);
});

test('a remote plane is reached by token or by password, and says who may', async (t) => {
  const data = await makeDirectory(t);
  const { url } = await startKnown(t, data);
  const token = (await run(['token', 'create', adminEmail, '--data', data])).trim();
  const env = { CLAVIGER_TOKEN: token };
  assert.match(await run(['org', 'list', '--url', url], { env }), /^myorg\t/);
  await run(['org', 'create', 'far', '--url', url], { env });
  const byPassword = await run(['org', 'list', '--url', url, '--user', adminEmail, '--password-stdin'], {
    input: adminPassword,
  });
  assert.match(byPassword, /^far\t/);
  const audit = JSON.parse(await run(['audit', '--org', 'far', '--json', '--data', data]));
  assert.equal(audit.at(-1).account, adminEmail);
  const wrong = await runClaviger(['org', 'list', '--url', url], { env: { CLAVIGER_TOKEN: 'clv_acc_none' } });
  assert.equal(wrong.code, 1);
  assert.equal(wrong.stderr, 'claviger: The credentials are wrong, or have expired.\n');
  const nobody = await runClaviger(['org', 'list', '--url', 'http://127.0.0.1:1'], { env });
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /^claviger: The plane at http:\/\/127\.0\.0\.1:1 can't be reached \(ECONNREFUSED\)\.$/m);
});

test('a password that the command sets counts at once in the running server', async (t) => {
  const data = await makeDirectory(t);
  const { url } = await startKnown(t, data);
  const path = `${url}/claviger/v1/accounts/${adminEmail}`;
  assert.equal((await call(path, { headers: basic(adminPassword) })).status, 200);
  await run(['account', 'set-password', adminEmail, '--password-stdin', '--data', data], {
    input: 'a new long password',
  });
  assert.equal((await call(path, { headers: basic(adminPassword) })).status, 401);
  assert.equal((await call(path, { headers: basic('a new long password') })).status, 200);
});

test('a command that makes a store says so, since the directory may be the wrong one', async (t) => {
  const data = await makeDirectory(t);
  const note = `note: there was no store at ${data}/claviger.db: a new one is made, and it is empty\n`;
  for (const stderr of [note, '']) {
    assert.deepEqual(await runClaviger(['org', 'list', '--data', data]), { code: 0, stdout: '', stderr });
  }
});

test('commands that open the store themselves wait for each other', async (t) => {
  const data = await makeDirectory(t);
  await run(['org', 'list', '--data', data]);
  const names = ['one', 'two'];
  const all = await Promise.all(names.map((name) => runClaviger(['org', 'create', name, '--data', data])));
  assert.deepEqual(
    all.map(({ code, stderr }) => [code, stderr]),
    [
      [0, ''],
      [0, ''],
    ],
  );
  const listed = JSON.parse(await run(['org', 'list', '--json', '--data', data]));
  assert.deepEqual(
    listed.map(({ name }: { name: string }) => name),
    ['one', 'two'],
  );
});
