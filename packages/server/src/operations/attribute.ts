import {
  type Attribute,
  type AttributeDraft,
  findAttribute,
  parseAttribute,
  parseAttributes,
  removeAttribute,
  setAttribute,
} from '../domain/attribute.ts';
import type { Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { type Stamp, stampChanged } from '../domain/stamp.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { authorship, type Call, commit } from './call.ts';
import type { Plane } from './plane.ts';

/** What carries attributes: every noun has the same five calls on them. */
export interface Carrier extends Stamp {
  readonly attributes: readonly Attribute[];
}

/** How the calls on attributes find and keep the one entity that they are about. */
export interface AttributeHolder<E extends Carrier> {
  /**
   * Finds and authorises.
   * @param below segments below the entity, for the permission
   * @throws Problem auth.forbidden, and the noun's own where it does not exist
   */
  load(view: StoreView, verb: Verb, below: readonly string[]): Promise<E>;
  /** Writes the next state, and records the change. */
  save(transaction: StoreTransaction, next: E, record: AttributeRecord): Promise<void>;
  /** The entity in an error, e.g. the developer's e-mail. */
  name(entity: E): string;
}

export interface AttributeRecord {
  readonly below: readonly string[];
  /** Verifiers hand attributes on, and no verdict hangs on one. */
  readonly takesAway: false;
  readonly request: object;
}

/** @throws Problem as `load` does */
export async function listAttributesOf<E extends Carrier>(
  plane: Plane,
  holder: AttributeHolder<E>,
): Promise<readonly Attribute[]> {
  return (await holder.load(plane.store, 'get', ['attributes'])).attributes;
}

/** @throws Problem attribute.not-found, and as `load` does */
export async function getAttributeOf<E extends Carrier>(
  plane: Plane,
  holder: AttributeHolder<E>,
  name: string,
): Promise<Attribute> {
  return requireAttribute(holder, await holder.load(plane.store, 'get', ['attributes', name]), name);
}

/**
 * Replaces the whole list.
 * @throws Problem attribute.too-many, request.missing, request.invalid, and as `load` does
 */
export async function replaceAttributesOf<E extends Carrier>(
  plane: Plane,
  call: Call,
  holder: AttributeHolder<E>,
  drafts: readonly AttributeDraft[],
): Promise<readonly Attribute[]> {
  const attributes = parseAttributes(drafts, call.rules, 'attribute');
  return editAttributes(plane, call, holder, { below: ['attributes'], verb: 'put', edit: () => attributes });
}

/**
 * Sets one attribute, new or not.
 * @throws Problem attribute.too-many, request.missing, request.invalid, and as `load` does
 */
export async function setAttributeOf<E extends Carrier>(
  plane: Plane,
  call: Call,
  holder: AttributeHolder<E>,
  draft: AttributeDraft,
): Promise<Attribute> {
  const attribute = parseAttribute(draft, '');
  const edit = (entity: E) => setAttribute(entity.attributes, attribute, call.rules.attributesMax);
  await editAttributes(plane, call, holder, { below: ['attributes', attribute.name], verb: 'put', edit });
  return attribute;
}

/**
 * @returns the attribute as it was
 * @throws Problem attribute.not-found, and as `load` does
 */
export async function deleteAttributeOf<E extends Carrier>(
  plane: Plane,
  call: Call,
  holder: AttributeHolder<E>,
  name: string,
): Promise<Attribute> {
  let removed: Attribute = { name, value: '' };
  const edit = (entity: E) => {
    removed = requireAttribute(holder, entity, name);
    return removeAttribute(entity.attributes, name);
  };
  await editAttributes(plane, call, holder, { below: ['attributes', name], verb: 'delete', edit });
  return removed;
}

interface AttributeEdit<E> {
  readonly below: readonly string[];
  readonly verb: Verb;
  readonly edit: (entity: E) => Attribute[];
}

async function editAttributes<E extends Carrier>(
  plane: Plane,
  call: Call,
  holder: AttributeHolder<E>,
  { below, verb, edit }: AttributeEdit<E>,
): Promise<readonly Attribute[]> {
  return commit(plane, call, async (transaction) => {
    const current = await holder.load(transaction, verb, below);
    const attributes = edit(current);
    const { at, by } = authorship(plane, call);
    const next = { ...current, attributes, ...stampChanged(current, at, by) };
    await holder.save(transaction, next, { below, takesAway: false, request: { attributes } });
    return attributes;
  });
}

function requireAttribute<E extends Carrier>(holder: AttributeHolder<E>, entity: E, name: string): Attribute {
  const attribute = findAttribute(entity.attributes, name);
  if (attribute !== undefined) return attribute;
  throw new Problem('attribute.not-found', { attribute: name, owner: holder.name(entity) });
}
