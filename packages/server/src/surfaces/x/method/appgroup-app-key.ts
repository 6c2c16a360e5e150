import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { appGroupAppKeyMessage, updateAppGroupAppKeyMessage } from '../schema/appgroup.ts';
import { emptyMessage } from '../schema/empty.ts';
import { unlisted } from './appgroup.ts';
import { appGroupAppTemplate } from './appgroup-app.ts';
import { attributeMethodsOf } from './attribute.ts';

const place = 'organizations/myorg/appgroups/partners/apps/weather';

const ofApp: ResourceParameter = { name: 'parent', template: appGroupAppTemplate, doc: `The app, as ${place}.` };

const key: ResourceParameter = {
  name: 'name',
  template: `${appGroupAppTemplate}/keys/{keysId}`,
  doc: `The key, as ${place}/keys/abc.`,
};

const product: ResourceParameter = {
  name: 'name',
  template: `${appGroupAppTemplate}/keys/{keysId}/apiproducts/{apiproductsId}`,
  doc: `The product on a key, as ${place}/keys/abc/apiproducts/gold.`,
};

const action = { type: 'string', doc: 'Either approve or revoke; then there is no body.' } as const;
const id = 'apigee.organizations.appgroups.apps.keys';

export const appGroupAppKeyMethods: readonly DiscoveryMethod[] = [
  {
    id: `${id}.create`,
    httpMethod: 'POST',
    doc: 'Gives an app a key and secret of your own. Products are added afterwards.',
    resource: ofApp,
    suffix: '/keys',
    request: appGroupAppKeyMessage,
    response: appGroupAppKeyMessage,
  },
  {
    id: `${id}.get`,
    httpMethod: 'GET',
    doc: 'Tells of one key of an app.',
    resource: key,
    response: appGroupAppKeyMessage,
  },
  {
    id: `${id}.updateAppGroupAppKey`,
    httpMethod: 'POST',
    doc: 'Adds products to a key, sets its scopes and attributes where they are sent, approves or revokes it.',
    resource: key,
    // apigeecli sends the action so, without a body (compat/x.md §1.7); then the answer is 204.
    unlistedQuery: { action },
    request: updateAppGroupAppKeyMessage,
    response: appGroupAppKeyMessage,
  },
  {
    id: `${id}.delete`,
    httpMethod: 'DELETE',
    doc: 'Deletes a key. Answers with the key as it was.',
    resource: key,
    response: appGroupAppKeyMessage,
  },
  {
    id: `${id}.apiproducts.updateAppGroupAppKeyApiProduct`,
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
    response: appGroupAppKeyMessage,
  },
  // The PHP client calls these (compat/x.md §1.7).
  ...unlisted([
    {
      id: `${id}.import`,
      httpMethod: 'POST',
      doc: 'Gives an app a key and secret of your own. Products are added afterwards.',
      resource: ofApp,
      suffix: '/keys/create',
      request: appGroupAppKeyMessage,
      response: appGroupAppKeyMessage,
    },
    {
      id: `${id}.replace`,
      httpMethod: 'PUT',
      doc: 'Sets scopes and attributes of a key where they are sent.',
      resource: key,
      request: appGroupAppKeyMessage,
      response: appGroupAppKeyMessage,
    },
    ...attributeMethodsOf({ id, resource: key, noun: 'a key', setter: 'set' }),
  ]),
];
