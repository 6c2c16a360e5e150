import type { Ruling } from '../../ports/verifier.ts';

type Verdict = Ruling['verdict'];
type Allowed = Extract<Verdict, { allowed: true }>;

/** A ruling as JSON has it. Names what it tells, member by member, so that nothing else ever gets out (G9). */
export function formatRuling({ verdict, fault, checks, variables }: Ruling): object {
  if (!verdict.allowed) return { allowed: false, reason: verdict.reason, fault, checks };
  const told = variables && Object.fromEntries(variables);
  return { ...formatAllowed(verdict), variables: told, checks };
}

function formatAllowed(verdict: Allowed): object {
  const { credential, app, match } = verdict;
  const quota = match?.quota;
  return {
    allowed: true,
    credential: {
      id: credential.id,
      issuedAt: formatTime(credential.issuedAt),
      expiresAt: credential.expiresAt === undefined ? null : formatTime(credential.expiresAt),
      attributes: credential.attributes,
      scopes: credential.scopes,
    },
    app: {
      id: app.id,
      name: app.name,
      callbackUrl: app.callbackUrl ?? null,
      attributes: app.attributes,
      scopes: app.scopes,
    },
    ...formatOwner(verdict),
    product: formatProduct(verdict),
    quota: quota ? { limit: quota.limit, interval: quota.interval ?? null, timeUnit: quota.timeUnit ?? null } : null,
    operationAttributes: match?.attributes ?? [],
  };
}

function formatOwner({ owner }: Allowed): object {
  const { id, attributes } = owner;
  if (owner.kind === 'company') {
    return { company: { id, name: owner.name, displayName: owner.displayName ?? null, attributes } };
  }
  const { email, userName, firstName, lastName } = owner;
  return { developer: { id, email, userName: userName ?? null, firstName, lastName, attributes } };
}

function formatProduct({ product }: Allowed): object | null {
  if (product === undefined) return null;
  const { id, name, displayName, attributes, scopes } = product;
  return { id, name, displayName: displayName ?? null, attributes, scopes };
}

/** A moment that no calendar has is told as the last one that it has: an imported key may say so. */
function formatTime(milliseconds: number): string {
  const limit = 8_640_000_000_000_000;
  return new Date(Math.max(-limit, Math.min(limit, milliseconds))).toISOString();
}
