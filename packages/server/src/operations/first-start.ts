import type { Account } from '../domain/account.ts';
import type { Dialect } from '../domain/dialect.ts';
import { Problem } from '../domain/problem.ts';
import type { AccountCall } from './call.ts';
import { createEffects } from './effect.ts';
import { ensureFirstAccount, type FirstAccount } from './first-account.ts';
import { createOrganization } from './organization.ts';
import type { Plane } from './plane.ts';

export interface FirstStart {
  readonly admin: { readonly email: string; readonly password: string | undefined };
  readonly organization: { readonly name: string; readonly dialect: Dialect };
}

/** Set once the first start is through; a start that was killed half-way is finished by the next one. */
const doneSetting = 'first-start';

/**
 * Makes the first administrator and the first organization where there never were any.
 * @returns the administrator, where this very start made one
 * @throws Problem request.invalid, request.missing: a setting is wrong
 */
export async function prepareFirstStart(plane: Plane, first: FirstStart): Promise<FirstAccount | undefined> {
  if ((await plane.store.settings.get(doneSetting)) !== undefined) return undefined;
  const made = await ensureFirstAccount(plane, first.admin);
  const account = made?.account ?? (await findSysadmin(plane));
  if (account !== undefined) await ensureOrganization(plane, account, first.organization);
  await plane.store.write((transaction) => transaction.settings.set(doneSetting, 'done'));
  return made;
}

async function findSysadmin(plane: Plane): Promise<Account | undefined> {
  return (await plane.store.accounts.list({ limit: 100 })).find(({ sysadmin }) => sysadmin);
}

async function ensureOrganization(plane: Plane, account: Account, draft: FirstStart['organization']): Promise<void> {
  const call: AccountCall = {
    account,
    request: { id: 'start', uri: '', operation: 'CREATE', responseCode: 201 },
    effects: createEffects(),
  };
  try {
    await createOrganization(plane, call, draft);
  } catch (error) {
    // A start that was killed before made it, or another node did.
    if (!(error instanceof Problem) || error.code !== 'organization.exists') throw error;
  }
}
