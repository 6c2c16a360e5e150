import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { QueryScope } from '../../ports/query.ts';
import type { SessionParts } from './session-part.ts';

/**
 * A session that sees and changes one organization alone, whatever its account may besides.
 * @throws SqlError 3D000 where the account may see no such organization
 */
export async function limitToOrganization(parts: SessionParts, name: string): Promise<SessionParts> {
  const { organizations } = await parts.scope();
  if (!organizations.some((each) => each.name === name)) {
    throw new SqlError('3D000', `database "${name}" does not exist: there is no such organization for this account`, {
      hint: 'Database "claviger" shows all organizations that the account may see.',
    });
  }
  return {
    ...parts,
    scope: createNarrowScope(parts.scope, name),
    callMethod: (call) => {
      if (findOrganization(call.url) === name) return parts.callMethod(call);
      throw new SqlError(sqlStates.notAllowed, `this session is limited to organization "${name}"`);
    },
  };
}

/** An engine knows a scope again by its being the same object. */
function createNarrowScope(find: SessionParts['scope'], name: string): SessionParts['scope'] {
  let last: { readonly of: QueryScope; readonly scope: QueryScope } | undefined;
  return async (account) => {
    const of = await find(account);
    if (last?.of !== of) last = { of, scope: { organizations: of.organizations.filter((each) => each.name === name) } };
    return last.scope;
  };
}

/** `/x/v1/organizations/acme/…`, as OpenAPI's paths of the dialects are. */
function findOrganization(url: string): string | undefined {
  const written = /^\/(?:x|edge)\/v1\/(?:organizations|o)\/([^/?]+)/.exec(url)?.[1];
  return written === undefined ? undefined : decodeURIComponent(written);
}
