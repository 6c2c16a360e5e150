import { isDeepStrictEqual } from 'node:util';
import type { Attribute } from '../../../src/domain/attribute.ts';
import { countDone } from './app-check.ts';
import type { ChangeRow, DeveloperRow, Image } from './image.ts';
import { type DeveloperState, type Ledger, type SharedCell, type Slot, slotNameOf } from './ledger.ts';

export interface Verdict {
  /** What contradicts the ledger, or itself; empty: all is well. */
  readonly findings: readonly string[];
  /** Unanswered calls that were done after all. */
  readonly unansweredDone: number;
}

export interface CheckOptions {
  /** Whether the engine draws sequences without a gap. PostgreSQL skips some when it crashes. */
  readonly gaps: 'never' | 'after a crash';
}

/**
 * Holds what lies in the store against what the writers were told. Every acknowledged call is there, once; a call that
 * was not answered is there whole or not at all; rows, versions, change log and audit tell one story.
 */
export function checkImage(image: Image, ledger: Ledger, { gaps }: CheckOptions): Verdict {
  const findings: string[] = [...ledger.refused.map((refusal) => `refused: ${refusal}`)];
  const bySlot = Map.groupBy(image.developers, ({ email }) => slotNameOf(email));
  let unansweredDone = 0;
  for (const slot of ledger.slots.values()) {
    const rows = bySlot.get(slot.name) ?? [];
    if (rows.length > 1) findings.push(`${slot.name}: two developers`);
    else if (checkSlot(slot, rows[0], findings)) unansweredDone += 1;
  }
  for (const { email } of image.developers) {
    const made = ledger.slots.has(slotNameOf(email)) || ledger.shared.has(email) || ledger.appSlots.has(email);
    if (!made) findings.push(`${email}: nobody made him`);
  }
  for (const email of ledger.shared) if (!bySlot.has(email)) findings.push(`${email}: lost`);
  for (const cell of ledger.cells.values()) {
    if (checkCell(cell, bySlot.get(cell.email)?.[0], findings)) unansweredDone += 1;
  }
  checkSequences(image.changes, gaps, findings);
  checkVersions(image, findings);
  checkAudit(image, { ledger, unansweredDone }, findings);
  return { findings, unansweredDone };
}

function toState(row: DeveloperRow | undefined): DeveloperState | undefined {
  return (
    row && {
      id: row.id,
      email: row.email,
      firstName: row.first_name,
      lastName: row.last_name,
      userName: row.user_name ?? '',
      status: row.status as DeveloperState['status'],
      attributes: JSON.parse(row.attributes) as Attribute[],
      version: row.version,
    }
  );
}

/** True where the slot's unanswered call was done. */
function checkSlot(slot: Slot, row: DeveloperRow | undefined, findings: string[]): boolean {
  const found = toState(row);
  if (isDeepStrictEqual(found, slot.state)) return false;
  const possible = slot.unanswered;
  if (possible !== undefined) {
    // Of a create that was not answered nobody knows the id.
    const expected = possible.state?.id === '' && found ? { ...possible.state, id: found.id } : possible.state;
    if (isDeepStrictEqual(found, expected)) return true;
  }
  findings.push(
    `${slot.name}: found ${JSON.stringify(found)}, acknowledged ${JSON.stringify(slot.state)}` +
      (possible ? `, possible ${JSON.stringify(possible.state)}` : ''),
  );
  return false;
}

function checkCell(cell: SharedCell, row: DeveloperRow | undefined, findings: string[]): boolean {
  const value = toState(row)?.attributes.find(({ name }) => name === cell.name)?.value;
  if (value === cell.value) return false;
  if (cell.unanswered !== undefined && value === cell.unanswered) return true;
  findings.push(`attribute ${cell.name} of ${cell.email}: found ${value}, acknowledged ${cell.value}`);
  return false;
}

function checkSequences(changes: readonly ChangeRow[], gaps: CheckOptions['gaps'], findings: string[]): void {
  let last = 0;
  for (const { sequence } of changes) {
    if (sequence <= last) findings.push(`sequence ${sequence} comes after ${last}`);
    if (sequence > last + 1 && gaps === 'never') findings.push(`no change between ${last} and ${sequence}`);
    last = sequence;
  }
}

/** An entity's changes are its versions, each once and in order, and end with the row, or with its deletion. */
function checkVersions({ changes, developers }: Image, findings: string[]): void {
  const versions = new Map(developers.map(({ id, version }) => [id, version]));
  const byEntity = Map.groupBy(
    changes.filter(({ noun }) => noun === 'developer'),
    ({ entity_id }) => entity_id,
  );
  for (const [id, own] of byEntity) {
    const deleted = own.at(-1)?.kind === 'delete';
    const puts = deleted ? own.slice(0, -1) : own;
    const inOrder = puts.every(({ kind, version }, at) => kind === 'put' && version === at + 1);
    const last = own.at(-1)?.version;
    if (!inOrder || last !== puts.length) findings.push(`developer ${id}: changes ${JSON.stringify(own)}`);
    if (deleted === versions.has(id)) findings.push(`developer ${id}: his last change and his row disagree`);
    else if (!deleted && versions.get(id) !== last) {
      findings.push(`developer ${id}: version ${versions.get(id)}, last change ${last}`);
    }
  }
  for (const { id, email } of developers) if (!byEntity.has(id)) findings.push(`${email}: a row without a change`);
}

interface Told {
  readonly ledger: Ledger;
  readonly unansweredDone: number;
}

function checkAudit({ audit, changes }: Image, { ledger, unansweredDone }: Told, findings: string[]): void {
  const entries = audit.filter(({ resource }) => /^\/developers(?!\/[^/]+\/apps)/.test(resource));
  const counts = new Map<string, number>();
  for (const { request_id } of entries) counts.set(request_id, (counts.get(request_id) ?? 0) + 1);
  for (const [id, count] of counts) if (count > 1) findings.push(`${count} audit entries of request ${id}`);
  for (const id of ledger.acknowledged) if (!counts.has(id)) findings.push(`no audit entry of request ${id}`);
  const changed = changes.filter(({ noun }) => noun === 'developer').length;
  if (changed !== entries.length) findings.push(`${changed} changes of developers, ${entries.length} audit entries`);
  const told = ledger.acknowledged.size + unansweredDone + countDone(ledger, false);
  if (entries.length !== told) findings.push(`${entries.length} audit entries, ${told} calls that were done`);
}
