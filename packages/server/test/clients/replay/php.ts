import type { Replay } from '../replay.ts';

const developers = '/v1/organizations/{org}/developers';
const ann = `${developers}/ann%40example.com`;
const action = { 'content-type': 'application/octet-stream' };

/** What the client sends is the whole entity as it last got it, with the members that it may not set. */
const entity = {
  apps: [],
  companies: [],
  email: 'ann@example.com',
  firstName: 'Ann',
  lastName: 'Other',
  userName: 'ann',
  attributes: [{ name: 'foo', value: 'bar' }],
};

const headers = { accept: 'application/json; charset=utf-8', 'user-agent': 'Apigee Edge PHP Client 3.0.8' };

/** apigee-client-php. A list is followed by one more with the last as startKey, whose first it drops, until none is left. */
export const phpClient: Replay = {
  client: 'apigee-client-php',
  source: 'compat/edge.md §14.3',
  dialect: 'edge',
  headers,
  steps: [
    {
      does: 'reads from the organization whether there are pages',
      call: 'GET /v1/organizations/{org}',
      status: 200,
      has: { name: '{org}', properties: { property: [{ name: 'features.isCpsEnabled', value: 'true' }] } },
    },
    { does: 'creates', call: `POST ${developers}`, json: entity, status: 201, has: entity, save: ['developerId'] },
    { does: 'lists ids', call: `GET ${developers}?expand=false`, status: 200, is: ['ann@example.com'] },
    {
      does: 'lists ids from the last, which it drops: the end',
      call: `GET ${developers}?expand=false&startKey=ann%40example.com`,
      status: 200,
      is: ['ann@example.com'],
    },
    { does: 'lists entities', call: `GET ${developers}?expand=true`, status: 200, has: { developer: [entity] } },
    {
      does: 'lists entities from the last',
      call: `GET ${developers}?expand=true&startKey=ann%40example.com`,
      status: 200,
      has: { developer: [entity] },
    },
    { does: 'loads by e-mail', call: `GET ${ann}`, status: 200, has: { ...entity, status: 'active' } },
    { does: 'loads by id', call: `GET ${developers}/{developerId}`, status: 200, has: entity },
    {
      does: 'updates with all members that it got, the status changed in vain',
      call: `PUT ${ann}`,
      json: { ...entity, developerId: '{developerId}', status: 'inactive', createdAt: 648345600000, lastName: 'New' },
      status: 200,
      has: { ...entity, lastName: 'New', status: 'active' },
    },
    { does: 'sets the status', call: `POST ${ann}?action=inactive`, headers: action, status: 204 },
    { does: 'sees the status', call: `GET ${ann}`, status: 200, has: { status: 'inactive' } },
    {
      does: 'renames at the original address',
      call: `PUT ${ann}`,
      json: { ...entity, email: 'anna@example.com' },
      status: 200,
      has: { email: 'anna@example.com', developerId: '{developerId}' },
    },
    {
      does: 'loads attributes',
      call: `GET ${developers}/{developerId}/attributes`,
      status: 200,
      is: { attribute: [{ name: 'foo', value: 'bar' }] },
    },
    {
      does: 'replaces attributes',
      call: `POST ${developers}/{developerId}/attributes`,
      json: { attribute: [{ name: 'a b', value: '1' }] },
      status: 200,
      is: { attribute: [{ name: 'a b', value: '1' }] },
    },
    {
      does: 'sets an attribute',
      call: `POST ${developers}/{developerId}/attributes/a%20b`,
      json: { name: 'a b', value: '2' },
      status: 200,
      is: { name: 'a b', value: '2' },
    },
    {
      does: 'loads an attribute',
      call: `GET ${developers}/{developerId}/attributes/a%20b`,
      status: 200,
      is: { name: 'a b', value: '2' },
    },
    {
      does: 'deletes an attribute',
      call: `DELETE ${developers}/{developerId}/attributes/a%20b`,
      status: 200,
    },
    {
      does: 'asks for owners of an app, and gets an empty list',
      call: `GET ${developers}?app=nothing`,
      status: 200,
      is: { developer: [] },
    },
    {
      does: 'deletes, and reads the entity that was',
      call: `DELETE ${developers}/anna%40example.com`,
      status: 200,
      has: { email: 'anna@example.com' },
    },
    {
      does: 'gets a code for what is gone',
      call: `GET ${developers}/anna%40example.com`,
      status: 404,
      has: { code: 'developer.service.DeveloperDoesNotExist' },
    },
  ],
};

