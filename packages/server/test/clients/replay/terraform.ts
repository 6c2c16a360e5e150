import type { Replay } from '../replay.ts';

const developers = '/v1/organizations/{org}/developers';
const ann = `${developers}/ann@example.com`;
const entity = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
const attributes = [
  { name: 'b', value: '1' },
  { name: 'a', value: '2' },
];
const roles = '/v1/organizations/{org}/userroles';

/** scastria/apigee: any 2xx is good, a read that answers 404 takes the resource out of the state. */
export const scastria: Replay = {
  client: 'terraform scastria/apigee',
  source: 'compat/edge.md §14.5',
  dialect: 'edge',
  steps: [
    { does: 'creates', call: `POST ${developers}`, json: { ...entity, attributes }, status: 201, has: { attributes } },
    { does: 'reads back, attributes in order', call: `GET ${ann}`, status: 200, has: { ...entity, attributes } },
    {
      does: 'updates',
      call: `PUT ${ann}`,
      json: { ...entity, lastName: 'New' },
      status: 200,
      has: { lastName: 'New' },
      lengths: { attributes: 0 },
    },
    { does: 'switches off', call: `POST ${ann}?action=inactive`, status: 204 },
    { does: 'switches on', call: `POST ${ann}?action=active`, status: 204 },
    { does: 'destroys', call: `DELETE ${ann}`, status: 200 },
    { does: 'sees that it is gone', call: `GET ${ann}`, status: 404 },
    { does: 'makes a role', call: `POST ${roles}`, json: { role: [{ name: 'tf' }] }, status: [200, 201] },
    { does: 'reads the role', call: `GET ${roles}/tf`, status: 200, is: { name: 'tf' } },
    {
      does: 'grants a permission',
      call: `POST ${roles}/tf/permissions`,
      json: { path: '/developers', permissions: ['get', 'put'] },
      status: 201,
    },
    {
      does: 'reads the permission by its path',
      call: `GET ${roles}/tf/permissions?path=/developers`,
      status: 200,
      has: { path: '/developers' },
    },
    { does: 'takes a verb away', call: `DELETE ${roles}/tf/permissions/put?path=/developers`, status: [200, 204] },
    {
      does: 'gives the role to a user',
      call: `POST ${roles}/tf/users`,
      form: { id: '{login}' },
      status: [200, 201],
      has: { emailId: '{login}' },
    },
    {
      does: 'reads the user in the role',
      call: `GET ${roles}/tf/users/{login}`,
      status: 200,
      has: { emailId: '{login}' },
    },
    { does: 'takes the role from the user', call: `DELETE ${roles}/tf/users/{login}`, status: 204 },
    { does: 'destroys the role', call: `DELETE ${roles}/tf`, status: [200, 204] },
    { does: 'sees that the role is gone', call: `GET ${roles}/tf`, status: 404 },
  ],
};

/** zambien/apigee, on the older go-apigee-edge. */
export const zambien: Replay = {
  client: 'terraform zambien/apigee',
  source: 'compat/edge.md §14.5',
  dialect: 'edge',
  steps: [
    { does: 'creates', call: `POST ${developers}`, json: entity, status: 201, has: entity },
    { does: 'reads', call: `GET ${ann}`, status: 200, has: entity },
    {
      does: 'updates',
      call: `PUT ${ann}`,
      json: { ...entity, userName: 'new' },
      status: 200,
      has: { userName: 'new' },
    },
    { does: 'destroys', call: `DELETE ${ann}`, status: 200 },
    { does: 'sees that it is gone', call: `GET ${ann}`, status: 404 },
  ],
};

/** google_apigee_developer of Google's provider, which adds `alt=json` to every call. */
export const google: Replay = {
  client: 'terraform google',
  source: 'compat/x.md §3',
  dialect: 'x',
  steps: [
    {
      does: 'creates',
      call: `POST ${developers}?alt=json`,
      json: { ...entity, attributes },
      status: 200,
      has: { ...entity, attributes },
    },
    {
      does: 'reads back, attributes in order',
      call: `GET ${ann}?alt=json`,
      status: 200,
      has: { ...entity, attributes },
    },
    {
      does: 'updates with the full object',
      call: `PUT ${ann}?alt=json`,
      json: { ...entity, lastName: 'New', attributes },
      status: 200,
      has: { lastName: 'New', attributes },
    },
    { does: 'destroys', call: `DELETE ${ann}?alt=json`, status: 200 },
    { does: 'sees that it is gone', call: `GET ${ann}?alt=json`, status: 404 },
  ],
};
