import { type Static, type TProperties, Type } from '@sinclair/typebox';
import type { Attribute } from '../../domain/attribute.ts';
import {
  type AttributeHolder,
  type Carrier,
  deleteAttributeOf,
  getAttributeOf,
  listAttributesOf,
  replaceAttributesOf,
  setAttributeOf,
} from '../../operations/attribute.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, type EdgeRoute, type Params, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** An entity that has attributes, as its routes are made of. */
export interface AttributeFace<E extends Carrier> {
  /** As `edge.developers.apps`. */
  readonly id: string;
  readonly tag: string;
  /** Path of the entity. */
  readonly path: string;
  readonly params: TProperties;
  /** What the summaries call it, as `an app`. */
  readonly noun: string;
  readonly holderOf: (at: Visit<Params>) => AttributeHolder<E>;
}

function answerAttribute(at: Visit, { name, value }: Attribute): Answer {
  return answer(at, { name, value }, shape.attributeDocument);
}

function answerAttributes(at: Visit, attributes: readonly Attribute[]): Answer {
  return answer(at, { attribute: [...attributes] }, shape.attributesDocument);
}

function nameOf(at: Visit<Params>): string {
  return at.params['attribute'] ?? '';
}

/** The five calls on attributes, alike for every entity (compat/edge.md §3.2, §4.2, §5). */
export function attributeRoutes<E extends Carrier>(face: AttributeFace<E>): EdgeRoute[] {
  return [...listRoutes(face), ...itemRoutes(face)];
}

function listRoutes<E extends Carrier>({ id, tag, path, params, noun, holderOf }: AttributeFace<E>): EdgeRoute[] {
  const common = { tag, path: `${path}/attributes`, status: 200 } as const;
  const response = schema.answers(200, schema.attributes);
  return [
    {
      ...common,
      id: `${id}.attributes.list`,
      method: 'GET',
      summary: `List the attributes of ${noun}`,
      schema: { params: Type.Object(params), response },
      handle: visit(async (at: Visit<Params>) => answerAttributes(at, await listAttributesOf(at.plane, holderOf(at)))),
    },
    {
      ...common,
      id: `${id}.attributes.replace`,
      method: 'POST',
      summary: `Replace all attributes of ${noun}`,
      takesBody: always,
      document: shape.attributesDocument,
      schema: { params: Type.Object(params), body: schema.attributesDraft, response },
      handle: visit(async (at: Visit<Params, unknown, Static<typeof schema.attributesDraft>>) =>
        answerAttributes(at, await replaceAttributesOf(at.plane, at.call, holderOf(at), at.body.attribute)),
      ),
    },
  ];
}

function itemRoutes<E extends Carrier>({ id, tag, path, params: own, noun, holderOf }: AttributeFace<E>): EdgeRoute[] {
  const common = { tag, path: `${path}/attributes/:attribute`, status: 200 } as const;
  const response = schema.answers(200, schema.attribute);
  const params = Type.Object({ ...own, attribute: Type.String({ description: 'Name of the attribute.' }) });
  return [
    {
      ...common,
      id: `${id}.attributes.get`,
      method: 'GET',
      summary: `Get an attribute of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) =>
        answerAttribute(at, await getAttributeOf(at.plane, holderOf(at), nameOf(at))),
      ),
    },
    {
      ...common,
      id: `${id}.attributes.set`,
      method: 'POST',
      summary: `Set an attribute of ${noun}`,
      takesBody: always,
      document: shape.attributeDocument,
      schema: { params, body: schema.attributeDraft, response },
      // The name in the path counts; clients send the value alone, or both.
      handle: visit(async (at: Visit<Params, unknown, Static<typeof schema.attributeDraft>>) => {
        const draft = { name: nameOf(at), value: at.body.value };
        return answerAttribute(at, await setAttributeOf(at.plane, at.call, holderOf(at), draft));
      }),
    },
    {
      ...common,
      id: `${id}.attributes.delete`,
      method: 'DELETE',
      summary: `Delete an attribute of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) =>
        answerAttribute(at, await deleteAttributeOf(at.plane, at.call, holderOf(at), nameOf(at))),
      ),
    },
  ];
}
