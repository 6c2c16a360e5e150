import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import type { Ruling } from '../../ports/verifier.ts';
import { type Kept, keepBody } from '../http/kept-body.ts';
import { KnownCallers } from './known-caller.ts';
import type { GatewayParts } from './part.ts';
import { readPlainQuestion } from './plain-question.ts';
import { TextMemory } from './text-memory.ts';

const bodyBytesMax = 4096;
const mediaTypes: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

/** What is asked, and by whom, before the body is there. */
interface Caller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly authorization: string | undefined;
  readonly length: number;
}

/** The same with the body, and where it goes on if it is not plain. */
interface Inquiry extends Caller {
  readonly route: RequestListener;
  readonly bytes: Buffer;
}

/**
 * Answers the plain question of a gateway that is known, beneath the router: nearly every request is one, and the router
 * costs three times as much as the decision. Whatever is not plain, and whatever is refused, goes the whole way, with
 * the body that was read. Both ways answer the same bytes.
 */
export class QuickVerify {
  readonly #parts: Pick<GatewayParts, 'verifier' | 'access'>;
  readonly #path: string;
  readonly #callers: KnownCallers;
  readonly #texts = new TextMemory();
  /** Whole, and to be answered in this turn of the event loop. */
  #heard: Inquiry[] = [];
  #closing = false;

  /** @param path of the route, whole */
  constructor(path: string, parts: Pick<GatewayParts, 'verifier' | 'access'>) {
    this.#path = path;
    this.#parts = parts;
    this.#callers = new KnownCallers(parts.access);
  }

  /** From now on every connection is told to close, which the router does. */
  close(): void {
    this.#closing = true;
  }

  /** Stands before the router. */
  open(route: RequestListener): RequestListener {
    return (request, response) => {
      const caller = this.#closing ? undefined : this.#identify(request, response);
      if (caller === undefined) route(request, response);
      else this.#hear(caller, route);
    };
  }

  #identify(request: IncomingMessage, response: ServerResponse): Caller | undefined {
    if (request.url !== this.#path || request.method !== 'POST') return undefined;
    const { headers } = request;
    if (!mediaTypes.has(headers['content-type']) || headers['transfer-encoding'] !== undefined) return undefined;
    const length = Number(headers['content-length']);
    if (!(length > 0 && length <= bodyBytesMax)) return undefined;
    const { authorization } = headers;
    if (this.#callers.recall(authorization) === undefined) return undefined;
    return { request, response, authorization, length };
  }

  #hear(caller: Caller, route: RequestListener): void {
    const { request, length } = caller;
    let before: Buffer | undefined;
    let heard = false;
    // Once all is there, how the connection ends is nothing to this request.
    request.once('error', (error) => {
      if (!heard) this.#goOn(caller, route, { error });
    });
    request.on('data', (chunk: Buffer) => {
      before = before === undefined ? chunk : Buffer.concat([before, chunk]);
      if (heard || before.length < length) return;
      heard = true;
      if (this.#heard.push({ ...caller, route, bytes: before }) === 1) setImmediate(this.#answerAll);
    });
  }

  /**
   * Whatever came whole in one turn of the event loop is answered at its end, in one go: reading requests, deciding and
   * writing each take most of what a processor's cache for code holds, so that taking turns costs a fifth more. Each is
   * decided right before it is answered, and nothing can change in between.
   */
  readonly #answerAll = (): void => {
    const heard = this.#heard;
    this.#heard = [];
    for (const inquiry of heard) this.#answer(inquiry);
  };

  #answer(inquiry: Inquiry): void {
    const { response, authorization, route, bytes } = inquiry;
    const goOn = () => this.#goOn(inquiry, route, { bytes });
    // Once more: it may have been revoked while the body was on its way.
    const credential = this.#callers.recall(authorization);
    const ruling = credential && this.#ask(bytes, credential);
    if (ruling === undefined) goOn();
    else if (ruling instanceof Promise) ruling.then((late) => this.#send(response, late), goOn);
    else this.#send(response, ruling);
  }

  #goOn({ request, response }: Caller, route: RequestListener, kept: Kept): void {
    keepBody(request, kept);
    route(request, response);
  }

  /** Undefined where the question is not plain, and where answering it fails: the router answers bugs. */
  #ask(bytes: Buffer, { organizationId }: RuntimeCredential): Ruling | Promise<Ruling> | undefined {
    const question = isAscii(bytes) ? readPlainQuestion(bytes.toString('latin1')) : undefined;
    try {
      return question && this.#parts.verifier.verify(organizationId, question);
    } catch {
      return undefined;
    }
  }

  #send(response: ServerResponse, ruling: Ruling): void {
    const { text, encoding, headers } = this.#texts.tell(ruling);
    response.writeHead(200, ['x-request-id', randomUUID(), ...headers]);
    response.end(text, encoding);
  }
}
