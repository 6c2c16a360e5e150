import { Type } from '@sinclair/typebox';
import { attribute, attributeDraft, component, stamps } from './schema.ts';

/** Apps and credentials as JSON: members in alphabetical order on the wire (compat/edge.md §4.1, §5). */

const credentialProduct = Type.Object({ apiproduct: Type.String(), status: Type.String() });

export const credential = component(
  Type.Object(
    {
      apiProducts: Type.Array(credentialProduct),
      attributes: Type.Array(attribute),
      consumerKey: Type.String(),
      consumerSecret: Type.Optional(Type.String({ description: 'Absent where the organization shows it once only.' })),
      expiresAt: Type.Integer({ description: 'Milliseconds since 1970 UTC; -1: never.' }),
      issuedAt: Type.Integer({ description: 'Milliseconds since 1970 UTC.' }),
      scopes: Type.Array(Type.String()),
      status: Type.String({ description: 'approved, revoked or pending.' }),
    },
    { $id: 'EdgeCredential', description: 'A consumer key with its secret, and the products that it is for.' },
  ),
);

export const app = component(
  Type.Object(
    {
      appFamily: Type.Optional(Type.String({ description: 'Absent from the answers of creation and update.' })),
      appId: Type.String(),
      attributes: Type.Array(attribute),
      callbackUrl: Type.Optional(Type.String()),
      companyName: Type.Optional(Type.String({ description: 'Of an app that belongs to a company.' })),
      createdAt: stamps.createdAt,
      createdBy: stamps.createdBy,
      credentials: Type.Optional(Type.Array(credential, { description: 'Newest first.' })),
      developerId: Type.Optional(Type.String({ description: 'Of an app that belongs to a developer.' })),
      lastModifiedAt: stamps.lastModifiedAt,
      lastModifiedBy: stamps.lastModifiedBy,
      name: Type.String(),
      scopes: Type.Array(Type.String()),
      status: Type.String({ description: 'approved or revoked.' }),
    },
    { $id: 'EdgeApp', description: 'What a developer or company registers to call APIs.' },
  ),
);

export const appList = component(Type.Object({ app: Type.Array(app) }, { $id: 'EdgeAppList' }));

/** Old pages show objects where newer ones show names (compat/edge.md §5). */
const productNames = Type.Array(Type.Union([Type.String(), Type.Object({ apiproduct: Type.String() })]), {
  description: 'Names of API products.',
});
const scopes = Type.Optional(Type.Array(Type.String()));
const attributes = Type.Optional(Type.Array(attributeDraft));

/** Members that a client may set; everything else that it sends back is ignored (compat/edge.md §4.3). */
export const appDraft = component(
  Type.Object(
    {
      apiProducts: Type.Optional(productNames),
      apiproducts: Type.Optional(productNames),
      appFamily: Type.Optional(Type.String()),
      attributes,
      callbackUrl: Type.Optional(Type.String()),
      keyExpiresIn: Type.Optional(
        Type.Integer({ description: 'Milliseconds that the key made now lives; -1: for ever.' }),
      ),
      name: Type.Optional(Type.String()),
      scopes,
      status: Type.Optional(Type.String({ description: 'Heeded when the app is made.' })),
    },
    { $id: 'EdgeAppDraft', description: 'An app as a body carries it: on creation, name is required.' },
  ),
);

export const credentialImport = component(
  Type.Object(
    {
      attributes,
      consumerKey: Type.Optional(Type.String()),
      consumerSecret: Type.Optional(Type.String({ description: 'Made where absent.' })),
      expiresInSeconds: Type.Optional(Type.Integer({ description: 'Seconds that the key lives; -1: for ever.' })),
      scopes,
    },
    { $id: 'EdgeCredentialImport', description: 'A key of your own. Products are attached afterwards.' },
  ),
);

export const credentialDraft = component(
  Type.Object(
    {
      apiProducts: Type.Optional(productNames),
      apiproducts: Type.Optional(productNames),
      attributes,
      scopes,
    },
    { $id: 'EdgeCredentialDraft', description: 'Products are added to a key, attributes and scopes replaced.' },
  ),
);
