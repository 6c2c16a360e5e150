import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { json, text } from 'node:stream/consumers';
import { CommandRefusal } from './failure.ts';
import { tellOutstanding } from './outstanding.ts';

/** Where a plane is: behind a socket file, or at a URL. */
export type Target = { readonly socketPath: string } | { readonly url: URL; readonly authorization: string };

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Beside those that the body needs. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Speaks the native API. Every refusal is thrown as one sentence. */
export class NativeClient {
  readonly #target: Target;
  readonly close: () => Promise<void>;

  constructor(target: Target, close: () => Promise<void> = async () => undefined) {
    this.#target = target;
    this.close = close;
  }

  /** @throws CommandRefusal */
  async call<T>(method: Method, path: string, { query, body, headers }: CallOptions = {}): Promise<T> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const sent = { ...headers, ...(payload !== undefined && { 'content-type': 'application/json' }) };
    const answer = await this.#send(method, withQuery(path, query), sent, async (write) => write(payload));
    tellOutstanding(answer.headers);
    return (answer.statusCode === 204 ? undefined : await json(answer)) as T;
  }

  /** All pages of a list, or the first `itemsMax`. */
  async list<T>(path: string, query: CallOptions['query'] = {}, itemsMax = Number.POSITIVE_INFINITY): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.call<{ items: T[]; nextCursor: string | null }>('GET', path, {
        query: { ...query, cursor },
      });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && items.length < itemsMax);
    return items.slice(0, itemsMax);
  }

  /** The answer as it comes. */
  download(path: string, query?: CallOptions['query']): Promise<IncomingMessage> {
    return this.#send('GET', withQuery(path, query), {}, async (write) => write(undefined));
  }

  /** Sends a stream of lines. */
  async upload<T>(path: string, query: CallOptions['query'], chunks: AsyncIterable<Uint8Array>): Promise<T> {
    return (await json(await this.converse(path, query, chunks))) as T;
  }

  /** The same, with an answer that comes while lines still go. */
  converse(path: string, query: CallOptions['query'], chunks: AsyncIterable<Uint8Array>): Promise<IncomingMessage> {
    const headers = { 'content-type': 'application/x-ndjson' };
    return this.#send('POST', withQuery(path, query), headers, async (_write, drain) => drain(chunks));
  }

  async #send(method: Method, path: string, headers: Headers, fill: Fill): Promise<IncomingMessage> {
    const answer = await exchange(this.#target, { method, path: `/claviger/v1${path}`, headers }, fill);
    if ((answer.statusCode ?? 500) >= 400) throw await readRefusal(answer);
    return answer;
  }
}

/** What the server at a command socket serves; undefined: nobody listens there. */
export async function askStore(socketPath: string): Promise<string | undefined> {
  try {
    const answer = await exchange({ socketPath }, { method: 'GET', path: '/store', headers: {} }, async (write) =>
      write(),
    );
    const { store } = (await json(answer)) as { store?: string };
    return store ?? '';
  } catch (error) {
    if (error instanceof CommandRefusal && gone.has(causeCode(error))) return undefined;
    throw error;
  }
}

const gone: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ECONNRESET', 'EPIPE']);

type Headers = Readonly<Record<string, string>>;
/** Writes the request's body: all at once, or as it comes. */
type Fill = (
  write: (payload?: string) => void,
  drain: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
) => Promise<void>;

function exchange(
  target: Target,
  { method, path, headers }: { readonly method: Method; readonly path: string; readonly headers: Headers },
  fill: Fill,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { options, secure } = locate(target, path);
    const sent = (secure ? requestTls : requestPlain)({
      ...options,
      method,
      headers: { ...options.headers, ...headers },
    });
    sent.once('response', resolve);
    // After an answer this changes nothing: a server may refuse before it has read all.
    sent.on('error', (cause) =>
      reject(new CommandRefusal(`${nameTarget(target)} can't be reached (${reasonOf(cause)})`, { cause })),
    );
    const drain = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) {
        if (sent.destroyed) return;
        if (!sent.write(chunk)) await untilTaken(sent);
      }
      sent.end();
    };
    fill((payload) => void sent.end(payload), drain).catch((error: unknown) => {
      sent.destroy();
      reject(error);
    });
  });
}

/** Until what was written is taken, or never will be. Of many waits, none leaves a listener behind. */
function untilTaken(sent: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const proceed = () => {
      sent.off('drain', proceed).off('close', proceed);
      resolve();
    };
    sent.on('drain', proceed).on('close', proceed);
  });
}

function locate(target: Target, path: string): { options: RequestOptions; secure: boolean } {
  if ('socketPath' in target) return { options: { socketPath: target.socketPath, path, agent: false }, secure: false };
  const { url, authorization } = target;
  const root = url.pathname.replace(/\/+$/, '');
  const options = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: `${root}${path}`,
    agent: false as const,
  };
  return { options: { ...options, headers: { authorization } }, secure: url.protocol === 'https:' };
}

function nameTarget(target: Target): string {
  return 'socketPath' in target ? `The server at ${target.socketPath}` : `The plane at ${target.url.origin}`;
}

function reasonOf(cause: NodeJS.ErrnoException): string {
  return cause.code ?? cause.message;
}

function causeCode(error: Error): string {
  return (error.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
}

function withQuery(path: string, query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

async function readRefusal(answer: IncomingMessage): Promise<CommandRefusal> {
  const body = await text(answer);
  try {
    const { detail, field } = JSON.parse(body) as { detail?: unknown; field?: unknown };
    if (typeof detail === 'string')
      return new CommandRefusal(detail, { field: typeof field === 'string' ? field : undefined });
  } catch {
    // Something between us and the plane answered.
  }
  return new CommandRefusal(`The plane answered with status ${answer.statusCode}, and no reason`);
}
