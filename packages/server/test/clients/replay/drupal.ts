import type { Replay, ReplayStep } from '../replay.ts';

const developers = '/v1/organizations/{org}/developers';
const role = '/v1/organizations/{org}/userroles/drupalportal';
const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };

/** The role that the module makes for itself (compat/edge.md §10). */
const permissions: readonly (readonly [path: string, verbs: readonly string[]])[] = [
  ['/', ['get']],
  ['/environments/', ['get']],
  ['/environments/*/stats/*', ['get']],
  ['/userroles', ['get']],
  ['/apiproducts', ['get', 'put']],
  ['/developers', ['get', 'put', 'delete']],
  ['/developers/*/apps', ['get', 'put', 'delete']],
  ['/developers/*/apps/*', ['get', 'put', 'delete']],
  ['/companies', ['get', 'put']],
  ['/companies/*', ['get', 'put', 'delete']],
  ['/companies/*/apps', ['get', 'put']],
  ['/companies/*/apps/*', ['get', 'put', 'delete']],
];

const grants = permissions.map(
  ([path, verbs]): ReplayStep => ({
    does: `grants ${verbs.join(', ')} on ${path}`,
    call: `POST ${role}/permissions`,
    json: { path, permissions: verbs },
    status: 201,
  }),
);

/** The Drupal module: connection test, sign-up, and `drush create-edge-role`. */
export const drupal: Replay = {
  client: 'Drupal apigee_edge',
  source: 'compat/edge.md §14.4',
  dialect: 'edge',
  steps: [
    { does: 'tests the connection', call: 'GET /v1/organizations/{org}', status: 200, has: { name: '{org}' } },
    { does: 'signs somebody up', call: `POST ${developers}`, json: ann, status: 201, has: ann },
    {
      does: 'signs up who is there already, and loads him',
      call: `POST ${developers}`,
      json: ann,
      status: 409,
      has: { code: 'developer.service.DeveloperAlreadyExists' },
    },
    { does: 'loads', call: `GET ${developers}/ann%40example.com`, status: 200, has: ann },
    {
      does: 'blocks',
      call: `POST ${developers}/ann%40example.com?action=inactive`,
      headers: { 'content-type': 'application/octet-stream' },
      status: 204,
    },
    {
      does: 'looks for somebody who is not there',
      call: `GET ${developers}/nobody%40example.com`,
      status: 404,
      has: { code: 'developer.service.DeveloperDoesNotExist' },
    },
    { does: 'looks for its role, and there is none', call: `GET ${role}`, status: 404 },
    {
      does: 'makes its role, named by a text',
      call: 'POST /v1/organizations/{org}/userroles',
      json: { role: ['drupalportal'] },
      status: [200, 201],
    },
    ...grants,
    { does: 'finds its role', call: `GET ${role}`, status: 200, is: { name: 'drupalportal' } },
  ],
};
