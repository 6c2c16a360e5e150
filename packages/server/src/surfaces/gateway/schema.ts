import { Type } from '@sinclair/typebox';

/** What gateways ask and are answered. Times are RFC 3339. */

const closed = { additionalProperties: false };
const text = (description: string, maxLength = 2048) => Type.Optional(Type.String({ description, maxLength }));

/** Ours, and more than any gateway batches; the body's size is bounded besides. */
const requestsMax = 1000;

const operation = Type.Object(
  {
    kind: Type.Union(['graphql', 'grpc', 'llm', 'payload'].map((kind) => Type.Literal(kind))),
    type: text('graphql: query or mutation. Required there.'),
    name: text('graphql: name of the operation.'),
    service: text('grpc: the service. Required there.'),
    method: text('grpc: the method. Required there.'),
    model: text('llm: the model.'),
    operation: text('payload: the operation. Required there.'),
  },
  { ...closed, description: 'What the call does, where a path does not tell.' },
);

const question = {
  key: Type.Optional(Type.String({ description: 'The consumer key that came with the call; absent: none came.' })),
  environment: text('Where the call arrived. A product that is limited to environments wants one.'),
  proxy: text('The API: proxy or remote service. A product that is limited to proxies wants one.'),
  path: Type.Optional(
    Type.String({
      description:
        'Path of the call as the request line has it: beneath the base path of the API, or with `basePath` whole.',
    }),
  ),
  basePath: text('Where the API begins, as `/weather/v1`. A path that is not beneath it is refused.'),
  method: text('Verb of the call.', 64),
  operation: Type.Optional(operation),
  explain: Type.Optional(Type.Boolean({ description: 'Tell every step of the decision, with its facts.' })),
  policy: text('Answer the flow variables of a VerifyAPIKey policy of this name.', 255),
};

export const verifyBody = Type.Object(
  {
    ...question,
    requests: Type.Optional(
      Type.Array(Type.Object(question, closed), {
        minItems: 1,
        maxItems: requestsMax,
        description: 'Many questions at once, in place of one.',
      }),
    ),
  },
  closed,
);

const attributes = Type.Array(Type.Object({ name: Type.String(), value: Type.String() }));
const nullableText = Type.Union([Type.String(), Type.Null()]);
const scopes = Type.Array(Type.String());
const nullable = (schema: ReturnType<typeof Type.Object>) => Type.Union([schema, Type.Null()]);

const checks = Type.Optional(
  Type.Array(
    Type.Object({
      check: Type.String(),
      passed: Type.Boolean(),
      facts: Type.Record(Type.String(), Type.Unknown()),
    }),
    { description: 'The steps of the decision. Never the key.' },
  ),
);

const allowed = Type.Object(
  {
    allowed: Type.Literal(true),
    credential: Type.Object({
      id: Type.String(),
      issuedAt: Type.String({ format: 'date-time' }),
      expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'null: never.' }),
      attributes,
      scopes,
    }),
    app: Type.Object({ id: Type.String(), name: Type.String(), callbackUrl: nullableText, attributes, scopes }),
    developer: Type.Optional(
      Type.Object({
        id: Type.String(),
        email: Type.String(),
        userName: nullableText,
        firstName: Type.String(),
        lastName: Type.String(),
        attributes,
      }),
    ),
    company: Type.Optional(
      Type.Object({ id: Type.String(), name: Type.String(), displayName: nullableText, attributes }),
    ),
    product: nullable(
      Type.Object(
        { id: Type.String(), name: Type.String(), displayName: nullableText, attributes, scopes },
        { description: 'The product that allows the call; null: the key has none and works without.' },
      ),
    ),
    quota: nullable(
      Type.Object(
        { limit: Type.String(), interval: nullableText, timeUnit: nullableText },
        { description: 'As text.' },
      ),
    ),
    operationAttributes: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      description: 'Attributes of the operation in the group of the product that the call is.',
    }),
    variables: Type.Optional(Type.Record(Type.String(), Type.String())),
    checks,
  },
  { description: 'The call may be made.' },
);

const refused = Type.Object(
  {
    allowed: Type.Literal(false),
    reason: Type.String({ description: 'One of the reasons in docs/verification.md.' }),
    fault: Type.Object(
      { status: Type.Integer(), code: Type.String(), text: Type.String() },
      { description: 'What Apigee tells the client of the call.' },
    ),
    checks,
  },
  { description: 'The call may not be made.' },
);

const verdict = Type.Union([allowed, refused]);

const problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String({ description: 'One of the codes in docs/errors.md.' }),
  field: Type.Optional(Type.String({ description: 'Member that is to blame.' })),
});

export const verifyAnswers = {
  200: Type.Union([verdict, Type.Object({ answers: Type.Array(verdict) }, { description: 'In the order asked.' })]),
  default: { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } },
};
