import type { Replay, ReplayStep } from '../replay.ts';

/** What clients that are not on npm do with companies and app groups. */

const organization = '/v1/organizations/{org}';
const companies = `${organization}/companies`;
const groups = `${organization}/appgroups`;
const action = { 'content-type': 'application/octet-stream' };
const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
const bob = { ...ann, email: 'bob@example.com' };

const people: readonly ReplayStep[] = [
  { does: 'has Ann', call: `POST ${organization}/developers`, json: ann, status: [200, 201] },
  { does: 'has Bob', call: `POST ${organization}/developers`, json: bob, status: [200, 201] },
];
const product: ReplayStep = {
  does: 'has a product',
  call: `POST ${organization}/apiproducts`,
  json: { name: 'gold', displayName: 'Gold', approvalType: 'auto' },
  status: [200, 201],
};

const company = {
  name: 'acme',
  displayName: 'Acme Inc.',
  status: 'active',
  attributes: [{ name: 'foo', value: 'bar' }],
};

/** apigee_company, apigee_company_developer and apigee_company_app of scastria/apigee. */
const terraformCompany: Replay = {
  client: 'terraform scastria/apigee, companies',
  source: 'compat/edge.md §14.5',
  dialect: 'edge',
  steps: [
    ...people,
    product,
    { does: 'creates', call: `POST ${companies}`, json: company, status: 201, has: company },
    { does: 'reads', call: `GET ${companies}/acme`, status: 200, has: company },
    {
      does: 'updates',
      call: `PUT ${companies}/acme`,
      json: { ...company, displayName: 'New' },
      status: 200,
      has: { displayName: 'New' },
    },
    { does: 'sets the status', call: `POST ${companies}/acme?action=inactive`, headers: action, status: 204 },
    { does: 'sees the status', call: `GET ${companies}/acme`, status: 200, has: { status: 'inactive' } },
    { does: 'sets the status back', call: `POST ${companies}/acme?action=active`, headers: action, status: 204 },
    {
      does: 'adds a developer',
      call: `POST ${companies}/acme/developers`,
      json: { developer: [{ email: ann.email, role: 'admin' }] },
      status: 200,
    },
    {
      does: 'reads the developers',
      call: `GET ${companies}/acme/developers`,
      status: 200,
      is: { developer: [{ email: ann.email, role: 'admin' }] },
    },
    {
      does: 'removes the developer',
      call: `DELETE ${companies}/acme/developers/${ann.email}`,
      status: 204,
    },
    {
      does: 'creates an app',
      call: `POST ${companies}/acme/apps`,
      json: { name: 'weather', callbackUrl: 'https://a', apiProducts: ['gold'], credentials: null },
      status: 201,
      has: { name: 'weather', companyName: 'acme' },
    },
    { does: 'reads the app', call: `GET ${companies}/acme/apps/weather`, status: 200, has: { name: 'weather' } },
    {
      does: 'imports a key',
      call: `POST ${companies}/acme/apps/weather/keys/create`,
      json: { consumerKey: 'tf-key', consumerSecret: 'tf-secret' },
      status: 201,
    },
    {
      does: 'adds a product to the key',
      call: `POST ${companies}/acme/apps/weather/keys/tf-key`,
      json: { apiProducts: ['gold'] },
      status: 200,
      has: { apiProducts: [{ apiproduct: 'gold', status: 'approved' }] },
    },
    {
      does: 'sets the attributes of the key',
      call: `PUT ${companies}/acme/apps/weather/keys/tf-key`,
      json: { attributes: [{ name: 'a', value: '1' }] },
      status: 200,
      has: { attributes: [{ name: 'a', value: '1' }] },
    },
    { does: 'destroys the key', call: `DELETE ${companies}/acme/apps/weather/keys/tf-key`, status: 200 },
    { does: 'destroys the app', call: `DELETE ${companies}/acme/apps/weather`, status: 200 },
    { does: 'destroys', call: `DELETE ${companies}/acme`, status: 200 },
    { does: 'sees that it is gone', call: `GET ${companies}/acme`, status: 404 },
  ],
};

