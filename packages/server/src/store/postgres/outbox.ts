import type pg from 'pg';
import type { AuditDraft } from '../../domain/audit.ts';
import type { ChangeDraft } from '../../domain/change.ts';
import { fromAudit } from '../audit.ts';
import { fromChange } from '../change.ts';

/** The advisory lock (of this database) under which sequences are drawn. */
const feedLock = 0x63_6c_61_76;
export const commitChannel = 'claviger_commit';

const takeFeedLock = { name: 'feed.lock', text: `select pg_advisory_xact_lock(${feedLock})` };
const insertChanges = {
  name: 'change.insert-many',
  text: `insert into change (organization_id, noun, entity_id, kind, version, at)
    select organization_id, noun, entity_id, kind, version, at from json_populate_recordset(null::change, $1::json)
    returning sequence`,
};
const insertEntries = {
  name: 'audit.insert-many',
  text: `insert into audit (organization_id, at, account, operation, request_uri, response_code, request_id, resource,
      request)
    select organization_id, at, account, operation, request_uri, response_code, request_id, resource, request
    from json_populate_recordset(null::audit, $1::json)`,
};
const ringOthers = { name: 'feed.ring', text: `select pg_notify('${commitChannel}', '')` };

/**
 * Sends, without waiting, all that a group appended. The feed's promise (G2) rests on the order: first the lock, then
 * the sequences, then the commit, which lets the lock go once its rows can be seen. So whoever draws a higher sequence
 * does so after all lower ones are visible. The lock is taken last of all locks, and held for one disk sync.
 * @returns the sequences drawn, in the order of `changes`
 */
export function sendOutbox(
  client: pg.Client,
  outbox: { readonly changes: readonly ChangeDraft[]; readonly entries: readonly AuditDraft[] },
  at: number,
): Promise<number[]> {
  const sent: Promise<unknown>[] = [];
  if (outbox.entries.length > 0) {
    sent.push(client.query({ ...insertEntries, values: [JSON.stringify(outbox.entries.map(fromAudit))] }));
  }
  if (outbox.changes.length === 0) return Promise.all(sent).then(() => []);
  const rows = outbox.changes.map((change) => fromChange(change, at));
  sent.push(client.query(takeFeedLock));
  const drawn = client.query<{ sequence: number }>({ ...insertChanges, values: [JSON.stringify(rows)] });
  sent.push(drawn, client.query(ringOthers));
  return Promise.all(sent).then(async () => (await drawn).rows.map(({ sequence }) => sequence).sort(ascending));
}

function ascending(left: number, right: number): number {
  return left - right;
}
