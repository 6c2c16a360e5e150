import { constants } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { decodeReply, encodeDescribe, encodeRun, encodeSimple } from './backend-message.ts';
import type { CatalogReply, CatalogRequest, ErrorReply, QuestionRequest, StartRequest } from './catalog-message.ts';
import { plainSession, writeCatalogSchema, writeSessionStart } from './catalog-schema.ts';

/**
 * The process of the catalog: a PostgreSQL compiled to WebAssembly, in memory, with empty tables of our resources. It is
 * started with Node's permissions taken away (catalog-child.ts), answers one question at a time, and is killed by whoever
 * started it where a question takes too long: nothing interrupts it.
 */
const pageBytes = 65_536;
let answerBytesMax = 0;
let database: PGlite | undefined;
let last: Promise<void> = Promise.resolve();

process.on('message', (request: CatalogRequest) => {
  last = last.then(() => reply(request));
});
process.on('disconnect', () => process.exit(0));
watchParent();

async function reply(request: CatalogRequest): Promise<void> {
  let answer: CatalogReply;
  try {
    answer = request.kind === 'start' ? await start(request) : await answerQuestion(request);
  } catch (error) {
    answer = { kind: 'error', state: 'XX000', message: `the catalog failed: ${String(error)}` };
  }
  process.send?.(answer);
}

async function start(request: StartRequest): Promise<CatalogReply> {
  answerBytesMax = request.answerBytesMax;
  limitMemory(request.memoryBytesMax);
  // Asked for at the load of the package, for files that are not used here; without permissions Node refuses it.
  Object.assign(process, { binding: () => ({ fs: constants }) });
  const [{ PGlite: Database }, { dataDir }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite-prepopulatedfs'),
  ]);
  database = await Database.create({
    loadDataDir: await dataDir(),
    postgresqlconf: ['shared_buffers=4MB', 'allow_system_table_mods=on'],
  });
  await database.exec(writeCatalogSchema(request.resources));
  return { kind: 'ready' };
}

interface MemoryOptions {
  readonly initial: number;
  readonly maximum?: number;
}

/** Node's types have no WebAssembly. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { Memory: new (options: MemoryOptions) => object };
};

/** PostgreSQL's memory has no other bound than that of the object which it lives in. */
function limitMemory(bytesMax: number): void {
  const Unlimited = WebAssembly.Memory;
  WebAssembly.Memory = class extends Unlimited {
    constructor({ initial }: MemoryOptions) {
      super({ initial, maximum: bytesMax / pageBytes });
    }
  };
}

async function answerQuestion(question: QuestionRequest): Promise<CatalogReply> {
  return question.kind === 'describe' ? describe(question) : run(question);
}

/** Nothing runs where a statement is only read, and its shape is the same for every session. */
async function describe(question: QuestionRequest): Promise<CatalogReply> {
  const bytes = await exchange(encodeDescribe(question));
  if (bytes === undefined) return tooLong;
  const { shape, error } = decodeReply(bytes);
  return error ?? { kind: 'shape', shape };
}

async function run(question: QuestionRequest): Promise<CatalogReply> {
  try {
    await begin(question);
    const bytes = await exchange(encodeRun(question));
    if (bytes === undefined) return tooLong;
    const { answer, error } = decodeReply(bytes);
    return error ?? { kind: 'answer', answer };
  } finally {
    await exchange(encodeSimple('ROLLBACK'));
  }
}

const tooLong: ErrorReply = {
  kind: 'error',
  state: '54000',
  message: 'the answer of the catalog is too long',
  hint: 'Ask for fewer rows.',
};

/** @throws Error where not even the plain session begins: then there is nothing that may be asked */
async function begin({ session }: QuestionRequest): Promise<void> {
  for (const attempt of [session, { ...session, settings: {} }, { ...plainSession, processId: session.processId }]) {
    const bytes = await exchange(encodeSimple(writeSessionStart(attempt)));
    const error = bytes === undefined ? tooLong : decodeReply(bytes).error;
    if (error === undefined) return;
    await exchange(encodeSimple('ROLLBACK'));
  }
  throw new Error('no session begins');
}

/** Undefined: more came than is passed on. */
async function exchange(message: Uint8Array): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const onRawData = (data: Uint8Array): void => {
    length += data.length;
    if (length <= answerBytesMax) parts.push(data.slice());
  };
  await database?.execProtocolRawStream(message, { onRawData });
  return length <= answerBytesMax ? Buffer.concat(parts) : undefined;
}

/**
 * A statement that runs lets nothing else in here run: should the plane be gone meanwhile, its process would go on for
 * ever. So a thread of its own looks.
 */
function watchParent(): void {
  const code = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
  `;
  new Worker(code, { eval: true }).unref();
}
