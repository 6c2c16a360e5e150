import type { BulkRecord } from '../../domain/bulk-record.ts';
import { SourceApi, type SourceDialect, type Walk } from './api.ts';
import { SourceClient, type SourceTarget } from './client.ts';
import { walkEdge } from './edge.ts';
import { walkX } from './x.ts';

export interface SourceOptions extends SourceTarget {
  readonly organization: string;
  /** Absent: what the source's organization looks like. */
  readonly dialect: SourceDialect | undefined;
  /** Told what does not come over as it is. */
  readonly warn: (sentence: string) => void;
}

export interface SourceWalk {
  readonly dialect: SourceDialect;
  /** Each record after those that it names. To be read once; who stops reading ends it. */
  readonly records: AsyncIterable<BulkRecord>;
}

/**
 * Everything that a live Apigee-shaped API has of an organization.
 * @throws CommandRefusal with one sentence, here and while the records are read
 */
export async function openWalk(options: SourceOptions): Promise<SourceWalk> {
  const client = new SourceClient(options);
  const api = new SourceApi(client, options.organization);
  try {
    const dialect = options.dialect ?? (await api.detectDialect());
    const walk: Walk = { api, ahead: options.connections, warn: options.warn };
    return { dialect, records: closeAfter(dialect === 'x' ? walkX(walk) : walkEdge(walk), client) };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function* closeAfter(records: AsyncIterable<BulkRecord>, client: SourceClient): AsyncIterable<BulkRecord> {
  try {
    yield* records;
  } finally {
    client.close();
  }
}
