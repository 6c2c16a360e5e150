import { type TSchema, Type } from '@sinclair/typebox';
import { component, identity, nullable, stamps } from './schema.ts';

/** What a search finds, as JSON. */

const attributes = Type.Array(Type.Object({ name: Type.String(), value: Type.String() }));

export const foundDeveloper = component(
  Type.Object(
    {
      id: Type.String(),
      email: Type.String(),
      firstName: Type.String(),
      lastName: Type.String(),
      userName: nullable(Type.String()),
      status: Type.String({ description: 'active or inactive.' }),
      attributes,
      ...stamps,
    },
    { $id: 'FoundDeveloper', description: 'A developer.' },
  ),
);

export const foundApp = component(
  Type.Object(
    {
      ...identity,
      owner: Type.Object({
        kind: Type.String({ description: 'developer or company.' }),
        id: Type.String(),
        name: Type.String({ description: 'E-mail of the developer, name of the company.' }),
      }),
      products: Type.Array(Type.String(), { description: 'On any of its keys.' }),
      attributes,
      ...stamps,
    },
    { $id: 'FoundApp', description: 'An app.' },
  ),
);

export const foundKey = component(
  Type.Object(
    {
      id: Type.String(),
      consumerKey: Type.String(),
      effective: Type.Boolean({ description: 'Whether the key works now.' }),
      reason: nullable(Type.String({ description: 'The first reason why not, e.g. `developer.inactive`.' })),
      status: Type.String({ description: 'What Apigee shows: approved, revoked or pending.' }),
      issuedAt: Type.String({ format: 'date-time' }),
      expiresAt: nullable(Type.String({ format: 'date-time' })),
      products: Type.Array(Type.Object({ name: Type.String(), status: Type.String() })),
      attributes,
      app: Type.Object(identity),
      owner: Type.Object({ kind: Type.String({ description: 'developer or company.' }), ...identity }),
      ...stamps,
    },
    { $id: 'FoundKey', description: 'A consumer key, without its secret.' },
  ),
);

/** A page of what was found. */
export function searchPageOf(item: TSchema): TSchema {
  return Type.Object({
    items: Type.Array(item, { description: 'In the order in which they were first indexed, about that of creation.' }),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'null: this is the last page. A page before it may be short, even empty.',
    }),
    total: Type.Optional(Type.Integer({ description: 'On all pages, as the first one counted them.' })),
    totalAtLeast: Type.Optional(Type.Integer({ description: 'In place of `total`: so many or more.' })),
    complete: Type.Boolean({
      description: 'False: the index has much to catch up with, and what was written lately may be missing.',
    }),
  });
}
