import type { DiscoveryMethod } from '../discovery-method.ts';
import { appMessage, listOfAppsMessage } from '../schema/app.ts';

export const organizationAppMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.apps.list',
    httpMethod: 'GET',
    doc: 'Tells of the apps of an organization, ordered by id and at most 1000 at a time.',
    resource: {
      name: 'parent',
      template: 'organizations/{organizationsId}',
      doc: 'The organization, as organizations/myorg.',
    },
    suffix: '/apps',
    query: {
      apiProduct: { type: 'string', doc: 'Shows only apps with a key for this product.' },
      apptype: { type: 'string', doc: 'Taken and not heeded; use filter.' },
      expand: { type: 'boolean', doc: 'Whether to show all of each app, or the id alone.' },
      filter: {
        type: 'string',
        doc: 'Shows only some, as appName=weather: by developerEmail, apiProduct, consumerKey, status, appId, appName, appType (Developer or AppGroup) or appGroup.',
      },
      ids: { type: 'string', doc: 'Shows only these apps: ids, divided by commas.' },
      includeCred: { type: 'boolean', doc: 'Whether expanded apps come with their keys; true where absent.' },
      keyStatus: { type: 'string', doc: 'Shows only apps with a key that is approved or revoked.' },
      pageSize: { type: 'int32', doc: 'How many to answer with, at most 1000; a larger number counts as 1000.' },
      pageToken: { type: 'string', doc: 'The nextPageToken of the page before.' },
      rows: { type: 'int64', doc: 'How many to answer with, 1 to 1000.' },
      startKey: { type: 'string', doc: 'Id of the first app to answer with.' },
      status: { type: 'string', doc: 'Shows only apps that are approved or revoked.' },
    },
    response: listOfAppsMessage,
  },
  {
    id: 'apigee.organizations.apps.get',
    httpMethod: 'GET',
    doc: 'Tells of one app by its id, with its keys.',
    resource: {
      name: 'name',
      template: 'organizations/{organizationsId}/apps/{appsId}',
      doc: 'The app by its id, as organizations/myorg/apps/1f0c….',
    },
    response: appMessage,
  },
];
