import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { google } from 'googleapis';
import { type ClientSuite, grantToken, readLogin } from './suite.ts';

const client = 'googleapis';
const organization = 'google-node';
const parent = `organizations/${organization}`;
const email = 'a+b@example.com';
const name = `${parent}/developers/${email}`;

type Method = (
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly data: unknown }>;

/** What the client makes out of our discovery document, as far as it is called here. */
interface Apigee {
  readonly organizations: Readonly<Record<'list' | 'get' | 'getProjectMapping', Method>> & {
    readonly environments: Readonly<Record<'get', Method>>;
    readonly developers: Readonly<
      Record<'list' | 'create' | 'get' | 'update' | 'setDeveloperStatus' | 'delete', Method>
    > & {
      readonly attributes: Method & Readonly<Record<'list' | 'get' | 'updateDeveloperAttribute' | 'delete', Method>>;
    };
  };
}

interface Driver {
  readonly drive: <T>(work: () => Promise<T>) => Promise<T>;
  readonly discover: (auth?: string | InstanceType<typeof google.auth.OAuth2>) => Promise<Apigee>;
  /** The client with a bearer token, and the token; both once tests run. */
  readonly apigee: () => Apigee;
  readonly token: () => string;
}

/** googleapis 188.0.0 from npm, built by discoverAPI out of our own document (compat/x.md §3). */
export function defineGoogleapis({ server, recorder }: ClientSuite): void {
  let token = '';
  let apigee: Apigee | undefined;
  const drive: Driver['drive'] = (work) => recorder().as(client, work);
  const discover: Driver['discover'] = (auth) => {
    const url = `${server().url}/$discovery/rest?version=v1`;
    const options = auth === undefined ? {} : { auth };
    return drive(async () => (await google.discoverAPI(url, options)) as unknown as Apigee);
  };
  const driver: Driver = {
    drive,
    discover,
    token: () => token,
    apigee: () => {
      assert.ok(apigee);
      return apigee;
    },
  };

  describe('googleapis', () => {
    before(async () => {
      await server().makeOrganization(organization, 'x');
      token = await grantToken(server().url, readLogin(server().adminAuth));
      const oauth = new google.auth.OAuth2();
      oauth.setCredentials({ access_token: token });
      apigee = await discover(oauth);
    });
    defineOrganizations(driver);
    defineDevelopers(driver);
    defineAttributes(driver);
    defineCredentials(driver);
  });
}

function defineOrganizations({ drive, apigee }: Driver): void {
  it('lists and reads organizations, mappings and environments', async () => {
    const { organizations } = apigee();
    const { data } = await drive(() => organizations.list({ parent: 'organizations' }));
    const listed = (data as { organizations: { organization: string }[] }).organizations;
    assert.ok(listed.some((each) => each.organization === organization));
    assert.partialDeepStrictEqual((await drive(() => organizations.get({ name: parent }))).data, {
      name: organization,
      runtimeType: 'HYBRID',
    });
    const mapping = await drive(() => organizations.getProjectMapping({ name: parent }));
    assert.partialDeepStrictEqual(mapping.data, { organization });
    const environment = await drive(() => organizations.environments.get({ name: `${parent}/environments/test` }));
    assert.partialDeepStrictEqual(environment.data, { name: 'test' });
  });
}

function defineDevelopers({ drive, apigee }: Driver): void {
  it('makes, lists, reads, updates, switches off and deletes a developer', async () => {
    const { developers } = apigee().organizations;
    const requestBody = { email, firstName: 'A', lastName: 'B', userName: 'ab' };
    const made = await drive(() => developers.create({ parent, requestBody }));
    assert.equal(made.status, 200);
    assert.partialDeepStrictEqual(made.data, { ...requestBody, status: 'active' });
    const { data } = await drive(() => developers.list({ parent, expand: true, count: 2 }));
    assert.deepEqual(data, { developer: [made.data] });
    assert.deepEqual((await drive(() => developers.get({ name }))).data, made.data);
    const updated = await drive(() => developers.update({ name, requestBody: { ...requestBody, firstName: 'C' } }));
    assert.partialDeepStrictEqual(updated.data, { firstName: 'C' });
    const switched = await drive(() => developers.setDeveloperStatus({ name, action: 'inactive' }));
    assert.deepEqual([switched.status, switched.data], [204, '']);
    const deleted = await drive(() => developers.delete({ name }));
    assert.partialDeepStrictEqual(deleted.data, { email, status: 'inactive' });
    assert.deepEqual((await drive(() => developers.list({ parent }))).data, {});
  });

  it('throws what we refuse with, the code a number', async () => {
    const missing = `${parent}/developers/missing@example.com`;
    await assert.rejects(
      drive(() => apigee().organizations.developers.get({ name: missing })),
      (error: Error & { readonly code?: unknown; readonly status?: unknown }) => {
        assert.equal(Number(error.code), 404);
        assert.equal(error.message, `DeveloperId missing@example.com does not exist in organization ${organization}`);
        return true;
      },
    );
  });
}

function defineAttributes({ drive, apigee }: Driver): void {
  it('sets, reads and deletes attributes', async () => {
    const { developers } = apigee().organizations;
    await drive(() =>
      developers.create({ parent, requestBody: { email, firstName: 'A', lastName: 'B', userName: 'ab' } }),
    );
    const one = `${name}/attributes/tier`;
    const set = await drive(() =>
      developers.attributes.updateDeveloperAttribute({ name: one, requestBody: { name: 'tier', value: 'gold' } }),
    );
    assert.deepEqual(set.data, { name: 'tier', value: 'gold' });
    assert.deepEqual((await drive(() => developers.attributes.get({ name: one }))).data, set.data);
    const all = await drive(() => developers.attributes.list({ parent: name }));
    assert.deepEqual(all.data, { attribute: [set.data] });
    assert.deepEqual((await drive(() => developers.attributes.delete({ name: one }))).data, set.data);
    const replaced = await drive(() =>
      (developers.attributes as Method)({ parent: name, requestBody: { attribute: [{ name: 'b', value: '1' }] } }),
    );
    assert.deepEqual(replaced.data, { attribute: [{ name: 'b', value: '1' }] });
    await drive(() => developers.delete({ name }));
  });
}

function defineCredentials({ drive, discover, token }: Driver): void {
  it('sends a key, which may be a token of ours', async () => {
    const keyed = await discover(token());
    const { data } = await drive(() => keyed.organizations.get({ name: parent }));
    assert.partialDeepStrictEqual(data, { name: organization });
  });

  it('is refused without credentials, and with a key that is none', async () => {
    for (const auth of [undefined, 'no-key']) {
      const stranger = await discover(auth);
      await assert.rejects(
        drive(() => stranger.organizations.get({ name: parent })),
        (error: Error & { readonly code?: unknown }) => Number(error.code) === 401,
      );
    }
  });
}
