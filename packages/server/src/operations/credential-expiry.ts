import type { App } from '../domain/app.ts';
import type { Credential } from '../domain/credential.ts';
import { Problem } from '../domain/problem.ts';
import type { ExpiryMark } from '../ports/key-store.ts';
import type { StoreView } from '../ports/store.ts';
import { authorize, type Call } from './call.ts';
import { type CredentialOwner, type CredentialStanding, judgeCredential } from './credential-standing.ts';
import type { Plane } from './plane.ts';

/** Two weeks: what is looked at where nothing is said. */
const windowDefault = 14 * 86_400_000;

export interface ExpiringQuery {
  /** Milliseconds since 1970 UTC, inclusive. Absent: from now on, without what has expired. */
  readonly from?: number | undefined;
  /** Exclusive. Absent: two weeks from now. */
  readonly to?: number | undefined;
  /** `next` of the page before. */
  readonly after?: ExpiryMark | undefined;
  readonly limit: number;
}

export interface ExpiringPage {
  readonly items: readonly CredentialStanding[];
  /** Absent on the last page. */
  readonly next: ExpiryMark | undefined;
  /** Of all pages. */
  readonly total: number;
}

/**
 * Keys of the organization that expire in a window, soonest first. Whoever may read the apps of the organization may
 * ask.
 * @throws Problem auth.forbidden, request.invalid
 */
export async function listExpiringCredentials(plane: Plane, call: Call, query: ExpiringQuery): Promise<ExpiringPage> {
  authorize(call, 'get', ['apps']);
  const now = plane.clock.now();
  // What expires now has expired.
  const { from = now + 1, to = now + windowDefault, after, limit } = query;
  if (to < from) throw new Problem('request.invalid', { field: 'expiresBefore', reason: 'lies before expiresAfter' });
  const organizationId = call.organization.id;
  return plane.store.snapshot(async (view) => {
    const found = await view.credentials.listExpiring(organizationId, { from, to }, { after, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return {
      items: await judgeAll(view, call, { credentials: shown, now }),
      next: last?.expiresAt === undefined ? undefined : { expiresAt: last.expiresAt, id: last.id },
      total: await view.credentials.countExpiring(organizationId, { from, to }),
    };
  });
}

async function judgeAll(
  view: StoreView,
  call: Call,
  { credentials, now }: { readonly credentials: readonly Credential[]; readonly now: number },
): Promise<CredentialStanding[]> {
  if (credentials.length === 0) return [];
  const ids = [...new Set(credentials.map(({ appId }) => appId))];
  const apps = await view.apps.list(call.organization.id, { ids }, { limit: ids.length });
  const owners = await findOwners(view, call, apps);
  const appById = new Map(apps.map((app) => [app.id, app]));
  return credentials.flatMap((credential) => {
    const app = appById.get(credential.appId);
    const owner = app && owners.get(app.owner.id);
    return app === undefined || owner === undefined ? [] : [judgeCredential(call, { credential, app, owner, now })];
  });
}

async function findOwners(view: StoreView, call: Call, apps: readonly App[]): Promise<Map<string, CredentialOwner>> {
  const organizationId = call.organization.id;
  const idsOf = (kind: App['owner']['kind']) => [
    ...new Set(apps.filter(({ owner }) => owner.kind === kind).map(({ owner }) => owner.id)),
  ];
  const [developers, companies] = await Promise.all([
    view.developers.listByIds(organizationId, idsOf('developer')),
    Promise.all(idsOf('company').map((id) => view.companies.find(organizationId, id))),
  ]);
  const owners = new Map<string, CredentialOwner>();
  for (const { id, email, status } of developers) owners.set(id, { kind: 'developer', id, name: email, status });
  for (const company of companies) {
    if (company === undefined) continue;
    const { id, name, status } = company;
    owners.set(id, { kind: 'company', id, name, status });
  }
  return owners;
}
