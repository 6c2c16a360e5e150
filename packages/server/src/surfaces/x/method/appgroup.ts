import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { appGroupMessage, listAppGroupsMessage } from '../schema/appgroup.ts';
import { emptyMessage } from '../schema/empty.ts';
import { attributeMethodsOf } from './attribute.ts';

export const appGroupTemplate = 'organizations/{organizationsId}/appgroups/{appgroupsId}';

const inOrganization: ResourceParameter = {
  name: 'parent',
  template: 'organizations/{organizationsId}',
  doc: 'The organization, as organizations/myorg.',
};

const appGroup: ResourceParameter = {
  name: 'name',
  template: appGroupTemplate,
  doc: 'The app group by its name, as organizations/myorg/appgroups/partners.',
};

const action = { type: 'string', doc: 'Either active or inactive; then there is no body.' } as const;
const id = 'apigee.organizations.appgroups';

/** Served, and left out of the discovery document, which does not know them. */
export function unlisted(methods: readonly DiscoveryMethod[]): DiscoveryMethod[] {
  return methods.map((method) => ({ ...method, unlisted: true }));
}

export const appGroupMethods: readonly DiscoveryMethod[] = [
  {
    id: `${id}.list`,
    httpMethod: 'GET',
    doc: 'Tells of the app groups of an organization, ordered by name and at most 1000 at a time.',
    resource: inOrganization,
    suffix: '/appgroups',
    query: {
      filter: { type: 'string', doc: 'One of status=active, status=inactive, channelId=… and channelUri=….' },
      pageSize: { type: 'int32', doc: 'How many to answer with; 1000 where absent, 0 or more than that.' },
      pageToken: { type: 'string', doc: 'From the page before. The page begins with the last group of that one.' },
    },
    response: listAppGroupsMessage,
  },
  {
    id: `${id}.create`,
    httpMethod: 'POST',
    doc: 'Makes an app group, which is active from the start.',
    resource: inOrganization,
    suffix: '/appgroups',
    request: appGroupMessage,
    response: appGroupMessage,
  },
  {
    id: `${id}.get`,
    httpMethod: 'GET',
    doc: 'Tells of one app group.',
    resource: appGroup,
    response: appGroupMessage,
  },
  {
    id: `${id}.update`,
    httpMethod: 'PUT',
    doc: 'Sets all that a client may set of an app group, members included, or with an action its status (204).',
    resource: appGroup,
    query: { action },
    request: appGroupMessage,
    response: appGroupMessage,
  },
  {
    id: `${id}.delete`,
    httpMethod: 'DELETE',
    doc: 'Deletes an app group with its apps and keys. Answers with the group as it was.',
    resource: appGroup,
    response: appGroupMessage,
  },
  // The PHP client calls these (compat/x.md §1.7).
  ...unlisted([
    {
      id: `${id}.setStatus`,
      httpMethod: 'POST',
      doc: 'Turns an app group active or inactive. Answers 204.',
      resource: appGroup,
      query: { action },
      response: emptyMessage,
    },
    ...attributeMethodsOf({ id, resource: appGroup, noun: 'an app group', setter: 'set' }),
  ]),
];
