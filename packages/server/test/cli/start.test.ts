import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { configFileSetting, settings } from '../../src/config/setting.ts';
import { asAdmin, basic, call, makeDirectory, runClaviger, startClaviger, startKnown, waitFor } from './support.ts';

const runShell = promisify(execFile);

/** The curl that the first start prints, as one shell command. */
function printedCurl(stdout: string): string {
  const command = /^ {2}curl [\s\S]*?\/developers$/m.exec(stdout)?.[0];
  assert.ok(command, `no curl in: ${stdout}`);
  return command;
}

test('the first start prints a password once, and a curl that works', async (t) => {
  const data = await makeDirectory(t);
  const first = await startClaviger(t, data);
  const password = /^ {2}password {9}(\S+) {3}\(shown this once\)$/m.exec(first.stdout())?.[1] ?? '';
  assert.match(password, /^[0-9A-Za-z]{20,}$/);
  assert.ok(first.stdout().endsWith(`claviger listening on ${first.url}\n`));
  const { stdout } = await runShell('sh', ['-c', printedCurl(first.stdout())]);
  assert.equal(JSON.parse(stdout).email, 'ann@example.com');
  const organization = await call(`${first.url}/claviger/v1/organizations/myorg`, { headers: basic(password) });
  assert.equal(organization.status, 200);
  assert.deepEqual(JSON.parse(organization.body).environments.toSorted(), ['prod', 'test']);
  assert.equal(await first.stop(), 0);
  assert.ok(!first.stderr().includes(password), 'the password is in the log');

  const second = await startClaviger(t, data);
  assert.match(second.stdout(), /^claviger answers gateways on http:\S+\nclaviger listening on http:\S+\n$/);
  const known = await call(`${second.url}/v1/organizations/myorg/developers`, { headers: basic(password) });
  assert.deepEqual(JSON.parse(known.body), ['ann@example.com']);
  assert.equal(await second.stop(), 0);
  assert.ok(!second.stderr().includes(password));
});

test('a password that is given is not printed, and the curl takes it from the environment', async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data, [
    '--org',
    'acme',
    '--org-dialect',
    'x',
    '--admin-email',
    'root@example.com',
  ]);
  const password = 'correct horse battery';
  assert.ok(!server.stdout().includes(password));
  const env = { ...process.env, CLAVIGER_ADMIN_PASSWORD: password };
  const { stdout } = await runShell('sh', ['-c', printedCurl(server.stdout())], { env });
  assert.equal(JSON.parse(stdout).email, 'ann@example.com');
  const created = await call(`${server.url}/claviger/v1/organizations/acme`, {
    headers: basic(password, 'root@example.com'),
  });
  assert.equal(JSON.parse(created.body).dialect, 'x');
});

test('what the server makes is for its owner alone', async (t) => {
  const data = await makeDirectory(t);
  await startKnown(t, data);
  for (const name of ['claviger.db', 'claviger.lock', 'master.key', 'claviger.sock']) {
    const { mode } = await stat(join(data, name));
    assert.equal(mode & 0o077, 0, `${name} has mode ${(mode & 0o777).toString(8)}`);
  }
  assert.equal((await stat(join(data, 'claviger.sock'))).mode & 0o777, 0o600);
});

test('a start on a taken port ends with a sentence, and loses no password', async (t) => {
  const data = await makeDirectory(t);
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await waitFor(() => (holder.listening ? true : undefined));
  const { port } = holder.address() as AddressInfo;
  const failed = await runClaviger(['serve', '--data', data, '--listen', `127.0.0.1:${port}`]);
  assert.equal(failed.code, 1);
  assert.match(
    failed.stderr,
    new RegExp(`^claviger: 127\\.0\\.0\\.1:${port} can't be listened on: another process has it\\.`, 'm'),
  );
  assert.equal(failed.stdout, '');
  const next = await startClaviger(t, data);
  assert.match(next.stdout(), /shown this once/);
});

