import type { Replay } from '../replay.ts';

const developers = '/v1/organizations/{org}/developers';
const entity = { email: 'a+b@example.com', firstName: 'A', lastName: 'B', userName: 'ab' };
const one = `${developers}/a%2Bb%40example.com`;
const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
const edgecli = 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0';

/** config-maven-plugin 1.x with `authtype=oauth`: the one-time password goes into the query. */
export const mavenEdge: Replay = {
  client: 'config-maven-plugin 1.x',
  source: 'compat/edge.md §14.6',
  dialect: 'edge',
  headers,
  steps: [
    {
      does: 'gets a token',
      call: 'POST /oauth/token?mfa_token=123456',
      auth: edgecli,
      form: { grant_type: 'password', username: '{login}', password: '{password}' },
      status: 200,
      jwt: { access_token: { client_id: 'edgecli', email: '{login}' } },
      save: ['access_token'],
    },
    { does: 'finds nothing', call: `GET ${one}`, auth: 'Bearer {access_token}', status: 404 },
    {
      does: 'creates',
      call: `POST ${developers}`,
      auth: 'Bearer {access_token}',
      json: entity,
      status: 201,
      has: entity,
    },
    { does: 'finds it', call: `GET ${one}`, auth: 'Bearer {access_token}', status: 200, has: entity },
    {
      does: 'updates',
      call: `PUT ${one}`,
      auth: 'Bearer {access_token}',
      json: { ...entity, lastName: 'C' },
      status: 200,
      has: { lastName: 'C' },
    },
    {
      does: 'lists names',
      call: `GET ${developers}`,
      auth: 'Bearer {access_token}',
      status: 200,
      is: ['a+b@example.com'],
    },
    { does: 'deletes', call: `DELETE ${one}`, auth: 'Bearer {access_token}', status: 200, has: { lastName: 'C' } },
  ],
};

/** config-maven-plugin 2.x, for X. */
export const mavenX: Replay = {
  client: 'config-maven-plugin 2.x',
  source: 'compat/x.md §3',
  dialect: 'x',
  headers: { ...headers, 'x-goog-api-format-version': '2' },
  steps: [
    { does: 'finds nothing', call: `GET ${one}`, status: 404 },
    { does: 'creates', call: `POST ${developers}`, json: entity, status: 200, has: entity },
    { does: 'updates', call: `PUT ${one}`, json: { ...entity, lastName: 'C' }, status: 200, has: { lastName: 'C' } },
    {
      does: 'lists e-mails',
      call: `GET ${developers}`,
      status: 200,
      is: { developer: [{ email: 'a+b@example.com' }] },
    },
    { does: 'deletes', call: `DELETE ${one}`, status: 200, has: { lastName: 'C' } },
  ],
};
