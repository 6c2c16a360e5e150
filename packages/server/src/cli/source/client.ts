import { Agent, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';
import { CommandRefusal } from '../failure.ts';
import { Gate } from './gate.ts';
import { parseRetryAfter, type RetryRule, retry, Transient } from './retry.ts';

export interface SourceTarget {
  /** Up to and with `/v1`. */
  readonly base: URL;
  /** Read anew for each request, since a token may be renewed while a long walk is under way. */
  readonly authorization: () => string;
  /** Certificates to trust in the place of the system's, PEM. */
  readonly ca: string | undefined;
  /** Requests under way at a time. */
  readonly connections: number;
  readonly retry: RetryRule;
}

/** Query members that are undefined are not sent. */
export type SourceQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** Segments of the path of an organization's list. */
const listDepth = 3;
const addressHint = 'Does --from end as its clients have it, with /v1, and is the organization right?';
const changedHint = 'It may have changed while it was read: run the command again.';
const silenceMillisecondsMax = 120_000;
const bodyBytesMax = 256 * 1024 * 1024;
/** What a gateway or a server says when it may go well later. */
const transientStatuses: ReadonlySet<number | undefined> = new Set([408, 429, 502, 503, 504]);
const transientCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ECONNABORTED',
]);

/** The source answered, and not with what was asked for. */
export class SourceRefusal extends CommandRefusal {
  readonly status: number;

  constructor(sentence: string, status: number) {
    super(sentence);
    this.status = status;
  }
}

/** Reads of an Apigee-shaped API. Every refusal is thrown as one sentence that names the address, never a secret. */
export class SourceClient {
  readonly #target: SourceTarget;
  readonly #agent: Agent | TlsAgent;
  readonly #gate: Gate;
  readonly #closing = new AbortController();

  constructor(target: SourceTarget) {
    this.#target = target;
    this.#gate = new Gate(target.connections);
    const options = { keepAlive: true, maxSockets: target.connections };
    const { ca } = target;
    this.#agent =
      target.base.protocol === 'https:'
        ? new TlsAgent({ ...options, ...(ca === undefined ? undefined : { ca }) })
        : new Agent(options);
  }

  /** Ends what is under way, too. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  /**
   * @param segments below the base, not encoded
   * @throws CommandRefusal
   */
  async get(segments: readonly string[], query: SourceQuery = {}): Promise<unknown> {
    const found = await this.find(segments, query);
    if (found !== undefined) return found;
    const hint = segments.length > listDepth ? changedHint : addressHint;
    throw new SourceRefusal(`${this.#locate(segments, query)} answers that there is no such thing (404). ${hint}`, 404);
  }

  /** As `get`, but undefined where it answers 404. */
  async find(segments: readonly string[], query: SourceQuery = {}): Promise<unknown> {
    const url = this.#locate(segments, query);
    const rule = { ...this.#target.retry, signal: this.#closing.signal };
    const { status, body } = await this.#gate.pass(() => retry(rule, () => this.#exchange(url)));
    return status === 404 ? undefined : parseJson(body, url);
  }

  #locate(segments: readonly string[], query: SourceQuery): string {
    const { base } = this.#target;
    const path = segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return `${base.origin}${base.pathname.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`;
  }

  async #exchange(url: string): Promise<{ status: number; body: string }> {
    this.#closing.signal.throwIfAborted();
    const answer = await this.#send(url);
    const body = await readBody(answer, url);
    const status = answer.statusCode ?? 500;
    if (transientStatuses.has(status)) {
      throw new Transient(`${url} answers ${status}`, parseRetryAfter(answer.headers['retry-after'], Date.now()));
    }
    if (status === 200 || status === 404) return { status, body };
    throw refuse(url, status, answer.headers.location, body);
  }

  #send(url: string): Promise<IncomingMessage> {
    const headers = { authorization: this.#target.authorization(), accept: 'application/json' };
    const secure = url.startsWith('https:');
    return new Promise((resolve, reject) => {
      const sent = (secure ? requestTls : requestPlain)(url, { headers, agent: this.#agent });
      sent.setTimeout(silenceMillisecondsMax, () => sent.destroy(new Transient(`${url} is silent`)));
      sent.once('response', resolve);
      sent.once('error', (cause) => reject(describeFault(url, cause)));
      sent.end();
    });
  }
}

async function readBody(answer: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > bodyBytesMax) throw new CommandRefusal(`${url} answers with more than ${bodyBytesMax} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof CommandRefusal) throw error;
    throw describeFault(url, error as NodeJS.ErrnoException);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function describeFault(url: string, cause: NodeJS.ErrnoException): Error {
  if (cause instanceof Transient) return cause;
  const code = cause.code ?? cause.message;
  if (transientCodes.has(code)) return new Transient(`${url} breaks off (${code})`);
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code);
  const hint = certificate ? '; --from-ca FILE names the certificates to trust' : '';
  return new CommandRefusal(`${url} can't be reached (${code})${hint}`, { cause });
}

const reasons: Readonly<Record<number, string>> = {
  401: 'does not accept the name and password, or the token (401)',
  403: 'does not let this account read it (403)',
};

function refuse(url: string, status: number, location: string | undefined, body: string): SourceRefusal {
  // Nobody else gets the credentials because a server says so.
  if (location !== undefined && status >= 300 && status < 400) {
    return new SourceRefusal(`${url} has moved to ${location}: give that as --from`, status);
  }
  const said = findMessage(body);
  const reason = reasons[status] ?? `answers ${status}`;
  return new SourceRefusal(`${url} ${reason}${said === undefined ? '' : `: ${said}`}`, status);
}

/** What the source says for people: in Edge's shape, X's, and that of a gateway before it. */
function findMessage(body: string): string | undefined {
  try {
    const { message, error, fault } = JSON.parse(body) as Record<string, unknown>;
    const text =
      message ??
      (error as { message?: unknown } | undefined)?.message ??
      (fault as { faultstring?: unknown })?.faultstring;
    return typeof text === 'string' ? text.slice(0, 300) : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(body: string, url: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new CommandRefusal(`${url} answers with ${body.length} characters that are no JSON`, { cause });
  }
}
