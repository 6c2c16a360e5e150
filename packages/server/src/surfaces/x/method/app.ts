import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { developerAppMessage, listOfDeveloperAppsMessage } from '../schema/app.ts';
import { attributeMethodsOf } from './attribute.ts';

const developerTemplate = 'organizations/{organizationsId}/developers/{developersId}';
export const developerAppTemplate = `${developerTemplate}/apps/{appsId}`;

const ofDeveloper: ResourceParameter = {
  name: 'parent',
  template: developerTemplate,
  doc: 'The developer by e-mail or id, as organizations/myorg/developers/ann@example.com.',
};

const app: ResourceParameter = {
  name: 'name',
  template: developerAppTemplate,
  doc: 'The app by its name, as organizations/myorg/developers/ann@example.com/apps/weather.',
};

const id = 'apigee.organizations.developers.apps';

export const developerAppMethods: readonly DiscoveryMethod[] = [
  {
    id: `${id}.list`,
    httpMethod: 'GET',
    doc: 'Tells of the apps of a developer, ordered by name.',
    resource: ofDeveloper,
    suffix: '/apps',
    query: {
      expand: { type: 'boolean', doc: 'Whether to show all of each app, or the name alone.' },
      shallowExpand: { type: 'boolean', doc: 'As expand.' },
      count: { type: 'int64', doc: 'How many to answer with, 1 to 1000; 100 where absent.' },
      startKey: { type: 'string', doc: 'Name of the first app to answer with.' },
    },
    response: listOfDeveloperAppsMessage,
  },
  {
    id: `${id}.create`,
    httpMethod: 'POST',
    doc: 'Makes an app with one key, for the products that are named or for none.',
    resource: ofDeveloper,
    suffix: '/apps',
    request: developerAppMessage,
    response: developerAppMessage,
  },
  {
    id: `${id}.get`,
    httpMethod: 'GET',
    doc: 'Tells of one app, with its keys.',
    resource: app,
    query: {
      entity: { type: 'string', doc: 'Taken and not heeded.' },
      query: { type: 'string', doc: 'Taken and not heeded.' },
    },
    response: developerAppMessage,
  },
  {
    id: `${id}.update`,
    httpMethod: 'PUT',
    doc: 'Sets attributes and callback URL of an app. Products make one more key. Name and status stay as they are.',
    resource: app,
    request: developerAppMessage,
    response: developerAppMessage,
  },
  {
    id: `${id}.generateKeyPairOrUpdateDeveloperAppStatus`,
    httpMethod: 'POST',
    doc: 'With an action, approves or revokes an app and answers 204. Without, the same as an update.',
    resource: app,
    query: { action: { type: 'string', doc: 'Either approve or revoke; then there is no body.' } },
    request: developerAppMessage,
    response: developerAppMessage,
  },
  {
    id: `${id}.delete`,
    httpMethod: 'DELETE',
    doc: 'Deletes an app with all its keys. Answers with the app as it was.',
    resource: app,
    response: developerAppMessage,
  },
  ...attributeMethodsOf({ id, resource: app, noun: 'an app', setter: 'updateDeveloperAppAttribute' }),
];
