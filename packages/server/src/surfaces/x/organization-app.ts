import { type AppView, parseAppStatus } from '../../domain/app.ts';
import { parseCredentialStatus } from '../../domain/credential.ts';
import { getOrganizationApp, listOrganizationApps, organizationAppPageMax } from '../../operations/organization-app.ts';
import type { Visit } from '../http/visit.ts';
import { parseAppFilter } from './app-filter.ts';
import { encodeOrganizationApp } from './app-view.ts';
import type { MessageOutput } from './message.ts';
import { organizationAppMethods } from './method/organization-app.ts';
import { answer, createRoutes, type Handlers, visit, type XRoute } from './route.ts';
import { appMessage, listOfAppsMessage } from './schema/app.ts';

interface ListQuery {
  readonly apiProduct?: string;
  readonly expand?: boolean;
  readonly filter?: string;
  readonly ids?: string;
  readonly includeCred?: boolean;
  readonly keyStatus?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly rows?: number;
  readonly startKey?: string;
  readonly status?: string;
}

/** Pages by token where the caller asks for them so, else by `startKey` (compat/x.md §1.0, "Paging"). */
const list = visit(async (at: Visit<unknown, ListQuery>) => {
  const { expand = false, includeCred = true, filter, ids, keyStatus, status, apiProduct } = at.query;
  const tokens = at.query.pageSize !== undefined || at.query.pageToken !== undefined;
  const { apps, next, total } = await listOrganizationApps(at.plane, at.call, {
    filter: {
      apiProduct,
      ids: ids?.split(',').filter((id) => id !== ''),
      keyStatus: keyStatus === undefined ? undefined : parseCredentialStatus(keyStatus, 'keyStatus'),
      status: status === undefined ? undefined : parseAppStatus(status, 'status'),
      ...(filter === undefined ? undefined : parseAppFilter(filter)),
    },
    limit: limitOf(at.query),
    limitField: at.query.rows === undefined ? 'pageSize' : 'rows',
    startKey: at.query.startKey,
    token: at.query.pageToken,
    withCredentials: expand && includeCred,
    withTotal: tokens,
  });
  const app = apps.map((view) => (expand ? encodeOrganizationApp(view) : encodeBriefly(view, filter !== undefined)));
  return answer(at, listOfAppsMessage, { app, ...(tokens && { nextPageToken: next, totalSize: total }) });
});

/** 0 stands for "not set", as everywhere in proto3; above the most there is, the most (compat/x.md §1.5). */
function limitOf({ pageSize, rows }: ListQuery): number | undefined {
  if (rows !== undefined) return rows;
  return pageSize === undefined || pageSize === 0 ? undefined : Math.min(pageSize, organizationAppPageMax);
}

/** Who filters looks for the name among what is found (compat/x.md §1.5). */
function encodeBriefly({ app }: AppView, withName: boolean): MessageOutput<typeof appMessage> {
  return { appId: app.id, name: withName ? app.name : undefined };
}

const get = visit(async (at: Visit<{ readonly appsId: string }>) =>
  answer(at, appMessage, encodeOrganizationApp(await getOrganizationApp(at.plane, at.call, at.params.appsId))),
);

const handlers: Handlers = {
  'apigee.organizations.apps.list': list,
  'apigee.organizations.apps.get': get,
};

export const organizationAppRoutes: readonly XRoute[] = createRoutes(organizationAppMethods, handlers);
