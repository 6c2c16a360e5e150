import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FeedPosition } from './feed-state.ts';
import { feedFormat, type ReadAnswer, readFoundKey, readPollAnswer } from './feed-wire.ts';
import { FrameSplitter } from './frame-splitter.ts';
import type { FoundKey } from './read-through.ts';
import { UnreadableError } from './record-reader.ts';
import { type Snapshot, SnapshotLoader, TooManyKeysError } from './snapshot.ts';
import { packedSnapshotType } from './snapshot-packer.ts';

/** Why an exchange with the plane failed. */
export type TransportFault = 'unreachable' | 'denied' | 'unavailable' | 'unexpected' | 'malformed' | 'slow';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly fault: TransportFault;
  /** How long the plane asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(fault: TransportFault, message: string, retryAfterMs = 0) {
    super(message);
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What the feed asks of a `fetch`. */
export interface FeedRequest {
  readonly method?: 'POST';
  /** A redirect would hand the credential to whoever the answer names. */
  readonly redirect: 'error';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** What the feed reads of a `Response`. */
export interface FeedResponse {
  readonly status: number;
  /** Names are asked for in lower case. */
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/** The global `fetch` is one. */
export type FeedFetch = (url: string, request: FeedRequest) => Promise<FeedResponse>;

export interface TransportOptions {
  /** Where the plane's runtime listener is, as `https://plane.example:8090`. */
  readonly url: string;
  /** Its runtime credential, which names the organization. */
  readonly token: string;
  readonly fetch: FeedFetch;
  /** An answer's head, and each part of its body, must come within this time. */
  readonly silenceMsMax: number;
  /** A monotonic clock. */
  readonly monotonic: () => number;
}

export interface PollQuestion {
  readonly after: FeedPosition;
  /** How long the plane may wait for the next change, in milliseconds; 0: not at all. */
  readonly holdMs: number;
  /** Names this process, and no other: what it has applied is acknowledged under it. */
  readonly verifier: string;
  /** For the eyes of an operator. */
  readonly name: string;
  /** How long this verifier answers after its last poll; null: for ever. */
  readonly stalenessMsMax: number | null;
}

/** A value with the time of the monotonic clock at which the answer's head had come. */
export interface Timed<T> {
  readonly value: T;
  readonly at: number;
}

/** A plane that does not know the packed form of a snapshot answers with the other one. */
const accept = `${packedSnapshotType}, application/x-ndjson;q=0.5, */*;q=0.1`;
const bodyCharactersMax = 64 * 1024 * 1024;
const lineCharactersMax = 4 * 1024 * 1024;
const retryAfterMsMax = 60_000;
/** Who sends a little now and then is not silent, and would never end. */
const exchangeMsMax = 600_000;

/** The feed's three calls over HTTP (SPEC.md, "On the wire"). */
export class FeedTransport {
  readonly #base: string;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    const { url, token } = options;
    if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError('the plane is reached by http: or https:');
    if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('the feed needs a runtime credential');
    this.#base = `${url.replace(/\/+$/, '')}/claviger/v1/feed`;
    this.#options = options;
  }

