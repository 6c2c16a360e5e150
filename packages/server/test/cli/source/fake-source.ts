import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { SourceOptions } from '../../../src/cli/source/walk.ts';
import { openWalk } from '../../../src/cli/source/walk.ts';
import type { BulkRecord } from '../../../src/domain/bulk-record.ts';

/** A request as a source sees it. */
export interface Asked {
  /** Below the organization. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly request: IncomingMessage;
}

/** What a source answers: a value as JSON, or undefined where it has answered by itself. */
type Answer = (asked: Asked) => unknown;

export interface FakeSource {
  readonly base: URL;
  /** Path and query of each request, in order. */
  readonly asked: readonly string[];
}

/** A source that says what a test wants of it; of what `answer` does not speak, it has nothing. */
export async function startFakeSource(
  t: TestContext,
  answer: Answer,
  organization: object = { name: 'acme' },
): Promise<FakeSource> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://source');
    const path = url.pathname.replace(/^\/v1\/organizations\/acme/, '');
    asked.push(`${path}${url.search}`);
    const said = path === '' ? organization : answer({ path, query: url.searchParams, request, response });
    if (said !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { base: new URL(`http://127.0.0.1:${port}/v1`), asked };
}

export interface Walked {
  readonly records: readonly BulkRecord[];
  readonly warnings: readonly string[];
  readonly waits: readonly string[];
}

export async function walkAll(
  base: URL,
  options: Partial<SourceOptions> & { retriesMax?: number } = {},
): Promise<Walked> {
  const records: BulkRecord[] = [];
  const warnings: string[] = [];
  const waits: string[] = [];
  const walk = await openWalk({
    base,
    organization: 'acme',
    dialect: undefined,
    authorization: () => 'Bearer secret-token',
    ca: undefined,
    connections: 4,
    retry: { retriesMax: options.retriesMax ?? 1, onWait: (sentence) => waits.push(sentence) },
    warn: (sentence) => warnings.push(sentence),
    ...options,
  });
  for await (const record of walk.records) records.push(record);
  return { records, warnings, waits };
}
