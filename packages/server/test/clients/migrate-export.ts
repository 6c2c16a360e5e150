import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { ClientSuite } from './suite.ts';

const client = 'apigee-migrate-tool';
const organization = 'migrate-export';
const developers = `/v1/o/${organization}/developers`;
/** The tool asks for pages of this size; there are three of them and a bit. */
const pageSize = 3;
const emails = Array.from({ length: 8 }, (_, at) => `d${at}@example.com`);

/** How the migrate tool reads an organization: page by page until nothing but the startKey comes (compat/edge.md §14.7). */
export function defineMigrateExport({ server, recorder }: ClientSuite): void {
  async function read<T>(path: string): Promise<T> {
    const answer = await recorder().as(client, () => server().request('GET', path));
    assert.equal(answer.status, 200, answer.text);
    return answer.json<T>();
  }

  describe(`${client}, the export (compat/edge.md §14.7)`, () => {
    before(async () => {
      await server().makeOrganization(organization);
      for (const email of emails) {
        const json = { email, firstName: 'D', lastName: email };
        assert.equal((await server().request('POST', developers, { json })).status, 201);
      }
    });

    for (const query of ['', `&count=${pageSize}`]) {
      it(`ends, and has seen all developers once${query === '' ? '' : ', in small pages'}`, async () => {
        const seen = await read<string[]>(query === '' ? developers : `${developers}?${query.slice(1)}`);
        for (let turns = 0; ; turns++) {
          assert.ok(turns < 10, 'it never ends');
          const page = await read<string[]>(`${developers}?startKey=${encodeURIComponent(seen.at(-1) ?? '')}${query}`);
          assert.equal(page[0], seen.at(-1), 'the page begins with the startKey');
          if (page.length === 1) break;
          seen.push(...page.slice(1));
        }
        assert.deepEqual(seen, emails);
        for (const email of seen) {
          assert.equal((await read<{ lastName: string }>(`${developers}/${email}`)).lastName, email);
        }
      });
    }
  });
}
