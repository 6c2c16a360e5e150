import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setPassword } from '../../src/operations/account.ts';
import { createEffects } from '../../src/operations/effect.ts';
import type { TestServer } from '../support/server.ts';
import { type ClientSuite, grantToken, type Login, readLogin } from './suite.ts';

const require = createRequire(import.meta.url);
const client = 'apigeetool';
const organization = 'apigeetool';
const email = 'sdoe@example.com';
const person = ['--email', email, '--firstName', 'Sam', '--lastName', 'Doe', '--userName', 'sdoe'];

/** apigeetool 0.16.8 from npm, by its command and by its SDK (compat/edge.md §14.1). */
export function defineApigeetool(suite: ClientSuite): void {
  before(() => suite.server().makeOrganization(organization));
  describe('apigeetool, the command', () => defineCommand(suite));
  describe('apigeetool, the command and its credentials', () => defineCredentials(suite));
  describe('apigeetool, the SDK', () => defineSdk(suite));
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; its environment holds nothing of ours but what is given. */
type Run = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Outcome>;

function openCommand({ recorder, home }: ClientSuite): Run {
  const bin = findBin();
  return (args, env = {}) => {
    const options = { env: { HOME: home, NO_PROXY: '127.0.0.1', ...env }, timeout: 30_000 };
    const work = () =>
      new Promise<Outcome>((resolve, reject) => {
        execFile(process.execPath, [bin, ...args], options, (error, out, err) => {
          const code = error === null ? 0 : error.code;
          if (typeof code === 'number') resolve({ code, out, err });
          else reject(error);
        });
      });
    return recorder().as(client, work);
  };
}

function findBin(): string {
  const manifest = require.resolve('apigeetool/package.json');
  const { bin } = require(manifest) as { readonly bin: { readonly apigeetool: string } };
  return join(dirname(manifest), bin.apigeetool);
}

function targetOf({ url }: TestServer): string[] {
  return ['-L', url, '-o', organization];
}

function withPassword(server: TestServer): string[] {
  const login = readLogin(server.adminAuth);
  return [...targetOf(server), '-u', login.email, '-p', login.password];
}

function defineCommand(suite: ClientSuite): void {
  const { server } = suite;
  const run = openCommand(suite);

  it('creates a developer and prints nothing but an empty result', async () => {
    const outcome = await run(['createDeveloper', ...withPassword(server()), ...person]);
    assert.deepEqual(outcome, { code: 0, out: '{}\n', err: '' });
  });

  it('fails with our message where the developer is there already', async () => {
    const outcome = await run(['createDeveloper', ...withPassword(server()), ...person]);
    assert.equal(outcome.code, 6);
    assert.match(outcome.err, /^Error: .*sdoe@example\.com.* already exists/);
  });

  it('deletes the developer, and fails with our message where there is none', async () => {
    const args = ['deleteDeveloper', ...withPassword(server()), '--email', email];
    assert.equal((await run(args)).code, 0);
    const again = await run(args);
    assert.equal(again.code, 6);
    assert.match(again.err, /^Error: DeveloperId sdoe@example\.com does not exist in organization apigeetool/);
  });
}

function defineCredentials(suite: ClientSuite): void {
  const { server, home } = suite;
  const run = openCommand(suite);
  const create = ['createDeveloper', ...person];

  it('takes organization and credentials from the environment', async () => {
    const login = readLogin(server().adminAuth);
    const names = { APIGEE_ORGANIZATION: organization, APIGEE_USERNAME: login.email, APIGEE_PASSWORD: login.password };
    const outcome = await run([...create, '-L', server().url], names);
    assert.equal(outcome.code, 0, outcome.err);
  });

  it('takes a token', async () => {
    const token = await grantToken(server().url, readLogin(server().adminAuth));
    const outcome = await run(['deleteDeveloper', ...targetOf(server()), '-t', token, '--email', email]);
    assert.equal(outcome.code, 0, outcome.err);
  });

  it('takes credentials from .netrc', async () => {
    const login = await makeLoginWithoutSpaces(server());
    writeFileSync(join(home, '.netrc'), `machine 127.0.0.1\n  login ${login.email}\n  password ${login.password}\n`);
    const outcome = await run([...create, ...targetOf(server()), '-N']);
    assert.equal(outcome.code, 0, outcome.err);
  });

  it('fails with a wrong password', async () => {
    const outcome = await run([...create, ...targetOf(server()), '-u', 'nobody@example.com', '-p', 'wrong-password']);
    assert.equal(outcome.code, 6);
  });
}

/** The form of .netrc has no way to write a password with spaces. */
async function makeLoginWithoutSpaces({ plane, makeAccount }: TestServer): Promise<Login> {
  const login = { email: 'netrc@example.com', password: 'without-spaces' };
  await makeAccount(login.email, [{ organization, role: 'orgadmin' }]);
  const account = await plane.store.accounts.findByEmail(login.email);
  assert.ok(account);
  const request = { id: 'test', uri: '/test', operation: 'UPDATE', responseCode: 200 } as const;
  await setPassword(plane, { account, request, effects: createEffects() }, login);
  return login;
}

type Options = Readonly<Record<string, unknown>>;

/** Its documented face: `require('apigeetool').getPromiseSDK()`, a function for each command. */
type Sdk = Readonly<Record<string, (options: Options) => Promise<unknown>>>;

function openSdk({ server, recorder }: ClientSuite): (command: string, options?: Options) => Promise<unknown> {
  const sdk = (require('apigeetool') as { readonly getPromiseSDK: () => Sdk }).getPromiseSDK();
  return (command, options = {}) => {
    const login = readLogin(server().adminAuth);
    const run = sdk[command];
    assert.ok(run, command);
    const common = { baseuri: server().url, organization, username: login.email, password: login.password };
    return recorder().as(client, () => run({ ...common, ...options }));
  };
}

function defineSdk(suite: ClientSuite): void {
  const call = openSdk(suite);
  const roleName = 'tool-role';
  before(() => suite.server().makeAccount('tool-user@example.com'));

  it('creates and deletes a developer with attributes', async () => {
    const developer = { email: 'sdk@example.com', firstName: 'S', lastName: 'D', userName: 'sdk' };
    await call('createDeveloper', { ...developer, attributes: [{ name: 'tier', value: 'gold' }] });
    const deleted = await call('deleteDeveloper', { email: developer.email });
    assert.partialDeepStrictEqual(deleted, { ...developer, attributes: [{ name: 'tier', value: 'gold' }] });
    await assert.rejects(call('deleteDeveloper', { email: developer.email }), /does not exist in organization/);
  });

  it('makes a role and gives it permissions', async () => {
    await call('createRole', { roleName });
    const permissions = JSON.stringify([{ path: '/developers', permissions: ['put', 'get'], organization }]);
    await call('setRolePermissions', { roleName, permissions });
    assert.ok(((await call('listRoles')) as string[]).includes(roleName));
    assert.deepEqual(await call('getRole', { roleName }), { name: roleName });
    assert.partialDeepStrictEqual(await call('getRolePermissions', { roleName }), {
      resourcePermission: [{ organization, path: '/developers' }],
    });
  });

  it('gives the role to a user and takes it back', async () => {
    const key = { roleName, email: 'tool-user@example.com' };
    await call('assignUserRole', key);
    assert.partialDeepStrictEqual(await call('verifyUserRole', key), { emailId: key.email });
    assert.deepEqual(await call('listRoleUsers', key), [key.email]);
    await call('removeUserRole', key);
    await assert.rejects(call('verifyUserRole', key));
    await call('deleteRole', key);
    await assert.rejects(call('getRole', key));
  });
}
