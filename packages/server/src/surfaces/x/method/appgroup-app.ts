import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { appGroupAppMessage, listAppGroupAppsMessage } from '../schema/appgroup.ts';
import { emptyMessage } from '../schema/empty.ts';
import { appGroupTemplate, unlisted } from './appgroup.ts';
import { attributeMethodsOf } from './attribute.ts';

export const appGroupAppTemplate = `${appGroupTemplate}/apps/{appsId}`;

const ofGroup: ResourceParameter = {
  name: 'parent',
  template: appGroupTemplate,
  doc: 'The app group by its name, as organizations/myorg/appgroups/partners.',
};

const app: ResourceParameter = {
  name: 'name',
  template: appGroupAppTemplate,
  doc: 'The app by its name, as organizations/myorg/appgroups/partners/apps/weather.',
};

const action = { type: 'string', doc: 'Either approve or revoke; then there is no body.' } as const;
const id = 'apigee.organizations.appgroups.apps';

export const appGroupAppMethods: readonly DiscoveryMethod[] = [
  {
    id: `${id}.list`,
    httpMethod: 'GET',
    doc: 'Tells of the apps of a group with their keys, ordered by name.',
    resource: ofGroup,
    suffix: '/apps',
    query: {
      pageSize: { type: 'int32', doc: 'How many to answer with; 1000 where absent, 0 or more than that.' },
      pageToken: { type: 'string', doc: 'From the page before. The page begins with the last app of that one.' },
    },
    response: listAppGroupAppsMessage,
  },
  {
    id: `${id}.create`,
    httpMethod: 'POST',
    doc: 'Makes an app with one key, for the products that are named or for none.',
    resource: ofGroup,
    suffix: '/apps',
    request: appGroupAppMessage,
    response: appGroupAppMessage,
  },
  {
    id: `${id}.get`,
    httpMethod: 'GET',
    doc: 'Tells of one app, with its keys.',
    resource: app,
    response: appGroupAppMessage,
  },
  {
    id: `${id}.update`,
    httpMethod: 'PUT',
    doc: 'Sets attributes and callback URL of an app, and makes one more key for products; or sets its status (204).',
    resource: app,
    query: { action },
    request: appGroupAppMessage,
    response: appGroupAppMessage,
  },
  {
    id: `${id}.delete`,
    httpMethod: 'DELETE',
    doc: 'Deletes an app with all its keys. Answers with the app as it was.',
    resource: app,
    response: appGroupAppMessage,
  },
  // The PHP client calls these (compat/x.md §1.7).
  ...unlisted([
    {
      id: `${id}.setStatus`,
      httpMethod: 'POST',
      doc: 'Approves or revokes an app. Answers 204.',
      resource: app,
      query: { action },
      response: emptyMessage,
    },
    ...attributeMethodsOf({ id, resource: app, noun: 'an app', setter: 'set' }),
  ]),
];
