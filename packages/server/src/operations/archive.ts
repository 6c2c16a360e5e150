import { Problem } from '../domain/problem.ts';
import type { ArchiveItem } from '../ports/store.ts';
import { type AccountCall, authorizeSysadmin } from './call.ts';
import type { Plane } from './plane.ts';
import { recordTask } from './task.ts';

/** Each plane signs with a key of its own. */
const signingKeySetting = 'token-signing-key';

/**
 * The whole content of the plane, as of one moment.
 * @throws Problem auth.forbidden
 */
export async function openBackup(plane: Plane, call: AccountCall): Promise<AsyncIterable<ArchiveItem>> {
  authorizeSysadmin(call, '/backup');
  try {
    await recordTask(plane, call, '/backup');
  } catch (error) {
    // A full disk is when a backup is wanted most.
    plane.log.warn({ err: error, account: call.account.email }, 'a backup could not be noted in the audit log');
  }
  return plane.store.archive.dump();
}

export interface Restore {
  readonly items: AsyncIterable<ArchiveItem>;
  /** Whether what the plane holds may be lost. */
  readonly replace: boolean;
}

/**
 * Replaces the content of the plane. It ends every session: tokens of `/oauth/token` and remembered passwords are
 * bound to the version of the account's password, and versions go on from a number that none ever had.
 * @throws Problem auth.forbidden, request.invalid (the plane is not empty, or the archive can't be loaded),
 *   store.unavailable
 */
export async function restoreArchive(
  plane: Plane,
  call: AccountCall,
  { items, replace }: Restore,
): Promise<{ rows: number }> {
  authorizeSysadmin(call, '/restore');
  if (!replace && !(await isEmpty(plane))) {
    throw new Problem('request.invalid', {
      field: 'replace',
      reason: 'has to be true, since this plane holds organizations or accounts, which a restore would remove',
    });
  }
  const own: OwnValues = {
    signingKey: await plane.store.settings.get(signingKeySetting),
    passwordVersionMin: Math.floor(plane.clock.now() / 1000),
  };
  const loaded = await load(plane, adaptItems(items, own));
  await recordTask(plane, call, '/restore');
  return loaded;
}

async function isEmpty({ store }: Plane): Promise<boolean> {
  const [organization] = await store.organizations.list({ limit: 1 });
  const [account] = await store.accounts.list({ limit: 1 });
  return organization === undefined && account === undefined;
}

async function load(plane: Plane, items: AsyncIterable<ArchiveItem>): Promise<{ rows: number }> {
  try {
    return await plane.store.archive.load(items);
  } catch (error) {
    if (error instanceof Problem) throw error;
    plane.log.error({ err: error }, 'an archive could not be loaded; nothing was changed');
    const reason = `can not be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`;
    throw new Problem('request.invalid', { field: 'archive', reason });
  }
}

interface OwnValues {
  readonly signingKey: string | undefined;
  /** Seconds since 1970: above every version that was counted up one by one. */
  readonly passwordVersionMin: number;
}

async function* adaptItems(items: AsyncIterable<ArchiveItem>, own: OwnValues): AsyncIterable<ArchiveItem> {
  for await (const item of items) yield item.kind === 'row' ? { ...item, row: adaptRow(item, own) } : item;
}

type Row = Extract<ArchiveItem, { kind: 'row' }>;

function adaptRow({ table, row }: Row, { signingKey, passwordVersionMin }: OwnValues): Row['row'] {
  if (table === 'account') {
    const version = Number(row['password_version']);
    return { ...row, password_version: Math.max(version + 1, passwordVersionMin) };
  }
  if (table === 'setting' && row['name'] === signingKeySetting && signingKey !== undefined) {
    return { ...row, value: signingKey };
  }
  return row;
}