test('two servers on one machine need no setting for gateways and SQL clients, and one that is chosen and taken is refused', async (t) => {
  const byDefault = { env: { CLAVIGER_RUNTIME_LISTEN: '', CLAVIGER_SQL_LISTEN: '' } };
  const servers = [await startClaviger(t, await makeDirectory(t), byDefault)];
  servers.push(await startClaviger(t, await makeDirectory(t), byDefault));
  const answering = servers.filter(({ stdout }) => stdout().includes('answers gateways on http://127.0.0.1:8090\n'));
  assert.ok(answering.length <= 1);
  // The line on standard output may be heard before those on standard error.
  for (const told of [/gateways are not answered here/, /SQL clients are not answered here/]) {
    await waitFor(() => (told.test(servers[1]?.stderr() ?? '') ? true : undefined));
  }
  for (const { url } of servers) assert.equal((await call(`${url}/readyz`)).status, 200);
  const taken = new URL(servers[0]?.url ?? '').host;
  const { code, stderr } = await runClaviger(['serve', '--runtime-listen', taken, '--data', await makeDirectory(t)], {
    env: { CLAVIGER_LISTEN: '127.0.0.1:0' },
  });
  assert.equal(code, 1);
  assert.match(stderr, /can't be listened on: another process has it/);
  const sql = await runClaviger(['serve', '--sql-listen', taken, '--data', await makeDirectory(t)], {
    env: { CLAVIGER_LISTEN: '127.0.0.1:0' },
  });
  assert.equal(sql.code, 1);
  assert.match(sql.stderr, /can't be listened on: another process has it/);
});

test('a second server on the same store is refused, and the first one stays whole', async (t) => {
  const data = await makeDirectory(t);
  const first = await startKnown(t, data);
  const second = await runClaviger(['serve', '--data', data, '--listen', '127.0.0.1:0']);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^claviger: \S+claviger\.db is in use by another claviger process\.$/m);
  assert.equal(second.stdout, '');
  const body = JSON.stringify({ email: 'b@example.com', firstName: 'B', lastName: 'B' });
  const written = await call(`${first.url}/v1/o/myorg/developers`, { method: 'POST', headers: asAdmin, body });
  assert.equal(written.status, 201);
  assert.equal((await runClaviger(['org', 'list', '--data', data])).code, 0);
});

test('a start that can not be is refused with one sentence', async (t) => {
  const data = await makeDirectory(t);
  const broken = join(data, 'broken.pem');
  await writeFile(broken, 'no certificate');
  const open = join(data, 'open.key');
  await writeFile(open, Buffer.alloc(32).toString('base64'));
  await chmod(open, 0o644);
  const cases: [string[], RegExp][] = [
    [
      ['--tls-cert', join(data, 'none.pem'), '--tls-key', join(data, 'none.pem')],
      /The TLS certificate file \S+none\.pem can't be read/,
    ],
    [['--tls-cert', broken, '--tls-key', broken], /The TLS certificate and key can't be used/],
    [['--master-key-file', open], /may be read by others/],
    [['--store', `sqlite:${join(data, 'nowhere', 'claviger.db')}`], /The store sqlite:\S+ can't be opened/],
    [
      ['--store', 'postgres://user:hush@127.0.0.1:1/none'],
      /The store postgres:\/\/127\.0\.0\.1:1\/none can't be opened/,
    ],
    [['--data', broken], /The data directory \S+broken\.pem can't be made/],
  ];
  for (const [args, sentence] of cases) {
    const directory = args.includes('--data') ? [] : ['--data', data];
    const { code, stdout, stderr } = await runClaviger(['serve', ...directory, '--listen', '127.0.0.1:0', ...args]);
    assert.equal(code, 1, `${args.join(' ')}: ${stderr}`);
    const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    assert.equal(said.length, 1, stderr);
    assert.match(said[0] ?? '', sentence);
    assert.ok(!stderr.includes('hush'));
    assert.equal(stdout, '');
  }
});

test('a store is not opened with another master key', async (t) => {
  const data = await makeDirectory(t);
  const first = await startKnown(t, data);
  await first.stop();
  const key = Buffer.alloc(32, 7).toString('base64');
  const other = await runClaviger(['serve', '--data', data, '--listen', '127.0.0.1:0'], {
    env: { CLAVIGER_MASTER_KEY: key },
  });
  assert.equal(other.code, 1);
  assert.match(other.stderr, /^claviger: The master key does not open the secrets in this store/m);
  assert.ok(!other.stderr.includes(key));
});

test('a variable that looks like a setting and is none is told in the log', async (t) => {
  const data = await makeDirectory(t);
  const known = { CLAVIGER_LISTEN: '127.0.0.1:0', CLAVIGER_VERIFIER_LISTEN: '127.0.0.1:0', CLAVIGER_LOG_LEVEL: 'info' };
  const server = await startClaviger(t, data, { env: { ...known, CLAVIGER_LISTN: 'x' } });
  await waitFor(() => (/"level":40.*"CLAVIGER_LISTN"/.test(server.stderr()) ? true : undefined));
  for (const name of Object.keys(known)) assert.ok(!server.stderr().includes(`"${name}"`), `${name} is warned of`);
});

test('help tells every setting under its three names, and every command an example', async () => {
  const { code, stdout } = await runClaviger(['serve', '--help']);
  assert.equal(code, 0);
  for (const { flag, env, fallback, doc } of [...Object.values(settings), configFileSetting]) {
    for (const part of [`--${flag}\n`, env, `default: ${fallback}`, doc]) {
      assert.ok(stdout.includes(part), `${part} is not in the help`);
    }
  }
  const list = (await runClaviger(['--help'])).stdout;
  const commands = [...list.matchAll(/^ {2}claviger ((?:[a-z-]+ ?)+)/gm)].map((match) => (match[1] ?? '').trim());
  assert.ok(commands.length >= 20, list);
  for (const command of ['backup', 'org create', 'token revoke']) {
    assert.ok(commands.includes(command), command);
    const help = await runClaviger([...command.split(' '), '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`Example:\n\n  claviger ${command} `));
  }
});

test('the version is the one of the package', async () => {
  const packageFile = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const { code, stdout } = await runClaviger(['--version']);
  assert.equal(code, 0);
  assert.equal(stdout, `claviger ${packageFile.version}\n`);
});
