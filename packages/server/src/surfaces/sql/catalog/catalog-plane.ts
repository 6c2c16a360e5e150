import type { SqlResource } from '../../../domain/sql-resource.ts';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { Catalog, CatalogQueries, CatalogRunOptions, CatalogSession, DescribeOptions } from './catalog.ts';
import { CatalogEngine, type CatalogEngineOptions } from './catalog-engine.ts';
import type { CatalogReply, QuestionRequest } from './catalog-message.ts';
import { CatalogQueue, type CatalogQueueLimits } from './catalog-queue.ts';
import { catalogServerVersion } from './catalog-schema.ts';
import { isCatalogBeginning, isCatalogStatement } from './catalog-statement.ts';

export interface CatalogOptions extends Partial<CatalogQueueLimits & CatalogEngineOptions> {
  readonly resources: readonly SqlResource[];
}

const defaults = {
  timeoutMilliseconds: 10_000,
  startMilliseconds: 60_000,
  idleMilliseconds: 300_000,
  waitingMax: 256,
  waitingOfUserMax: 32,
  memoryBytesMax: 512 * 1024 * 1024,
  answerBytesMax: 16 * 1024 * 1024,
};

/** A catalog for all sessions of a plane. Its process starts with the first question. */
export function openCatalog(options: CatalogOptions): Catalog {
  const limits = { ...defaults, ...options };
  const engine = new CatalogEngine(limits);
  const queue = new CatalogQueue(engine, limits);
  const names = new Set(
    options.resources.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase()),
  );
  return {
    serverVersion: catalogServerVersion,
    open: (session) => openQueries(queue, session, names),
    close: async () => engine.close(),
  };
}

function openQueries(queue: CatalogQueue, session: CatalogSession, names: ReadonlySet<string>): CatalogQueries {
  const ended = new AbortController();
  const ask = async (kind: 'describe' | 'run', text: string, options: CatalogRunOptions): Promise<CatalogReply> => {
    if (!isCatalogBeginning(text)) throw new SqlError(sqlStates.notSupported, 'the catalog is only read');
    const signals = [ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const reply = await queue.ask(toQuestion(kind, session, text, options), AbortSignal.any(signals));
    if (reply.kind !== 'error') return reply;
    const { state, message, position, hint } = reply;
    throw new SqlError(state, message, { position: position === undefined ? undefined : position - 1, hint });
  };
  return {
    handles: (text) => isCatalogStatement(text, names),
    describe: async (text, options: DescribeOptions = {}) => {
      const reply = await ask('describe', text, options);
      if (reply.kind !== 'shape') throw new Error(`expected a shape, not ${reply.kind}`);
      return reply.shape;
    },
    run: async (text, options = {}) => {
      const reply = await ask('run', text, options);
      if (reply.kind !== 'answer') throw new Error(`expected an answer, not ${reply.kind}`);
      return reply.answer;
    },
    close: () => ended.abort(),
  };
}

/** Settings that change how values are written, and what tools look at; the session has checked their values. */
const passedSettings = [
  'application_name',
  'bytea_output',
  'datestyle',
  'extra_float_digits',
  'intervalstyle',
  'timezone',
];

function toQuestion(
  kind: 'describe' | 'run',
  session: CatalogSession,
  text: string,
  options: CatalogRunOptions,
): QuestionRequest {
  const settings = Object.entries(session.settings?.() ?? {}).filter(([key]) =>
    passedSettings.includes(key.toLowerCase()),
  );
  return {
    kind,
    session: {
      user: session.user,
      database: session.database,
      processId: session.processId,
      settings: Object.fromEntries(settings),
    },
    text,
    parameterTypes: options.parameterTypes ?? [],
    parameters: options.parameters ?? [],
    parameterFormats: options.parameterFormats ?? [],
    resultFormats: options.resultFormats ?? [],
  };
}
