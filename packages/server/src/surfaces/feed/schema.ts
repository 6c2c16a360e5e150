import { packedSnapshotType } from '@claviger/verify';
import { Type } from '@sinclair/typebox';

/** What verifiers elsewhere send and are answered (packages/verify/SPEC.md, "On the wire"). */

const closed = { additionalProperties: false };
const countMax = Number.MAX_SAFE_INTEGER;
const count = (description: string) => Type.Integer({ minimum: 0, maximum: countMax, description });
const uuid = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
const verifier = Type.String({ pattern: uuid, description: 'A UUID that the process drew when it began to follow.' });

/** The one there is. */
const format = Type.Integer({ minimum: 1, maximum: 1, description: 'The format of what is told: 1.' });

export const snapshotQuery = Type.Object(
  {
    format,
    keys: Type.Optional(Type.Literal('none', { description: 'Products alone, for a verifier that reads through.' })),
  },
  closed,
);

export const findBody = Type.Object(
  {
    format,
    epoch: Type.String({ minLength: 1, maxLength: 255, description: 'Of the snapshot.' }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Lookup hash of the key, as credentials carry it.' }),
  },
  closed,
);

export const pollBody = Type.Object(
  {
    format,
    epoch: Type.String({ minLength: 1, maxLength: 255, description: 'Of the snapshot.' }),
    after: count('Everything up to here is applied, and acknowledged with this poll.'),
    hold: count('Milliseconds for which the answer may be held while there is nothing to tell.'),
    verifier,
    name: Type.String({ maxLength: 255, description: 'For operators; may be empty, and shared.' }),
    maxStaleness: Type.Unsafe<number | null>({
      type: 'integer',
      nullable: true,
      minimum: 0,
      maximum: countMax,
      description: 'Milliseconds for which the verifier may answer after it sent this poll; null: for ever.',
    }),
  },
  closed,
);

export const leaveBody = Type.Object({ verifier }, closed);

const problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String({ description: 'One of the codes in docs/errors.md.' }),
  field: Type.Optional(Type.String({ description: 'Member that is to blame.' })),
});
const refusals = { default: { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } } };

const noun = Type.String({ description: 'credential, app, developer, company or api-product.' });
const change = Type.Object({
  sequence: Type.Integer(),
  previous: Type.Integer({ description: 'Sequence of the change that was told before, or what the poll came after.' }),
  noun,
  id: Type.String(),
  record: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], { description: 'null: gone.' }),
  hash: Type.Optional(Type.String({ description: 'Of credentials: lookup hash, in hexadecimal digits.' })),
});

export const findAnswers = {
  200: Type.Object({
    kind: Type.Literal('found'),
    epoch: Type.String(),
    sequence: Type.Integer({ description: 'Each record is at least as new.' }),
    records: Type.Array(Type.Omit(change, ['sequence', 'previous']), {
      description: 'Of credential, app and owner those that there are.',
    }),
  }),
  ...refusals,
};

export const snapshotAnswers = {
  200: {
    description:
      'A head, the records of one moment and an end (packages/verify/SPEC.md): one JSON object a line, or packed where Accept names that form.',
    content: { 'application/x-ndjson': { schema: {} }, [packedSnapshotType]: { schema: {} } },
  },
  ...refusals,
};

export const pollAnswers = {
  200: Type.Union([
    Type.Object({
      kind: Type.Literal('changes'),
      epoch: Type.String(),
      changes: Type.Array(change),
      to: Type.Integer({ description: 'How far the log was read.' }),
      more: Type.Boolean({ description: 'Whether it goes on: then ask at once.' }),
      planeTime: Type.Integer({ description: 'Milliseconds since 1970 UTC.' }),
    }),
    Type.Object({ kind: Type.Literal('start-over') }, { description: 'Take another snapshot.' }),
  ]),
  ...refusals,
};

export const leaveAnswers = { 200: Type.Object({}), ...refusals };
