import { type Static, type TProperties, Type } from '@sinclair/typebox';
import type { Attribute } from '../../domain/attribute.ts';
import {
  type AttributeHost,
  deleteAttribute,
  getAttribute,
  listAttributes,
  putAttribute,
  replaceAttributes,
} from '../../operations/attribute.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** Path parameters by name; the route's schema holds for them. */
export type Params = Readonly<Record<string, string>>;

/** An entity that has attributes, as its routes are made of. */
export interface AttributeFace {
  /** As `edge.developers.apps`. */
  readonly id: string;
  readonly tag: string;
  /** Path of the entity. */
  readonly path: string;
  readonly params: TProperties;
  /** What the summaries call it, as `an app`. */
  readonly noun: string;
  readonly hostOf: (at: Visit<Params>) => AttributeHost;
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
export function attributeRoutes(face: AttributeFace): EdgeRoute[] {
  return [...listRoutes(face), ...itemRoutes(face)];
}

function listRoutes({ id, tag, path, params, noun, hostOf }: AttributeFace): EdgeRoute[] {
  const common = { tag, path: `${path}/attributes`, status: 200 } as const;
  const response = schema.answers(200, schema.attributes);
  return [
    {
      ...common,
      id: `${id}.attributes.list`,
      method: 'GET',
      summary: `List the attributes of ${noun}`,
      schema: { params: Type.Object(params), response },
      handle: visit(async (at: Visit<Params>) => answerAttributes(at, await listAttributes(hostOf(at)))),
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
        answerAttributes(at, await replaceAttributes(hostOf(at), at.call, at.body.attribute)),
      ),
    },
  ];
}

function itemRoutes({ id, tag, path, params: own, noun, hostOf }: AttributeFace): EdgeRoute[] {
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
      handle: visit(async (at: Visit<Params>) => answerAttribute(at, await getAttribute(hostOf(at), nameOf(at)))),
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
        return answerAttribute(at, await putAttribute(hostOf(at), at.call, draft));
      }),
    },
    {
      ...common,
      id: `${id}.attributes.delete`,
      method: 'DELETE',
      summary: `Delete an attribute of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) => answerAttribute(at, await deleteAttribute(hostOf(at), nameOf(at)))),
    },
  ];
}
