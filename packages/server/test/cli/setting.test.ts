import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, makeDirectory, runClaviger, startClaviger, waitFor } from './support.ts';

test('a flag wins over the environment, the environment over the file', async (t) => {
  const data = await makeDirectory(t);
  const file = join(data, 'settings.json');
  await writeFile(
    file,
    JSON.stringify({
      'public-url': 'https://file.example',
      'admin-email': 'file@example.com',
      org: 'fileorg',
      'body-bytes-max': 2048,
    }),
  );
  const server = await startClaviger(t, data, {
    args: ['--public-url', 'https://flag.example/', '--config', file],
    env: {
      CLAVIGER_PUBLIC_URL: 'https://environment.example',
      CLAVIGER_ADMIN_EMAIL: 'environment@example.com',
      CLAVIGER_ADMIN_PASSWORD: '',
    },
  });
  // Of the three one each: URL by flag, e-mail by environment, organization by file; an empty variable is none.
  assert.match(server.stdout(), /https:\/\/flag\.example\/v1\/organizations\/fileorg\n/);
  assert.match(server.stdout(), /administrator {4}environment@example\.com\n/);
  assert.match(server.stdout(), /shown this once/);
  const body = `{"grant_type":"${'x'.repeat(2048)}"}`;
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
  const path = '/claviger/v1/organizations';
  assert.equal((await call(`${server.url}${path}`, { method: 'POST', headers, body })).status, 401);
});

const wrong: [string[], RegExp][] = [
  [['--listen', '8080'], /--listen \(CLAVIGER_LISTEN\) is "8080", but takes HOST:PORT/],
  [['--listen', '127.0.0.1:70000'], /--listen/],
  [['--store', 'mysql://x'], /--store \(CLAVIGER_STORE\) takes sqlite:FILE or a postgres:\/\/ URL/],
  [['--public-url', 'plane.example'], /--public-url/],
  [['--public-url', 'https://plane.example/?a=b'], /--public-url/],
  [['--admin-email', 'nobody'], /--admin-email .* is not an e-mail address/],
  [['--admin-email', 'operator@localhost'], /--admin-email .* is the name of the local operator/],
  [['--org', 'My Org'], /--org \(CLAVIGER_ORG\) takes lower-case letters/],
  [['--org-dialect', 'y'], /--org-dialect .* takes edge or x/],
  [['--default-dialect', 'y'], /--default-dialect/],
  [['--tls-cert', 'a.pem'], /--tls-key .* is missing: tls-cert needs it/],
  [['--tls-key', 'a.pem'], /--tls-cert .* is missing: tls-key needs it/],
  [['--trusted-proxies', '10.0.0.0/8,elsewhere'], /--trusted-proxies .* names "elsewhere"/],
  [['--body-bytes-max', '12'], /--body-bytes-max .* whole number from 1024/],
  [['--oidc-issuer', 'https://issuer.example'], /--oidc-audience .* is missing/],
  [['--log-level', 'loud'], /--log-level .* takes one of debug/],
  [['--master-key-file', 'a', '--master-key', 'b'], /master-key and master-key-file contradict each other/],
  [['--config', '/nowhere.json'], /The settings file \/nowhere\.json can't be read/],
  [['--listen', '127.0.0.1:0', '--listen', '127.0.0.1:1'], /--listen is given twice/],
  [['--listne', 'x'], /Unknown option '--listne'/],
  [['--listen'], /--listen/],
  [['now'], /"claviger serve" does not take "now"/],
];

test('a setting that is wrong or contradicts another stops the start with a sentence', async (t) => {
  const data = await makeDirectory(t);
  for (const [args, sentence] of wrong) {
    const { code, stdout, stderr } = await runClaviger(['serve', '--data', data, ...args]);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning:'));
    assert.equal(said.length, 1, stderr);
    assert.match(said[0] ?? '', /^claviger: .*[.:]$/);
    assert.match(said[0] ?? '', sentence);
    assert.equal(stdout, '');
  }
});

test('a wrong setting of the environment is told by both of its names, and a secret one is not repeated', async (t) => {
  const data = await makeDirectory(t);
  const env = { CLAVIGER_ADMIN_PASSWORD: 'hush' };
  const { code, stderr } = await runClaviger(['serve', '--data', data], { env });
  assert.equal(code, 2);
  assert.match(stderr, /^claviger: --admin-password \(CLAVIGER_ADMIN_PASSWORD\) has to have 8 to 512 characters\.$/m);
  assert.ok(!stderr.includes('hush'));
});

test('a secret in the command line is warned of', async (t) => {
  const data = await makeDirectory(t);
  const server = await startClaviger(t, data, { args: ['--admin-password', 'correct horse'] });
  const warning = /^warning: others on this machine can see --admin-password/m;
  await waitFor(() => (warning.test(server.stderr()) ? true : undefined));
});

test('an unknown command, a missing operand and a missing option end with a sentence', async () => {
  const cases: [string[], RegExp][] = [
    [['frobnicate'], /There is no command "frobnicate"/],
    [['org', 'rename'], /There is no command "org rename": "claviger org --help" lists them/],
    [['org', 'create'], /"claviger org create" needs NAME/],
    [['env', 'list'], /"claviger env list" needs --org ORG/],
    [['--listen', 'x'], /A command is missing before --listen/],
    [['org', 'list', '--url', 'http://127.0.0.1:1'], /--url needs CLAVIGER_TOKEN, --token or --user/],
    [['org', 'list', '--token', 'x'], /--token goes with --url/],
    [['org', 'list', '--url', 'http://127.0.0.1:1', '--token', 'x', '--data', '.'], /--data and --url contradict/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stderr } = await runClaviger(args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, sentence);
    assert.ok(!stderr.includes('    at '), stderr);
  }
});
