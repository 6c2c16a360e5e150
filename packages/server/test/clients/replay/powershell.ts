import type { Replay } from '../replay.ts';

const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };

/** Apigee-Powershell-Admin, which updates by POST. */
export const powershell: Replay = {
  client: 'Apigee-Powershell-Admin',
  source: 'compat/edge.md §14.11',
  dialect: 'edge',
  steps: [
    { does: 'creates', call: 'POST /v1/o/{org}/developers', json: ann, status: 201 },
    {
      does: 'updates by POST',
      call: 'POST /v1/o/{org}/developers/ann@example.com',
      json: { ...ann, lastName: 'New' },
      status: 200,
      has: { lastName: 'New' },
    },
    { does: 'sees it', call: 'GET /v1/o/{org}/developers/ann@example.com', status: 200, has: { lastName: 'New' } },
  ],
};
