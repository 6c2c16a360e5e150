import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { developerAppKeyMessage } from '../schema/app.ts';
import { emptyMessage } from '../schema/empty.ts';
import { developerAppTemplate } from './app.ts';

const place = 'organizations/myorg/developers/ann@example.com/apps/weather';

const ofApp: ResourceParameter = {
  name: 'parent',
  template: developerAppTemplate,
  doc: `The app, as ${place}.`,
};

const key: ResourceParameter = {
  name: 'name',
  template: `${developerAppTemplate}/keys/{keysId}`,
  doc: `The key, as ${place}/keys/abc.`,
};

const product: ResourceParameter = {
  name: 'name',
  template: `${developerAppTemplate}/keys/{keysId}/apiproducts/{apiproductsId}`,
  doc: `The product on a key, as ${place}/keys/abc/apiproducts/gold.`,
};

const action = { type: 'string', doc: 'Either approve or revoke; then there is no body.' } as const;
const creation = 'Gives an app a key and secret of your own. Products are added afterwards.';
const id = 'apigee.organizations.developers.apps.keys';

export const developerAppKeyMethods: readonly DiscoveryMethod[] = [
  {
    id: `${id}.create`,
    httpMethod: 'POST',
    doc: creation,
    resource: ofApp,
    suffix: '/keys',
    request: developerAppKeyMessage,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.create.create`,
    httpMethod: 'POST',
    doc: creation,
    resource: ofApp,
    suffix: '/keys/create',
    request: developerAppKeyMessage,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.get`,
    httpMethod: 'GET',
    doc: 'Tells of one key of an app.',
    resource: key,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.updateDeveloperAppKey`,
    httpMethod: 'POST',
    doc: 'With an action, approves or revokes a key and answers 204. Without, the same as a replacement.',
    resource: key,
    query: { action },
    request: developerAppKeyMessage,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.replaceDeveloperAppKey`,
    httpMethod: 'PUT',
    doc: 'Adds products to a key; sets its scopes and attributes where they are sent.',
    resource: key,
    request: developerAppKeyMessage,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.delete`,
    httpMethod: 'DELETE',
    doc: 'Deletes a key. Answers with the key as it was.',
    resource: key,
    response: developerAppKeyMessage,
  },
  {
    id: `${id}.apiproducts.updateDeveloperAppKeyApiProduct`,
    httpMethod: 'POST',
    doc: 'Approves or revokes a product on a key. Answers 204.',
    resource: product,
    query: { action },
    response: emptyMessage,
  },
  {
    id: `${id}.apiproducts.delete`,
    httpMethod: 'DELETE',
    doc: 'Takes a product from a key. Answers with the key as it is now.',
    resource: product,
    response: developerAppKeyMessage,
  },
];