/** apigee-client-php as the teams of Drupal's apigee_edge drive it. */
const phpCompany: Replay = {
  client: 'apigee-client-php, companies',
  source: 'compat/edge.md §14.3 and §14.4',
  dialect: 'edge',
  headers: { accept: 'application/json; charset=utf-8' },
  steps: [
    ...people,
    { does: 'creates', call: `POST ${companies}`, json: { ...company, apps: [] }, status: 201, has: company },
    { does: 'lists names', call: `GET ${companies}?expand=false`, status: 200, is: ['acme'] },
    { does: 'lists entities', call: `GET ${companies}?expand=true`, status: 200, has: { company: [company] } },
    {
      does: 'lists entities from the last, which it drops: the end',
      call: `GET ${companies}?expand=true&startKey=acme`,
      status: 200,
      has: { company: [company] },
    },
    { does: 'has no members yet', call: `GET ${companies}/acme/developers`, status: 200, is: { developer: [] } },
    {
      does: 'sets members, one without a role',
      call: `POST ${companies}/acme/developers`,
      json: {
        developer: [
          { email: ann.email, role: 'admin' },
          { email: bob.email, role: null },
        ],
      },
      status: 200,
      is: { developer: [{ email: ann.email, role: 'admin' }, { email: bob.email }] },
    },
    { does: 'removes a member', call: `DELETE ${companies}/acme/developers/ann%40example.com`, status: 204 },
    {
      does: 'finds the teams of a developer',
      call: `GET ${organization}/developers/bob%40example.com`,
      status: 200,
      has: { companies: ['acme'] },
    },
    {
      does: 'sees that an app is not there',
      call: `GET ${companies}/acme/apps/nothing`,
      status: 404,
      has: { code: 'developer.service.AppDoesNotExist' },
    },
    {
      does: 'creates an app',
      call: `POST ${companies}/acme/apps`,
      json: { name: 'a b', keyExpiresIn: '-1', attributes: [], scopes: [] },
      status: 201,
      has: { companyName: 'acme' },
    },
    { does: 'revokes the app', call: `POST ${companies}/acme/apps/a%20b?action=revoke`, headers: action, status: 204 },
    { does: 'deletes, and reads what was', call: `DELETE ${companies}/acme`, status: 200, has: { name: 'acme' } },
    {
      does: 'gets a code for what is gone',
      call: `GET ${companies}/acme`,
      status: 404,
      has: { code: 'developer.service.CompanyDoesNotExist' },
    },
  ],
};

const reserved = '__apigee_reserved__developer_details';
const members = (value: object) => ({ name: reserved, value: JSON.stringify(value) });

