import type { App } from '../domain/app.ts';
import type { Credential } from '../domain/credential.ts';
import { decideEffectiveStatus, type EffectiveStatus } from '../domain/effective-status.ts';
import { requiresProducts } from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreView } from '../ports/store.ts';
import { authorize, type Call } from './call.ts';
import type { Plane } from './plane.ts';

/** A key with all that decides whether it works. */
export interface CredentialStanding {
  readonly credential: Credential;
  readonly app: App;
  readonly owner: CredentialOwner;
  readonly standing: EffectiveStatus;
}

export interface CredentialOwner {
  readonly kind: App['owner']['kind'];
  readonly id: string;
  /** E-mail of the developer, or name of the company. */
  readonly name: string;
  readonly status: 'active' | 'inactive';
}

/**
 * Tells of a key whether it works now, and why not. Whoever may read the apps of the organization may ask.
 * @throws Problem auth.forbidden, credential.not-found
 */
export async function findCredentialStanding(
  plane: Plane,
  call: Call,
  consumerKey: string,
): Promise<CredentialStanding> {
  authorize(call, 'get', ['apps']);
  return plane.store.snapshot(async (view) => {
    const organizationId = call.organization.id;
    const credential = await view.credentials.findByKey(organizationId, consumerKey);
    const app = credential && (await view.apps.find(organizationId, credential.appId));
    const owner = app && (await findOwner(view, app));
    if (credential === undefined || app === undefined || owner === undefined) {
      throw new Problem('credential.not-found', {});
    }
    return judgeCredential(call, { credential, app, owner, now: plane.clock.now() });
  });
}

/** What is known of a key, with the answer whether it works at that moment. */
export function judgeCredential(
  { organization }: Call,
  { now, ...facts }: Omit<CredentialStanding, 'standing'> & { readonly now: number },
): CredentialStanding {
  const productlessKeys = requiresProducts(organization) ? 'refused' : 'work';
  return { ...facts, standing: decideEffectiveStatus({ ...facts, productlessKeys, now }) };
}

async function findOwner(view: StoreView, { organizationId, owner }: App): Promise<CredentialOwner | undefined> {
  if (owner.kind === 'developer') {
    const developer = await view.developers.find(organizationId, owner.id);
    return developer && { ...owner, name: developer.email, status: developer.status };
  }
  const company = await view.companies.find(organizationId, owner.id);
  return company && { ...owner, name: company.name, status: company.status };
}
