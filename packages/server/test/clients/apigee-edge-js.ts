import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { type ClientSuite, readLogin } from './suite.ts';

const client = 'apigee-edge-js';
const organization = 'edge-js';
const person = { developerEmail: 'Dino.Martino@example.com', firstName: 'Dino', lastName: 'Martino', userName: 'dino' };

interface Developer {
  readonly email: string;
  readonly developerId: string;
  readonly status: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

/** The part of its face that is used here. */
interface Org {
  get(): Promise<{ readonly name: string }>;
  getProperties(): Promise<Readonly<Record<string, string>>>;
  readonly environments: { get(): Promise<readonly string[]> };
  readonly developers: {
    create(options: object): Promise<Developer>;
    get(options: object): Promise<unknown>;
    del(options: object): Promise<Developer>;
    approve(options: object): Promise<null>;
    revoke(options: object): Promise<null>;
  };
}

interface EdgeJs {
  readonly apigee: { connect(options: object): Promise<Org> };
}

/** What it throws: `bad status: NNN`, with the parsed body as `result`. */
function refusal(status: number, code: string, message: string) {
  return (error: Error & { readonly result?: unknown }) => {
    assert.equal(error.message, `bad status: ${status}`);
    assert.partialDeepStrictEqual(error.result, { code, message });
    return true;
  };
}

/** A way to the server, and a way to have what it does counted. */
interface Driver {
  readonly login: () => object;
  readonly connect: (options: object) => Promise<Org>;
  readonly drive: <T>(work: () => Promise<T>) => Promise<T>;
}

function openDriver({ server, recorder }: ClientSuite): Driver {
  // Not before: it looks for HOME as it is loaded.
  const library = createRequire(import.meta.url)('apigee-edge-js') as EdgeJs;
  return {
    login() {
      const { email, password } = readLogin(server().adminAuth);
      return { mgmtServer: server().url, org: organization, user: email, password };
    },
    connect: (options) => library.apigee.connect(options),
    drive: (work) => recorder().as(client, work),
  };
}

/** apigee-edge-js 0.4.40 from npm, with what its own suite asserts of organizations and developers (compat/edge.md §14.2). */
export function defineApigeeEdgeJs(suite: ClientSuite): void {
  describe('apigee-edge-js', () => {
    const driver = openDriver(suite);
    before(() => suite.server().makeOrganization(organization));
    defineConnect(driver);
    defineDevelopers(driver, suite);
    defineRefusals(driver);
  });
}

function defineConnect({ login, connect, drive }: Driver): void {
  it('connects with Basic, and reads the organization, its properties and environments', async () => {
    const org = await drive(() => connect({ ...login(), no_token: true }));
    assert.equal((await drive(() => org.get())).name, organization);
    const properties = await drive(() => org.getProperties());
    assert.equal(properties['features.isCpsEnabled'], 'true');
    assert.deepEqual([...(await drive(() => org.environments.get()))].sort(), ['prod', 'test']);
  });

  it('does not connect with a wrong password', async () => {
    await assert.rejects(
      drive(() => connect({ ...login(), user: 'nobody@example.com', password: 'wrong-password', no_token: true })),
      /bad status: 401/,
    );
  });
}

function defineDevelopers({ login, connect, drive }: Driver, { server, home }: ClientSuite): void {
  for (const [way, options] of [
    ['Basic', () => ({ no_token: true })],
    ['a token of the password flow', () => ({ ssoUrl: server().url })],
  ] as const) {
    it(`makes, reads, revokes, approves and deletes a developer with ${way}`, async () => {
      const org = await drive(() => connect({ ...login(), ...options() }));
      const { developers } = org;
      const made = await drive(() => developers.create({ ...person, attributes: { tier: 'gold' } }));
      assert.equal(made.email, person.developerEmail, 'the case is kept');
      assert.equal(made.attributes[0]?.value, 'gold');
      assert.ok(((await drive(() => developers.get({}))) as string[]).includes(made.email));
      assert.deepEqual(await drive(() => developers.get({ id: made.developerId })), made);
      await drive(() => developers.revoke(person));
      assert.partialDeepStrictEqual(await drive(() => developers.get(person)), { status: 'inactive' });
      await drive(() => developers.approve({ id: made.developerId }));
      assert.equal((await drive(() => developers.del(person))).status, 'active');
    });
  }

  it('stashes the token, whose claims it reads', () => {
    const stash = JSON.parse(readFileSync(join(home, '.apigee-edge-tokens'), 'utf8')) as object;
    const [token] = Object.values(stash) as { issued_at: number; expires_in: number; ISO: { expires: string } }[];
    assert.ok(token);
    assert.equal(new Date(token.issued_at + token.expires_in * 1000).toISOString(), token.ISO.expires);
  });
}

function defineRefusals({ login, connect, drive }: Driver): void {
  it('tells of a developer that is not there as its suite wants it', async () => {
    const { developers } = await drive(() => connect({ ...login(), no_token: true }));
    const id = 'k2v9x0q7m4r8t1w6z3y5ab';
    await assert.rejects(
      drive(() => developers.get({ developerEmail: id })),
      refusal(
        404,
        'developer.service.DeveloperIdDoesNotExist',
        `DeveloperId ${id} does not exist in organization ${organization}`,
      ),
    );
    const developerEmail = `${id}@apigee-js-test.org`;
    await assert.rejects(
      drive(() => developers.del({ developerEmail })),
      refusal(
        404,
        'developer.service.DeveloperDoesNotExist',
        `DeveloperId ${developerEmail} does not exist in organization ${organization}`,
      ),
    );
  });

  it('tells of a developer that is there already', async () => {
    const { developers } = await drive(() => connect({ ...login(), no_token: true }));
    await drive(() => developers.create(person));
    await assert.rejects(
      drive(() => developers.create({ ...person, developerEmail: person.developerEmail.toUpperCase() })),
      (error: Error & { readonly result?: unknown }) => {
        assert.equal(error.message, 'bad status: 409');
        assert.partialDeepStrictEqual(error.result, { code: 'developer.service.DeveloperAlreadyExists' });
        return true;
      },
    );
    await drive(() => developers.del(person));
  });
}
