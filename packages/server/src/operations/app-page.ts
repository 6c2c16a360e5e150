import type { AppView } from '../domain/app.ts';
import { type AppOwnerRef, loadAppOwner } from './app-owner.ts';
import type { Call } from './call.ts';
import { cutPage, parsePageSize, type TokenPage, type TokenQuery } from './page-token.ts';
import type { Plane } from './plane.ts';

/**
 * The owner's apps with their credentials by name, bytewise, walked by tokens.
 * @throws Problem auth.forbidden, request.invalid, company.inactive, or that the owner is not found
 */
export async function pageApps(
  plane: Plane,
  call: Call,
  owner: AppOwnerRef,
  query: TokenQuery,
): Promise<TokenPage<AppView>> {
  const pageSize = parsePageSize(query.pageSize, call.rules.appPageMax);
  return plane.store.snapshot(async (view) => {
    const loaded = await loadAppOwner(view, call, { verb: 'get', owner });
    const rows = await view.apps.listOfOwner(loaded.owner, { from: query.pageToken || undefined, limit: pageSize + 1 });
    const { items, nextPageToken } = cutPage(rows, pageSize, ({ name }) => name);
    const credentials = await view.credentials.listOfApps(items.map(({ id }) => id));
    const { ownerName } = loaded;
    return {
      items: items.map((app) => ({ app, credentials: credentials.get(app.id) ?? [], ownerName })),
      nextPageToken,
    };
  });
}
