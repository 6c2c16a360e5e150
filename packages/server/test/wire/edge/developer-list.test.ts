import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { seedDependents } from '../../support/seed.ts';

/** compat/edge.md §1.5 and §3.2: pages and filters. */

interface Developers {
  readonly developer: readonly {
    readonly email: string;
    readonly apps: readonly string[];
    readonly companies: readonly string[];
  }[];
}

describeOnEveryStore('listing developers in Edge', (server) => {
  const organization = 'listing';
  const root = `/v1/organizations/${organization}/developers`;
  const emails = ['A@example.com', 'b@example.com', 'C@example.com', 'd@example.com', 'member@example.com'];
  const alone = emails.slice(0, 4);
  const ids = new Map<string, string>();

  before(async () => {
    await server().makeOrganization(organization);
    for (const email of emails.toReversed()) {
      const answer = await server().request('POST', root, { json: { email, firstName: 'F', lastName: 'L' } });
      ids.set(email, answer.json<{ developerId: string }>().developerId);
    }
    await seedDependents(server().plane.store, [
      { organization, email: 'A@example.com', apps: ['weather', 'maps'] },
      { organization, email: 'd@example.com', apps: ['weather'] },
      { organization, email: 'member@example.com', apps: ['weather'], companies: ['zeta', 'acme'] },
    ]);
  });

  const list = async (query: string) => {
    const answer = await server().request('GET', `${root}${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<string[]>();
  };
  const expand = async (query: string) => {
    const body = (await server().request('GET', `${root}${query}`)).json<Developers>();
    // Clients take the first member of the object, whatever it is called (compat/edge.md §14.3).
    assert.deepEqual(Object.keys(body), ['developer']);
    return body.developer;
  };
  const refuse = async (query: string) => {
    const answer = await server().request('GET', `${root}${query}`);
    return [answer.status, answer.json<{ code: string }>().code];
  };

  it('orders by e-mail whatever its letters, and leaves out company developers', async () => {
    assert.deepEqual(await list(''), alone);
    assert.deepEqual(await list('?expand=false'), alone);
    assert.deepEqual(
      (await expand('?expand=true')).map(({ email }) => email),
      alone,
    );
  });

  it('shows company developers when asked', async () => {
    assert.deepEqual(await list('?includeCompany=true'), emails);
    const last = (await expand('?expand=true&includeCompany=true')).at(-1);
    assert.deepEqual(last?.companies, ['acme', 'zeta']);
  });

  it('names apps and companies in order', async () => {
    const [first] = await expand('?expand=true');
    assert.deepEqual(first?.apps, ['maps', 'weather']);
    const one = await server().request('GET', `${root}/a@example.com`);
    assert.deepEqual(one.json<{ apps: string[] }>().apps, ['maps', 'weather']);
  });

  it('begins a page with the startKey itself', async () => {
    assert.deepEqual(await list('?startKey=b@example.com'), alone.slice(1));
    assert.deepEqual(await list('?count=2&startKey=B%40EXAMPLE.com'), alone.slice(1, 3));
    assert.deepEqual(await list('?count=1&startKey=d@example.com'), ['d@example.com']);
    assert.deepEqual(await list(`?count=2&startKey=${ids.get('C@example.com')}`), alone.slice(2));
    const page = await expand('?expand=true&count=2&startKey=C@example.com');
    assert.deepEqual(
      page.map(({ email }) => email),
      alone.slice(2),
    );
  });

  it('can be walked to its end as the PHP client does: inclusive, first one dropped', async () => {
    const seen = await list('?count=2');
    for (;;) {
      const page = (await list(`?count=2&startKey=${encodeURIComponent(seen.at(-1) ?? '')}`)).slice(1);
      if (page.length === 0) break;
      seen.push(...page);
    }
    assert.deepEqual(seen, alone);
  });

  it('refuses a startKey that is nobody', async () => {
    assert.deepEqual(await refuse('?startKey=nobody@example.com'), [404, 'developer.service.DeveloperDoesNotExist']);
    assert.deepEqual(await refuse('?startKey=none'), [404, 'developer.service.DeveloperIdDoesNotExist']);
  });

  it('takes a count from 1 to 1000', async () => {
    assert.deepEqual(await list('?count=1'), ['A@example.com']);
    assert.deepEqual(await list('?count=1000'), alone);
    for (const count of ['0', '-1', '1001', '1.5', 'x', '99999999999999999999']) {
      assert.deepEqual(await refuse(`?count=${count}`), [400, 'rest.request.InvalidValue'], count);
    }
  });

  it('finds the owners of an app, whole, in the wrapper even when there are none', async () => {
    const owners = await expand('?app=weather');
    assert.deepEqual(
      owners.map(({ email }) => email),
      ['A@example.com', 'd@example.com', 'member@example.com'],
    );
    assert.deepEqual(await expand('?app=unknown'), []);
    assert.deepEqual(await expand('?app=Weather&expand=false'), []);
  });

  it('finds by ids and e-mails', async () => {
    const query = [ids.get('C@example.com'), 'A@EXAMPLE.com', 'nobody@example.com', 'member@example.com'].join(',');
    assert.deepEqual(await list(`?ids=${query}`), ['A@example.com', 'C@example.com', 'member@example.com']);
    const whole = await expand(`?expand=true&ids=${ids.get('d@example.com')}`);
    assert.deepEqual(
      whole.map(({ email }) => email),
      ['d@example.com'],
    );
    assert.deepEqual(await refuse(`?ids=${'a,'.repeat(1001)}`), [400, 'rest.request.InvalidValue']);
  });

  it('forgets apps and companies of a deleted developer at once', async () => {
    const answer = await server().request('DELETE', `${root}/member@example.com`);
    assert.deepEqual(answer.json<{ apps: string[] }>().apps, ['weather']);
    assert.deepEqual(
      (await expand('?app=weather')).map(({ email }) => email),
      ['A@example.com', 'd@example.com'],
    );
  });
});
