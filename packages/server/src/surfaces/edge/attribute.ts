import type { Static, TObject } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { Attribute } from '../../domain/attribute.ts';
import type { Answer } from '../http/answer.ts';
import type { AttributeCalls } from '../http/attribute-call.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

export interface AttributeOwner<Params> {
  /** As `edge.developers`: what the ids of the routes begin with. */
  readonly id: string;
  /** Path of the entity. */
  readonly path: string;
  readonly tag: string;
  /** As `a developer`, for the summaries. */
  readonly noun: string;
  /** Parameters of the entity's path. */
  readonly params: TObject;
  readonly calls: AttributeCalls<Params>;
}

interface Named {
  readonly attribute: string;
}

type Draft = Static<typeof schema.attributeDraft>;
type Drafts = Static<typeof schema.attributesDraft>;

/** The five calls on attributes, which every noun that carries them has (compat/edge.md §3.2, §6). */
export function createAttributeRoutes<Params>(owner: AttributeOwner<Params>): readonly EdgeRoute[] {
  return [...createListRoutes(owner), ...createItemRoutes(owner)];
}

function createListRoutes<Params>({ id, path, tag, noun, params, calls }: AttributeOwner<Params>): EdgeRoute[] {
  const common = { path: `${path}/attributes`, tag, status: 200 };
  const response = schema.answers(200, schema.attributes);
  return [
    {
      ...common,
      id: `${id}.attributes.list`,
      method: 'GET',
      summary: `List the attributes of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params>) => answerAttributes(at, await calls.list(at))),
    },
    {
      ...common,
      id: `${id}.attributes.replace`,
      method: 'POST',
      summary: `Replace all attributes of ${noun}`,
      takesBody: always,
      document: shape.attributesDocument,
      schema: { params, body: schema.attributesDraft, response },
      handle: visit(async (at: Visit<Params, unknown, Drafts>) =>
        answerAttributes(at, await calls.replace(at, at.body.attribute)),
      ),
    },
  ];
}

function createItemRoutes<Params>(owner: AttributeOwner<Params>): EdgeRoute[] {
  const { id, path, tag, noun, calls } = owner;
  const params = Type.Object({
    ...owner.params.properties,
    attribute: Type.String({ description: 'Name of the attribute.' }),
  });
  const common = { path: `${path}/attributes/:attribute`, tag, status: 200 };
  const response = schema.answers(200, schema.attribute);
  return [
    {
      ...common,
      id: `${id}.attributes.get`,
      method: 'GET',
      summary: `Get an attribute of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params & Named>) => answerAttribute(at, await calls.get(at, at.params.attribute))),
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
      handle: visit(async (at: Visit<Params & Named, unknown, Draft>) =>
        answerAttribute(at, await calls.set(at, { name: at.params.attribute, value: at.body.value })),
      ),
    },
    {
      ...common,
      id: `${id}.attributes.delete`,
      method: 'DELETE',
      summary: `Delete an attribute of ${noun}`,
      schema: { params, response },
      handle: visit(async (at: Visit<Params & Named>) =>
        answerAttribute(at, await calls.remove(at, at.params.attribute)),
      ),
    },
  ];
}

function answerAttribute(at: Visit, { name, value }: Attribute): Answer {
  return answer(at, { name, value }, shape.attributeDocument);
}

function answerAttributes(at: Visit, attributes: readonly Attribute[]): Answer {
  return answer(at, { attribute: [...attributes] }, shape.attributesDocument);
}
