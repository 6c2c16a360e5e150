import type { RecordChange } from '../../ports/verification.ts';

/**
 * A record as the feed has it (packages/verify/SPEC.md, "On the wire"), without the braces: what goes before it differs.
 * Neither a consumer key nor a secret is in a record (ports/verification.ts).
 */
export function encodeRecord(change: RecordChange): string {
  const { noun, id, record } = change;
  const text = `"noun":"${noun}","id":${JSON.stringify(id)},"record":${JSON.stringify(record ?? null)}`;
  if (!('hash' in change)) return text;
  return `${text},"hash":"${Buffer.from(change.hash, 'latin1').toString('hex')}"`;
}
