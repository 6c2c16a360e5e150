import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Problem } from '../../../domain/problem.ts';
import { OptionError } from '../call-option.ts';
import { makeQuestion } from '../held-call.ts';
import { listenOn, type OwnListener, type OwnListenerOptions } from '../own-listener.ts';
import type { GatewayParts } from '../part.ts';
import { RareWarning } from '../rare-warning.ts';
import { type Notice, SpoeConnection, type SpoeLimits, spoeLimitsDefault } from './connection.ts';
import { readInquiry } from './inquiry.ts';
import { describeStatus } from './status.ts';
import { encodeFailure, encodeRuling } from './variable.ts';

export interface SpoeOptions extends OwnListenerOptions {
  readonly limits?: Partial<SpoeLimits> | undefined;
}

/** HAProxy keeps a few for each of its threads. */
const connectionsMax = 1024;
const handshakeMs = 10_000;
/** For what is under way when the agent is to stop. */
const patienceMs = 10_000;

/** Starts the agent that HAProxy asks through its SPOE filter. Rejects where the address can't be had. */
export async function startSpoeAgent(parts: GatewayParts, options: SpoeOptions): Promise<OwnListener> {
  const limits = { ...spoeLimitsDefault, ...options.limits };
  const respondent = new Respondent(parts, options.onAnswer);
  const connections = new Map<Socket, SpoeConnection>();
  const accept = (socket: Socket) => {
    const connection = new SpoeConnection({
      socket,
      limits,
      answer: (notice) => respondent.answer(notice),
      isHealthy: () => parts.verifier.state().fresh,
      onFault: (status) => respondent.warn('a SPOE connection was ended', { status, because: describeStatus(status) }),
    });
    connections.set(socket, connection);
    socket.once('close', () => connections.delete(socket));
  };
  const server = options.tls
    ? createTlsServer({ ...options.tls, handshakeTimeout: handshakeMs }, accept)
    : createServer(accept);
  server.maxConnections = connectionsMax;
  const port = await listenOn(server, options);
  server.on('error', (error) => parts.log.error({ err: error }, 'the SPOE listener failed'));
  return { port, close: () => closeServer(server, connections) };
}

async function closeServer(server: Server, connections: ReadonlyMap<Socket, SpoeConnection>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections.values()) connection.drain();
  const end = setTimeout(() => {
    for (const socket of connections.keys()) socket.destroy();
  }, patienceMs);
  await closed;
  clearTimeout(end);
}

/** Finds the answer to each question. */
class Respondent {
  readonly #parts: GatewayParts;
  readonly #warning: RareWarning;
  readonly #onAnswer: SpoeOptions['onAnswer'];

  constructor(parts: GatewayParts, onAnswer: SpoeOptions['onAnswer']) {
    this.#parts = parts;
    this.#onAnswer = onAnswer;
    this.#warning = new RareWarning(parts);
  }

  warn(kind: string, facts: object): void {
    this.#warning.warn(kind, facts);
  }

  /** Never rejects: what can't be decided is refused (G6). */
  async answer(notice: Notice): Promise<Buffer> {
    const { verifier, access } = this.#parts;
    try {
      const inquiry = readInquiry(notice.messages);
      const credential = await access.identify(inquiry.presented, notice.address);
      const ruling = await verifier.verify(credential.organizationId, makeQuestion(inquiry.call, inquiry.options));
      const ack = encodeRuling(notice, ruling, inquiry);
      this.#onAnswer?.(ruling.verdict.allowed ? 'allowed' : 'refused');
      return ack;
    } catch (error) {
      this.#onAnswer?.('failed');
      return encodeFailure(notice.ids, this.#explain(error));
    }
  }

  #explain(error: unknown): string {
    if (error instanceof OptionError) {
      this.warn('HAProxy asks what can not be answered; its calls are refused', { because: error.message });
      return 'gateway.misconfigured';
    }
    if (error instanceof Problem) {
      this.warn('HAProxy asks without a good runtime credential; its calls are refused', { code: error.code });
      return error.code;
    }
    this.#parts.log.error({ err: error }, 'bug: a question of HAProxy failed; the call is refused');
    return 'gateway.failed';
  }
}
