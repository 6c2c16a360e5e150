import type { Replay } from '../replay.ts';

const developers = '/v1/organizations/{org}/developers';
const twice = `${developers}/a%252Bb%2540example.com`;
const raw = `${developers}/a+b@example.com`;
const entity = { email: 'a+b@example.com', firstName: 'A', lastName: 'B', userName: 'ab' };

/** apigeecli: e-mails encoded twice, a get before each update, the whole answer sent back. */
export const apigeecli: Replay = {
  client: 'apigeecli',
  source: 'compat/x.md §1.0, §1.2 and §3',
  dialect: 'x',
  steps: [
    { does: 'lists organizations', call: 'GET /x/v1/organizations', status: 200 },
    {
      does: 'reads the organization',
      call: 'GET /v1/organizations/{org}',
      status: 200,
      has: { runtimeType: 'HYBRID' },
    },
    {
      does: 'reads the project mapping',
      call: 'GET /v1/organizations/{org}:getProjectMapping',
      status: 200,
      has: { organization: '{org}' },
    },
    {
      does: 'lists environments',
      call: 'GET /v1/organizations/{org}/environments',
      status: 200,
      is: ['test', 'prod'],
    },
    {
      does: 'creates',
      call: `POST ${developers}`,
      json: entity,
      status: 200,
      has: entity,
      save: ['developerId', 'createdAt', 'lastModifiedAt'],
    },
    { does: 'reads before it updates', call: `GET ${twice}`, status: 200, has: entity },
    {
      does: 'updates with all that it read',
      call: `PUT ${twice}`,
      json: {
        ...entity,
        lastName: 'C',
        developerId: '{developerId}',
        organizationName: '{org}',
        status: 'active',
        apps: [],
        createdAt: '{createdAt}',
        lastModifiedAt: '{lastModifiedAt}',
      },
      status: 200,
      has: { lastName: 'C', status: 'active' },
    },
    {
      does: 'sets the status',
      call: `POST ${twice}?action=inactive`,
      headers: { 'content-type': 'application/octet-stream' },
      status: 204,
    },
    {
      does: 'sets an attribute',
      call: `POST ${twice}/attributes/tier`,
      json: { name: 'tier', value: 'gold' },
      status: 200,
      is: { name: 'tier', value: 'gold' },
    },
    {
      does: 'lists attributes',
      call: `GET ${twice}/attributes`,
      status: 200,
      is: { attribute: [{ name: 'tier', value: 'gold' }] },
    },
    { does: 'reads an attribute', call: `GET ${twice}/attributes/tier`, status: 200 },
    { does: 'deletes an attribute', call: `DELETE ${twice}/attributes/tier`, status: 200 },
    {
      does: 'lists',
      call: `GET ${developers}?expand=false`,
      status: 200,
      is: { developer: [{ email: 'a+b@example.com' }] },
    },
    {
      does: 'exports on from the last, and ends since there is no other',
      call: `GET ${developers}?expand=true&startKey=a%2Bb%40example.com`,
      status: 200,
      has: { developer: [{ email: 'a+b@example.com', lastName: 'C' }] },
    },
    { does: 'deletes', call: `DELETE ${twice}`, status: 200, has: { status: 'inactive' } },
    { does: 'reads what is gone', call: `GET ${twice}`, status: 404 },
  ],
};

/** google-api-python-client: raw `@` and `+`, `alt=json` with every call, no content type where there is no body. */
export const python: Replay = {
  client: 'google-api-python-client',
  source: 'compat/x.md §3',
  dialect: 'x',
  steps: [
    {
      does: 'reads the discovery document',
      call: 'GET /$discovery/rest?version=v1',
      status: 200,
      has: { id: 'apigee:v1' },
    },
    { does: 'creates', call: `POST ${developers}?alt=json`, json: entity, status: 200, has: entity },
    { does: 'reads', call: `GET ${raw}?alt=json`, status: 200, has: entity },
    { does: 'sets the status', call: `POST ${raw}?action=inactive&alt=json`, status: 204 },
    {
      does: 'replaces attributes',
      call: `POST ${raw}/attributes?alt=json`,
      json: { attribute: [{ name: 'tier', value: 'gold' }] },
      status: 200,
      is: { attribute: [{ name: 'tier', value: 'gold' }] },
    },
    { does: 'lists', call: `GET ${developers}?expand=true&count=2&alt=json`, status: 200 },
    { does: 'deletes', call: `DELETE ${raw}?alt=json`, status: 200 },
    { does: 'gets details of what is wrong', call: `GET ${raw}?alt=json`, status: 404, has: { error: { code: 404 } } },
  ],
};
