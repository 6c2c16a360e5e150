import { Readable } from 'node:stream';
import { type Static, Type } from '@sinclair/typebox';
import { type BulkKind, bulkKinds } from '../../domain/bulk-record.ts';
import { Problem } from '../../domain/problem.ts';
import { openExport } from '../../operations/bulk-export.ts';
import { openImport } from '../../operations/bulk-import.ts';
import { authorize } from '../../operations/call.ts';
import { letTakeTime } from '../http/listener.ts';
import type { Route } from '../http/route.ts';
import { encodeSteps, readImportLines } from './bulk-text.ts';
import { organizationParams } from './organization.ts';
import { visit } from './route.ts';
import * as schema from './schema.ts';

const tag = 'bulk';
const mediaType = 'application/x-ndjson';
const headers = { 'cache-control': 'no-store' };
const params = Type.Object(organizationParams);

const exportQuery = Type.Object({
  kinds: Type.Optional(Type.String({ description: `Some of ${bulkKinds.join(', ')}, parted by commas; absent: all.` })),
  secrets: Type.Boolean({ default: true, description: 'Whether consumer keys and secrets are told.' }),
});

const importQuery = Type.Object({
  dryRun: Type.Boolean({ default: false, description: 'Whether to tell what would change, and change nothing.' }),
  onConflict: Type.Union([Type.Literal('update'), Type.Literal('skip'), Type.Literal('fail')], {
    default: 'update',
    description: 'What happens to an entity that is there and differs.',
  }),
  unknownProducts: Type.Union([Type.Literal('refuse'), Type.Literal('keep')], {
    default: 'refuse',
    description: 'Whether a key may name a product that is not there.',
  }),
  strict: Type.Boolean({ default: false, description: 'Whether the first refused record ends the import.' }),
});

const exportAll = visit<unknown, Static<typeof exportQuery>, unknown>(async (at) => {
  const { kinds, secrets } = at.query;
  const pieces = await openExport(at.plane, at.call, {
    kinds: kinds === undefined ? undefined : parseKinds(kinds),
    secrets,
  });
  const name = `attachment; filename="${at.call.organization.name}.ndjson"`;
  return {
    status: at.route.status,
    contentType: mediaType,
    headers: { ...headers, 'content-disposition': name },
    body: Readable.from(pieces, { objectMode: false }),
  };
});

function parseKinds(text: string): BulkKind[] {
  return text.split(',').map((name) => {
    const kind = bulkKinds.find((known) => known === name.trim());
    if (kind !== undefined) return kind;
    throw new Problem('request.invalid', { field: 'kinds', reason: `takes some of ${bulkKinds.join(', ')}` });
  });
}

/** Results come while records still go: a sender reads while he sends, as curl does. */
const importAll = visit<unknown, Static<typeof importQuery>, unknown>(async (at) => {
  const sent = at.http.headers['content-type'] ?? mediaType;
  if (!sent.startsWith(mediaType)) throw new Problem('request.unsupported-media-type', { mediaType: sent });
  // Not to everybody who has an account.
  authorize(at.call, 'put', ['import']);
  letTakeTime(at.http);
  const stream = at.body instanceof Readable ? at.body : Readable.from([]);
  const { dryRun } = at.query;
  try {
    const steps = await openImport(
      at.plane,
      at.call,
      at.query,
      readImportLines(stream.iterator({ destroyOnReturn: false })),
    );
    return {
      status: at.route.status,
      contentType: mediaType,
      headers,
      body: Readable.from(readOut(encodeSteps(steps, { dryRun }), stream)),
    };
  } catch (error) {
    await drain(stream);
    throw error;
  }
});

async function* readOut(results: AsyncIterable<string>, stream: Readable): AsyncGenerator<string> {
  yield* results;
  await drain(stream);
}

/** A sender that is cut off half-way would see a broken connection in place of the reason. */
async function drain(stream: Readable): Promise<void> {
  if (!stream.destroyed) for await (const _rest of stream);
}

const lines = (description: string) => Type.Unsafe({ description, content: { [mediaType]: { schema: {} } } });

export const bulkRoutes: readonly Route[] = [
  {
    id: 'native.export',
    method: 'GET',
    path: '/organizations/:organization/export',
    summary: 'All developers, companies, products, apps and keys as of one moment, one JSON record a line',
    tag,
    status: 200,
    schema: { params, querystring: exportQuery, response: schema.answers(200, lines('The records (docs/bulk.md).')) },
    handle: exportAll,
  },
  {
    id: 'native.import',
    method: 'POST',
    path: '/organizations/:organization/import',
    summary: 'Bring in records as an export has them: create what is missing, change what differs',
    tag,
    status: 200,
    streamsBody: true,
    schema: {
      params,
      querystring: importQuery,
      body: { content: { [mediaType]: { schema: { description: 'Records as /export answers them.' } } } },
      response: schema.answers(200, lines('What was refused, progress, and a summary at the end.')),
    },
    handle: importAll,
  },
];