const edgecli = 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0';

/** The same client with OAuth: 401 on a call, then a refresh, and on a refused refresh the password again. */
export const phpOauth: Replay = {
  client: 'apigee-client-php, OAuth',
  source: 'compat/edge.md §14.3 and §10',
  dialect: 'edge',
  headers,
  steps: [
    {
      does: 'gets a token for the password',
      call: 'POST /oauth/token',
      auth: edgecli,
      form: { grant_type: 'password', username: '{login}', password: '{password}' },
      status: 200,
      has: { token_type: 'bearer' },
      save: ['access_token', 'refresh_token'],
    },
    {
      does: 'calls with it',
      call: `GET ${developers}?expand=false`,
      auth: 'Bearer {access_token}',
      status: 200,
      is: [],
    },
    { does: 'is told that a token is not good', call: `GET ${developers}`, auth: 'Bearer expired', status: 401 },
    {
      does: 'refreshes',
      call: 'POST /oauth/token',
      auth: edgecli,
      form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' },
      status: 200,
      save: ['access_token'],
    },
    {
      does: 'repeats the call',
      call: `GET ${developers}?expand=false`,
      auth: 'Bearer {access_token}',
      status: 200,
    },
    {
      does: 'is refused a refresh that is not good, upon which it begins again',
      call: 'POST /oauth/token',
      auth: edgecli,
      form: { grant_type: 'refresh_token', refresh_token: 'spoiled' },
      status: 401,
    },
  ],
};

/** The same client in an organization of the X dialect, with entities, since its id lists want Google's own host. */
export const phpHybrid: Replay = {
  client: 'apigee-client-php, hybrid',
  source: 'compat/x.md §1.2 and §3',
  dialect: 'x',
  headers,
  steps: [
    {
      does: 'reads from the organization that it is hybrid',
      call: 'GET /v1/organizations/{org}',
      status: 200,
      has: { name: '{org}', properties: { property: [{ name: 'features.hybrid.enabled', value: 'true' }] } },
    },
    { does: 'lists none as an empty object', call: `GET ${developers}?expand=true`, status: 200, is: {} },
    {
      does: 'creates',
      call: `POST ${developers}`,
      json: entity,
      status: 200,
      has: { email: 'ann@example.com', status: 'active' },
      save: ['developerId', 'createdAt'],
    },
    {
      does: 'is refused an update by id',
      call: `PUT ${developers}/{developerId}`,
      json: { ...entity, createdAt: 1623670000000 },
      status: 400,
      has: {
        error: { status: 'INVALID_ARGUMENT', details: [{ violations: [{ type: 'rest.interceptor.name_mismatch' }] }] },
      },
    },
    {
      does: 'is refused a rename',
      call: `PUT ${ann}`,
      json: { ...entity, email: 'anna@example.com' },
      status: 400,
      has: { error: { details: [{ violations: [{ type: 'rest.interceptor.name_mismatch' }] }] } },
    },
    { does: 'sets the status', call: `POST ${ann}?action=inactive`, headers: action, status: 204 },
    {
      does: 'lists entities from the last',
      call: `GET ${developers}?expand=true&startKey=ann%40example.com`,
      status: 200,
      has: { developer: [{ email: 'ann@example.com', status: 'inactive' }] },
    },
    {
      does: 'gets the code of a taken e-mail where it looks for it',
      call: `POST ${developers}`,
      json: entity,
      status: 409,
      has: { error: { details: [{ violations: [{ type: 'developer.service.DeveloperAlreadyExists' }] }] } },
    },
    { does: 'deletes', call: `DELETE ${ann}`, status: 200, has: { email: 'ann@example.com' } },
    {
      does: 'gets the code of a missing developer where it looks for it',
      call: `GET ${ann}`,
      status: 404,
      has: { error: { details: [{ violations: [{ type: 'developer.service.DeveloperDoesNotExist' }] }] } },
    },
  ],
};