  /**
   * Throws a {@link TransportError} unless the snapshot came whole.
   * @param keysMax where there are more it throws a {@link TooManyKeysError}; `none`: only products are asked for
   */
  fetchSnapshot(signal: AbortSignal, keysMax: number | 'none'): Promise<Timed<Snapshot>> {
    const [suffix, most] = keysMax === 'none' ? ['&keys=none', 0] : ['', keysMax];
    const path = `snapshot?format=${feedFormat}${suffix}`;
    return this.#exchange(path, undefined, { signal, patienceMs: 0 }, async (answer) => {
      const loader = new SnapshotLoader(most);
      if (answer.type === packedSnapshotType) await takeFrames(answer.body, loader);
      else await takeLines(decode(answer.body), loader);
      return loader.finish();
    });
  }

  /** Throws a {@link TransportError} unless the answer came whole. */
  poll(question: PollQuestion, signal: AbortSignal): Promise<Timed<ReadAnswer>> {
    const { after, holdMs, verifier, name, stalenessMsMax } = question;
    const told = {
      epoch: after.epoch,
      after: after.sequence,
      hold: holdMs,
      verifier,
      name,
      maxStaleness: stalenessMsMax,
    };
    const patience = { signal, patienceMs: holdMs };
    return this.#exchange('poll', { format: feedFormat, ...told }, patience, async ({ body }) =>
      readPollAnswer(await readText(decode(body))),
    );
  }

  /** Throws a {@link TransportError} unless the answer came whole. @param hash one character a byte */
  async find(epoch: string, hash: string, signal: AbortSignal): Promise<FoundKey> {
    let hex = '';
    for (let at = 0; at < hash.length; at++) hex += hash.charCodeAt(at).toString(16).padStart(2, '0');
    const question = { format: feedFormat, epoch, hash: hex };
    const { value } = await this.#exchange('find', question, { signal, patienceMs: 0 }, async ({ body }) =>
      readFoundKey(await readText(decode(body))),
    );
    return value;
  }

  /** Tells the plane that nobody has to wait for this verifier any more. */
  async leave(verifier: string, signal: AbortSignal): Promise<void> {
    await this.#exchange('leave', { verifier }, { signal, patienceMs: 0 }, async ({ body }) => {
      for await (const _part of body);
    });
  }

  async #exchange<T>(
    path: string,
    question: object | undefined,
    { signal, patienceMs }: { signal: AbortSignal; patienceMs: number },
    read: (answer: Answered) => Promise<T>,
  ): Promise<Timed<T>> {
    const silence = new Silence(this.#options.silenceMsMax);
    silence.start(patienceMs);
    try {
      const response = await this.#options.fetch(`${this.#base}/${path}`, {
        ...this.#describe(question),
        signal: AbortSignal.any([signal, silence.signal, AbortSignal.timeout(exchangeMsMax)]),
      });
      const at = this.#options.monotonic();
      if (response.status !== 200) throw await refusal(response);
      const type = response.headers.get('content-type') ?? '';
      return { value: await read({ type, body: listen(response, silence) }), at };
    } catch (error) {
      throw explain(error, silence.signal.aborted);
    } finally {
      silence.stop();
    }
  }

  #describe(question: object | undefined): Omit<FeedRequest, 'signal'> {
    const authorization = `Bearer ${this.#options.token}`;
    if (question === undefined) return { redirect: 'error', headers: { authorization, accept } };
    const headers = { authorization, 'content-type': 'application/json' };
    return { method: 'POST', redirect: 'error', headers, body: JSON.stringify(question) };
  }
}

interface Answered {
  /** Its media type. */
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Ends an exchange in which nothing came for a while. */
class Silence {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(patienceMs = 0): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), this.#milliseconds + patienceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function takeFrames(body: AsyncIterable<Uint8Array>, loader: SnapshotLoader): Promise<void> {
  const splitter = new FrameSplitter();
  const take = (frame: Uint8Array) => loader.takeFrame(frame);
  for await (const part of body) splitter.push(part, take);
  splitter.finish();
  // Whoever is asked while it takes another snapshot goes on answering.
  while (loader.settle()) await nextTurn();
}

async function takeLines(body: AsyncIterable<string>, loader: SnapshotLoader): Promise<void> {
  let rest = '';
  for await (const part of body) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) loader.take(line);
    if (rest.length > lineCharactersMax) throw new UnreadableError('expected a shorter line');
  }
  if (rest !== '') throw new UnreadableError('expected the end of a line');
}

async function readText(body: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of body) {
    text += part;
    if (text.length > bodyCharactersMax) throw new UnreadableError('expected a shorter answer');
  }
  return text;
}

/** The parts of a body, while none is late. */
async function* listen(response: FeedResponse, silence: Silence): AsyncGenerator<Uint8Array> {
  for await (const part of response.body ?? []) {
    silence.start();
    yield part;
  }
}

/** Text of a body; throws where it is no UTF-8. */
async function* decode(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const part of body) yield decoder.decode(part, { stream: true });
  yield decoder.decode();
}

async function refusal(response: FeedResponse): Promise<TransportError> {
  const { status, headers } = response;
  await response.body?.cancel();
  const message = `the plane answered ${status}`;
  if (status === 401 || status === 403) return new TransportError('denied', message);
  const seconds = Number(headers.get('retry-after') ?? 0);
  const retryAfterMs = Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), retryAfterMsMax) : 0;
  if (status === 429 || status === 503) return new TransportError('unavailable', message, retryAfterMs);
  return new TransportError('unexpected', message);
}

function explain(error: unknown, silent: boolean): Error {
  if (error instanceof TransportError || error instanceof TooManyKeysError) return error;
  if (silent) return new TransportError('slow', 'the plane went silent');
  if (error instanceof UnreadableError) return new TransportError('malformed', error.message);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection broke';
  return new TransportError('unreachable', code);
}
