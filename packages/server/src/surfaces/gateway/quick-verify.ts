import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import type { Ruling } from '../../ports/verifier.ts';
import { keepBody } from '../http/kept-body.ts';
import { KnownCallers } from './known-caller.ts';
import type { GatewayParts } from './part.ts';
import { readPlainQuestion } from './plain-question.ts';
import { TextMemory } from './text-memory.ts';
import { TurnEnd } from './turn-end.ts';

const bodyBytesMax = 4096;
const mediaTypes: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

/** Who asks, where the question goes if it is not plain, and the body as far as it is there. */
interface Inquiry {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: RequestListener;
  readonly authorization: string | undefined;
  readonly length: number;
  bytes: Buffer;
}

const nothing = Buffer.alloc(0);

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
  /** Those that are there whole. */
  readonly #heard = new TurnEnd<Inquiry>((inquiry) => this.#answer(inquiry));
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
      const inquiry = this.#closing ? undefined : this.#identify(request, response, route);
      if (inquiry === undefined) route(request, response);
      else this.#hear(inquiry);
    };
  }

  #identify(request: IncomingMessage, response: ServerResponse, route: RequestListener): Inquiry | undefined {
    if (request.url !== this.#path || request.method !== 'POST') return undefined;
    const { headers } = request;
    if (!mediaTypes.has(headers['content-type']) || headers['transfer-encoding'] !== undefined) return undefined;
    const length = Number(headers['content-length']);
    if (!(length > 0 && length <= bodyBytesMax)) return undefined;
    const { authorization } = headers;
    if (this.#callers.recall(authorization) === undefined) return undefined;
    return { request, response, route, authorization, length, bytes: nothing };
  }

  /** Where the connection ends before all is there, nobody is left to be answered. */
  #hear(inquiry: Inquiry): void {
    inquiry.request.on('data', (chunk: Buffer) => {
      const { bytes, length } = inquiry;
      inquiry.bytes = bytes === nothing ? chunk : Buffer.concat([bytes, chunk]);
      if (inquiry.bytes.length < length) return;
      this.#heard.add(inquiry);
    });
  }

  /** Right before it goes out, so that nothing can change in between. */
  #answer(inquiry: Inquiry): void {
    const { response, authorization, bytes } = inquiry;
    // Once more: it may have been revoked while the body was on its way.
    const credential = this.#callers.recall(authorization);
    const ruling = credential && this.#ask(bytes, credential);
    if (ruling === undefined) goOn(inquiry);
    else if (!(ruling instanceof Promise)) this.#send(response, ruling);
    else {
      ruling.then(
        (late) => this.#send(response, late),
        () => goOn(inquiry),
      );
    }
  }

  /** Undefined where the question is not plain, and where answering it fails: the router answers bugs. */
  #ask(bytes: Buffer, { organizationId }: RuntimeCredential): Ruling | Promise<Ruling> | undefined {
    const question = readPlainQuestion(bytes);
    try {
      return question && this.#parts.verifier.verify(organizationId, question);
    } catch {
      return undefined;
    }
  }

  #send(response: ServerResponse, ruling: Ruling): void {
    const { text, encoding, length } = this.#texts.tell(ruling);
    // Names and values in turn, in the order in which the router sends them.
    const same = ['cache-control', 'no-store', 'content-type', 'application/json', 'content-length'];
    response.writeHead(200, ['x-request-id', randomUUID(), ...same, length]);
    response.end(text, encoding);
  }
}

function goOn({ request, response, route, bytes }: Inquiry): void {
  keepBody(request, bytes);
  route(request, response);
}
