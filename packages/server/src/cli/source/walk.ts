import type { BulkRecord } from '../../domain/bulk-record.ts';
import { SourceApi, type SourceDialect, type Walk } from './api.ts';
import { SourceClient, type SourceTarget } from './client.ts';
import { walkEdge } from './edge.ts';
import { walkX } from './x.ts';

export interface SourceOptions extends SourceTarget {
  readonly organization: string;
  /** Absent: what the source's organization looks like. */
  readonly dialect: SourceDialect | undefined;
  readonly warn: (sentence: string) => void;
}

/**
 * Everything that a live Apigee-shaped API has of an organization, each record after those that it names.
 * @throws CommandRefusal with one sentence
 */
export async function* walkSource(options: SourceOptions): AsyncIterable<BulkRecord> {
  const client = new SourceClient(options);
  try {
    const api = new SourceApi(client, options.organization);
    const dialect = await api.detectDialect();
    const walk: Walk = { api, ahead: options.connections, warn: options.warn };
    yield* (options.dialect ?? dialect) === 'x' ? walkX(walk) : walkEdge(walk);
  } finally {
    client.close();
  }
}
