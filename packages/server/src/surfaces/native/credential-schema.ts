import { Type } from '@sinclair/typebox';
import { overlapSecondsMax } from '../../domain/credential-rotation.ts';
import { closed, component, identity, nullable, property, stamps } from './schema.ts';

const keyProduct = Type.Object({ name: Type.String(), status: Type.String() });
const keyMembers = {
  id: Type.String({ description: 'Of the credential; not the key itself.' }),
  status: Type.String({ description: 'What Apigee shows: approved, revoked or pending.' }),
  issuedAt: Type.String({ format: 'date-time' }),
  expiresAt: nullable(Type.String({ format: 'date-time', description: 'null: never.' })),
  products: Type.Array(keyProduct),
  successorId: nullable(Type.String({ description: 'The credential that a rotation put beside this one.' })),
};
const standing = {
  effective: Type.Boolean({ description: 'Whether the key works now.' }),
  reason: nullable(Type.String({ description: 'The first reason why not, e.g. `developer.inactive`.' })),
  app: Type.Object(identity),
  owner: Type.Object({ kind: Type.String({ description: 'developer or company.' }), ...identity }),
};

export const credentialStanding = component(
  Type.Object(
    { ...keyMembers, ...standing, ...stamps },
    { $id: 'CredentialStanding', description: 'A consumer key, and whether it works.' },
  ),
);

export const expiringCredential = component(
  Type.Object(
    {
      ...keyMembers,
      ...standing,
      keyHint: Type.String({ description: 'The first characters of the key; the app has the rest.' }),
      ...stamps,
    },
    { $id: 'ExpiringCredential', description: 'A consumer key that ends, and whether it works.' },
  ),
);

export const rotationDraft = Type.Object(
  {
    consumerKey: Type.Optional(Type.String({ description: 'The key, in the body so that no log holds it.' })),
    id: Type.Optional(Type.String({ description: 'Or the id of the credential, as lists tell it.' })),
    overlapSeconds: Type.Optional(
      Type.Integer({ description: `While both keys work, ${overlapSecondsMax} at most; 0: the old one ends now.` }),
    ),
    expiresInSeconds: Type.Optional(
      Type.Integer({
        description: 'That the new key lives; -1: for ever. Absent: as long as the old one was made to.',
      }),
    ),
    newConsumerKey: Type.Optional(Type.String({ description: 'A key of your own; made where absent.' })),
    newConsumerSecret: Type.Optional(Type.String({ description: 'A secret of your own; made where absent.' })),
  },
  closed,
);

export const rotatedCredential = component(
  Type.Object(
    {
      credential: Type.Object({
        ...keyMembers,
        consumerKey: Type.String(),
        consumerSecret: Type.Optional(
          Type.String({ description: 'Absent from the answer to a retry where secrets are shown once.' }),
        ),
        scopes: Type.Array(Type.String()),
        attributes: Type.Array(property),
        ...stamps,
      }),
      former: Type.Object({ ...keyMembers, ...stamps }, { description: 'The old key, which ends as it says.' }),
      app: Type.Object({ id: Type.String(), name: Type.String() }),
      owner: Type.Object({ kind: Type.String(), name: Type.String() }),
      replayed: Type.Boolean({ description: 'Whether this is the answer to a retry, and nothing was done.' }),
    },
    { $id: 'RotatedCredential', description: 'The new key beside the old one.' },
  ),
);
