import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import type { Ruling } from '../../ports/verifier.ts';
import { type Kept, keepBody } from '../http/kept-body.ts';
import { readBearer } from '../http/presented.ts';
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
  readonly credential: RuntimeCredential;
  readonly length: number;
}

/**
 * Answers the plain question of a gateway that is known, beneath the router: nearly every request is one, and the router
 * costs three times as much as the decision. Whatever is not plain, and whatever is refused, goes the whole way, with
 * the body that was read. Both ways answer the same bytes.
 */
export class QuickVerify {
  readonly #parts: Pick<GatewayParts, 'verifier' | 'access'>;
  readonly #path: string;
  readonly #texts = new TextMemory();
  #closing = false;

  /** @param path of the route, whole */
  constructor(path: string, parts: Pick<GatewayParts, 'verifier' | 'access'>) {
    this.#path = path;
    this.#parts = parts;
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
    const token = readBearer(headers);
    const credential = token === undefined ? undefined : this.#parts.access.recall(token);
    return credential && { request, response, credential, length };
  }

  #hear({ request, response, credential, length }: Caller, route: RequestListener): void {
    let before: Buffer | undefined;
    let heard = false;
    const goOn = (kept: Kept) => {
      keepBody(request, kept);
      route(request, response);
    };
    // Once all is there, how the connection ends is nothing to this request.
    request.once('error', (error) => {
      if (!heard) goOn({ error });
    });
    request.on('data', (chunk: Buffer) => {
      before = before === undefined ? chunk : Buffer.concat([before, chunk]);
      if (before.length < length) return;
      heard = true;
      const bytes = before;
      const ruling = this.#ask(bytes, credential);
      if (ruling === undefined) goOn({ bytes });
      else if (!(ruling instanceof Promise)) this.#send(response, ruling);
      else {
        ruling.then(
          (late) => this.#send(response, late),
          () => goOn({ bytes }),
        );
      }
    });
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
