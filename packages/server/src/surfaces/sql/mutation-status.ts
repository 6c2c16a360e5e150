import { SqlError } from '../../language/sql-error.ts';
import { callMethod } from './mutation-call.ts';
import { naturalKeyOf } from './mutation-choice.ts';
import type { Callable } from './mutation-method.ts';
import type { Entity } from './mutation-returning.ts';
import { isJsonObject, type Json } from './mutation-value.ts';
import type { Work } from './mutation-work.ts';

/** What the API calls the way to a status. */
const actions: Readonly<Record<string, string>> = { approved: 'approve', revoked: 'revoke' };

export function actionOf(status: string): string {
  return actions[status] ?? status;
}

export interface WantedStatus {
  /** Of the entity that was made. */
  readonly resource: string;
  readonly action: Callable | undefined;
  /** As it was given. */
  readonly status: Json | undefined;
}

/**
 * Gives a new entity the status that was asked for: the API takes none with what it makes, and a copy of something that is
 * revoked should not be approved.
 */
export async function setStatus(work: Work, entity: Entity, wanted: WantedStatus): Promise<Entity> {
  const { resource, action, status } = wanted;
  const { json, parameters } = entity;
  const [key = '', field = ''] = naturalKeyOf(resource) ?? [];
  const name = isJsonObject(json) ? json[field] : undefined;
  if (action === undefined || typeof status !== 'string' || !isJsonObject(json) || typeof name !== 'string')
    return entity;
  if (json['status'] === status) return entity;
  const acted = new Map([...parameters, [key, name] as const, ['action', actionOf(status)] as const]);
  try {
    await callMethod(work.caller, action, { parameters: acted, body: undefined });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const hint = `${error.hint ?? ''} The row was inserted, with another status.`.trim();
    throw new SqlError(error.state, error.message, { hint });
  }
  return { ...entity, json: { ...json, status } };
}
