import type { Replay } from '../replay.ts';

const developers = '/v1/o/{org}/developers';
const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };

/** What the migrate tool sends to the organization that it fills; how it reads the other one is a loop of its own. */
export const migrateImport: Replay = {
  client: 'apigee-migrate-tool',
  source: 'compat/edge.md §14.7',
  dialect: 'edge',
  steps: [
    {
      does: 'imports a developer as it was exported',
      call: `POST ${developers}`,
      json: { ...ann, status: 'inactive' },
      status: 201,
    },
    {
      does: 'imports a developer as XML',
      call: `POST ${developers}`,
      xml: '<Developer><Email>bob@example.com</Email><FirstName>Bob</FirstName><LastName>Other</LastName><UserName>bob</UserName></Developer>',
      headers: { accept: 'application/json' },
      status: 201,
      has: { email: 'bob@example.com', userName: 'bob' },
    },
    { does: 'sets the status', call: `POST ${developers}/ann@example.com?action=inactive`, status: 204 },
    { does: 'counts', call: `GET ${developers}`, status: 200, is: ['ann@example.com', 'bob@example.com'] },
  ],
};
