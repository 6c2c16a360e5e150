import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setPassword } from '../../src/operations/account.ts';
import { type ClientSuite, grantToken, type Login, readLogin } from './suite.ts';

const require = createRequire(import.meta.url);
const client = 'apigeetool';
const organization = 'apigeetool';
const email = 'sdoe@example.com';

/** Its documented face: `require('apigeetool').getPromiseSDK()`, a function for each command. */
type Sdk = Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Promise<unknown>>>;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function findBin(): string {
  const manifest = require.resolve('apigeetool/package.json');
  const { bin } = require(manifest) as { readonly bin: { readonly apigeetool: string } };
  return join(dirname(manifest), bin.apigeetool);
}

/** apigeetool 0.16.8 from npm, by its command and by its SDK (compat/edge.md §14.1). */
export function defineApigeetool({ server, recorder, home }: ClientSuite): void {
  const bin = findBin();

  /** Runs the command; its environment holds nothing of ours but what is given. */
  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const options = { env: { HOME: home, NO_PROXY: '127.0.0.1', ...env }, timeout: 30_000 };
    return recorder().as(
      client,
      () =>
        new Promise((resolve, reject) => {
          execFile(process.execPath, [bin, ...args], options, (error, out, err) => {
            const code = error === null ? 0 : error.code;
            if (typeof code === 'number') resolve({ code, out, err });
            else reject(error);
          });
        }),
    );
  }

  function target(): string[] {
    return ['-L', server().url, '-o', organization];
  }

  function withPassword(): string[] {
    const login = readLogin(server().adminAuth);
    return [...target(), '-u', login.email, '-p', login.password];
  }

  /** The form of .netrc has no way to write a password with spaces. */
  async function makeLoginWithoutSpaces(): Promise<Login> {
    const login = { email: 'netrc@example.com', password: 'without-spaces' };
    const { plane, makeAccount } = server();
    await makeAccount(login.email, [{ organization, role: 'orgadmin' }]);
    const account = await plane.store.accounts.findByEmail(login.email);
    assert.ok(account);
    const request = { id: 'test', uri: '/test', operation: 'UPDATE', responseCode: 200 } as const;
    await setPassword(plane, { account, request }, login);
    return login;
  }

  const person = ['--email', email, '--firstName', 'Sam', '--lastName', 'Doe', '--userName', 'sdoe'];

  describe('apigeetool, the command', () => {
    before(() => server().makeOrganization(organization));

    it('creates a developer and prints nothing but an empty result', async () => {
      const outcome = await run(['createDeveloper', ...withPassword(), ...person]);
      assert.deepEqual(outcome, { code: 0, out: '{}\n', err: '' });
    });

    it('fails with our message where the developer is there already', async () => {
      const outcome = await run(['createDeveloper', ...withPassword(), ...person]);
      assert.equal(outcome.code, 6);
      assert.match(outcome.err, /^Error: .*sdoe@example\.com.* already exists/);
    });

    it('deletes the developer with a token, and fails with our message where there is none', async () => {
      const token = await grantToken(server().url, readLogin(server().adminAuth));
      const args = ['deleteDeveloper', ...target(), '-t', token, '--email', email];
      assert.equal((await run(args)).code, 0);
      const again = await run(args);
      assert.equal(again.code, 6);
      assert.match(again.err, /^Error: DeveloperId sdoe@example\.com does not exist in organization apigeetool/);
    });

    it('takes organization and credentials from the environment', async () => {
      const login = readLogin(server().adminAuth);
      const environment = {
        APIGEE_ORGANIZATION: organization,
        APIGEE_USERNAME: login.email,
        APIGEE_PASSWORD: login.password,
      };
      assert.equal((await run(['createDeveloper', '-L', server().url, ...person], environment)).code, 0);
    });

    it('takes credentials from .netrc', async () => {
      const login = await makeLoginWithoutSpaces();
      writeFileSync(join(home, '.netrc'), `machine 127.0.0.1\n  login ${login.email}\n  password ${login.password}\n`);
      const outcome = await run(['deleteDeveloper', ...target(), '-N', '--email', email]);
      assert.equal(outcome.code, 0, outcome.err);
    });

    it('says no to a wrong password', async () => {
      const args = ['deleteDeveloper', ...target(), '-u', 'nobody@example.com', '-p', 'wrong-password'];
      const outcome = await run([...args, '--email', email]);
      assert.equal(outcome.code, 6);
    });
  });

  describe('apigeetool, the SDK', () => {
    let sdk: Sdk = {};
    const roleName = 'tool-role';

    function call(command: string, options: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
      const login = readLogin(server().adminAuth);
      const run = sdk[command];
      assert.ok(run, command);
      const common = { baseuri: server().url, organization, username: login.email, password: login.password };
      return recorder().as(client, () => run({ ...common, ...options }));
    }

    before(async () => {
      sdk = (require('apigeetool') as { readonly getPromiseSDK: () => Sdk }).getPromiseSDK();
      await server().makeAccount('tool-user@example.com');
    });

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
  });
}
