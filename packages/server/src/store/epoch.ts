import { randomUUID } from 'node:crypto';
import type { Rebuilder } from './engine.ts';

/** Names the feed's epoch. */
export const epochSetting = 'feed.epoch';
/** Where the log of this epoch lives; elsewhere it is a copy that was restored behind our back. */
const originSetting = 'feed.origin';

/**
 * Gives the feed an epoch, where it has none or where the content was brought here by the engine's own tools: the
 * copy may lack changes that readers have already seen, and would give their sequences to others.
 */
export async function ensureEpoch(rebuilder: Rebuilder): Promise<void> {
  const settings = await rebuilder.query(
    `select name, value from setting where name in ('${epochSetting}', '${originSetting}')`,
  );
  const known = new Map(settings.map(({ name, value }) => [name, value]));
  if (known.has(epochSetting) && known.get(originSetting) === (await rebuilder.origin())) return;
  await renewEpoch(rebuilder);
}

/** Begins a new epoch: who followed another one starts over. */
export async function renewEpoch(rebuilder: Rebuilder): Promise<void> {
  // Waited for in vain up to a sequence of the former log, which says nothing of this one.
  if (await rebuilder.hasTable('verifier_lease')) await rebuilder.execute('update verifier_lease set missed = 0');
  await rebuilder.execute(`delete from setting where name in ('${epochSetting}', '${originSetting}')`);
  await rebuilder.insert('setting', { name: epochSetting, value: randomUUID() });
  await rebuilder.insert('setting', { name: originSetting, value: await rebuilder.origin() });
  await rebuilder.finish();
}