/** The same client on X, where a team is an app group and its members are an attribute of it. */
const phpAppGroup: Replay = {
  client: 'apigee-client-php, app groups',
  source: 'compat/x.md §1.1 and §1.7',
  dialect: 'x',
  headers: { accept: 'application/json; charset=utf-8' },
  steps: [
    ...people,
    product,
    {
      does: 'creates',
      call: `POST ${groups}`,
      json: { name: 'acme', channelId: 'devportal', channelUri: 'https://portal', displayName: 'Acme' },
      status: 200,
      has: { name: 'acme', channelId: 'devportal', status: 'active' },
    },
    { does: 'lists', call: `GET ${groups}?pageSize=1000`, status: 200, has: { appGroups: [{ name: 'acme' }] } },
    {
      does: 'lists from the last, which it drops: the end',
      call: `GET ${groups}?pageToken=acme`,
      status: 200,
      has: { appGroups: [{ name: 'acme' }] },
    },
    {
      does: 'sets members with the whole group',
      call: `PUT ${groups}/acme`,
      json: { name: 'acme', displayName: 'Acme', attributes: [members([{ developer: ann.email, roles: ['admin'] }])] },
      status: 200,
      has: { attributes: [members([{ developer: ann.email, roles: ['admin'] }])] },
    },
    { does: 'sets the status', call: `POST ${groups}/acme?action=inactive`, headers: action, status: 204 },
    { does: 'sets it back', call: `POST ${groups}/acme?action=active`, headers: action, status: 204 },
    { does: 'loads an attribute', call: `GET ${groups}/acme/attributes/${reserved}`, status: 200 },
    {
      does: 'creates an app',
      call: `POST ${groups}/acme/apps`,
      json: { name: 'weather', apiProducts: ['gold'] },
      status: 200,
      has: { appGroup: 'acme' },
    },
    {
      does: 'lists the apps',
      call: `GET ${groups}/acme/apps?pageSize=1000`,
      status: 200,
      has: { appGroupApps: [{ name: 'weather' }] },
    },
    { does: 'revokes the app', call: `POST ${groups}/acme/apps/weather?action=revoke`, headers: action, status: 204 },
    {
      does: 'imports a key',
      call: `POST ${groups}/acme/apps/weather/keys/create`,
      json: { consumerKey: 'php-key', consumerSecret: 'php-secret' },
      status: 200,
    },
    {
      does: 'adds a product to the key',
      call: `POST ${groups}/acme/apps/weather/keys/php-key`,
      json: { apiProducts: ['gold'] },
      status: 200,
      has: { apiProducts: [{ apiproduct: 'gold', status: 'approved' }] },
    },
    { does: 'deletes the key', call: `DELETE ${groups}/acme/apps/weather/keys/php-key`, status: 200 },
    { does: 'deletes', call: `DELETE ${groups}/acme`, status: 200, has: { name: 'acme' } },
    { does: 'sees that it is gone', call: `GET ${groups}/acme`, status: 404 },
  ],
};

/** apigeecli names members by developerId, and sends the action of a key with no body. */
const apigeecliAppGroup: Replay = {
  client: 'apigeecli, app groups',
  source: 'compat/x.md §1.1 and §1.7',
  dialect: 'x',
  steps: [
    ...people,
    product,
    {
      does: 'creates',
      call: `POST ${groups}`,
      json: {
        name: 'sampleAppGroup1',
        channelUri: 'channel1',
        channelId: '1',
        displayName: 'Sample App Group 1',
        status: 'active',
        attributes: [
          { name: 'foo', value: 'bar' },
          { name: reserved, value: `[{ "developerId":"${bob.email}", "roles":[ "admin" ] }]` },
        ],
      },
      status: 200,
      has: { attributes: [{ name: 'foo', value: 'bar' }, members([{ developer: bob.email, roles: ['admin'] }])] },
    },
    {
      does: 'lists by channel',
      call: `GET ${groups}?pageSize=1000&filter=channelId%3D1`,
      status: 200,
      has: { appGroups: [{ name: 'sampleAppGroup1' }], totalSize: 1 },
    },
    { does: 'manages', call: `PUT ${groups}/sampleAppGroup1?action=inactive`, headers: action, status: 204 },
    { does: 'manages again', call: `PUT ${groups}/sampleAppGroup1?action=active`, headers: action, status: 204 },
    {
      does: 'creates an app',
      call: `POST ${groups}/sampleAppGroup1/apps`,
      json: { name: 'weather', keyExpiresIn: '-1' },
      status: 200,
      has: { name: 'weather' },
    },
    {
      does: 'creates a key',
      call: `POST ${groups}/sampleAppGroup1/apps/weather/keys`,
      json: { consumerKey: 'cli-key', consumerSecret: 'cli-secret', expiresInSeconds: '3600' },
      status: 200,
    },
    {
      does: 'revokes the key',
      call: `POST ${groups}/sampleAppGroup1/apps/weather/keys/cli-key?action=revoke`,
      headers: action,
      status: 204,
    },
    {
      does: 'deletes an app',
      call: `DELETE ${groups}/sampleAppGroup1/apps/weather`,
      status: 200,
      has: { name: 'weather' },
    },
    { does: 'deletes', call: `DELETE ${groups}/sampleAppGroup1`, status: 200 },
  ],
};

export const companyReplays: readonly Replay[] = [terraformCompany, phpCompany, phpAppGroup, apigeecliAppGroup];
