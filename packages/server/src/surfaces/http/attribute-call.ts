import type { Attribute, AttributeDraft } from '../../domain/attribute.ts';
import {
  type AttributeHolder,
  type Carrier,
  deleteAttributeOf,
  getAttributeOf,
  listAttributesOf,
  replaceAttributesOf,
  setAttributeOf,
} from '../../operations/attribute.ts';
import type { Visit } from './visit.ts';

/** The operations on the attributes of one noun, found by the parameters of its path. */
export interface AttributeCalls<Params> {
  list(at: Visit<Params>): Promise<readonly Attribute[]>;
  replace(at: Visit<Params>, drafts: readonly AttributeDraft[]): Promise<readonly Attribute[]>;
  get(at: Visit<Params>, name: string): Promise<Attribute>;
  set(at: Visit<Params>, draft: AttributeDraft): Promise<Attribute>;
  remove(at: Visit<Params>, name: string): Promise<Attribute>;
}

/** The calls on an entity that is told by its holder alone. */
export function callsOnHolder<Params, E extends Carrier>(
  holderOf: (at: Visit<Params>) => AttributeHolder<E>,
): AttributeCalls<Params> {
  return {
    list: (at) => listAttributesOf(at.plane, holderOf(at)),
    replace: (at, drafts) => replaceAttributesOf(at.plane, at.call, holderOf(at), drafts),
    get: (at, name) => getAttributeOf(at.plane, holderOf(at), name),
    set: (at, draft) => setAttributeOf(at.plane, at.call, holderOf(at), draft),
    remove: (at, name) => deleteAttributeOf(at.plane, at.call, holderOf(at), name),
  };
}
