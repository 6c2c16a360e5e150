import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { Problem } from '../../domain/problem.ts';
import { openBackup, restoreArchive } from '../../operations/archive.ts';
import { authorizeSysadmin } from '../../operations/call.ts';
import type { Answer } from '../http/answer.ts';
import type { Exchange, Route } from '../http/route.ts';
import { decodeArchive, encodeArchive } from './archive-text.ts';
import { answer } from './route.ts';
import * as schema from './schema.ts';
import { type Spool, spool } from './spool.ts';

const tag = 'backup';
const mediaType = 'application/x-ndjson';
const restoreQuery = Type.Object({
  replace: Type.Boolean({ default: false, description: 'Whether what the plane holds now may be lost.' }),
});

async function backup(exchange: Exchange): Promise<Answer> {
  const items = await openBackup(exchange.plane, exchange);
  return {
    status: exchange.route.status,
    contentType: mediaType,
    headers: { 'content-disposition': 'attachment; filename="claviger-backup.ndjson"', 'cache-control': 'no-store' },
    body: Readable.from(encodeArchive(items)),
  };
}

/** The archive is read to its end before anything is touched, so that a slow sender holds up nobody. */
async function restore(exchange: Exchange): Promise<Answer> {
  const { http, plane } = exchange;
  authorizeSysadmin(exchange, '/restore');
  const sent = http.headers['content-type'] ?? mediaType;
  if (!sent.startsWith(mediaType)) throw new Problem('request.unsupported-media-type', { mediaType: sent });
  await using kept = await keepArchive(http.body);
  const { replace } = http.query as { replace: boolean };
  const { rows } = await restoreArchive(plane, exchange, { items: decodeArchive(kept.read()), replace });
  return answer(exchange, { rows: String(rows) });
}

/**
 * What a refused archive leaves unread is read and thrown away: a sender that is cut off half-way would see a broken
 * connection in place of the reason.
 */
async function keepArchive(body: unknown): Promise<Spool> {
  const stream = body instanceof Readable ? body : Readable.from([]);
  try {
    return await spool(stream.iterator({ destroyOnReturn: false }), async (source) => {
      for await (const _item of decodeArchive(source));
    });
  } catch (error) {
    if (!stream.destroyed) for await (const _rest of stream);
    throw error;
  }
}

export const archiveRoutes: readonly Route[] = [
  {
    id: 'native.backup',
    method: 'GET',
    path: '/backup',
    summary: 'The whole content of the plane as of one moment, one JSON value a line',
    tag,
    status: 200,
    schema: {
      response: schema.answers(
        200,
        Type.Unsafe({ description: 'The archive.', content: { [mediaType]: { schema: {} } } }),
      ),
    },
    handle: backup,
  },
  {
    id: 'native.restore',
    method: 'POST',
    path: '/restore',
    summary: 'Replace the content of the plane by an archive, or change nothing',
    tag,
    status: 200,
    streamsBody: true,
    schema: {
      querystring: restoreQuery,
      body: { content: { [mediaType]: { schema: { description: 'What /backup answered.' } } } },
      response: schema.answers(200, schema.restored),
    },
    handle: restore,
  },
];
