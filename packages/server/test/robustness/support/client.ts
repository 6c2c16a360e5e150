import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface ClientRequest {
  readonly method: string;
  /** Path and query, as they go onto the wire. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** An object goes as JSON. */
  readonly body?: object | string | Buffer | undefined;
}

export interface ClientAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A guard against hanging, nothing else. */
const answerMilliseconds = 30_000;

/** An HTTP client that keeps its connections and changes nothing of what it is told to send. */
export class Client {
  readonly #url: URL;
  readonly #authorization: string | undefined;
  readonly #agent: Agent;

  constructor(url: string, { authorization, connections }: { authorization?: string; connections?: number } = {}) {
    this.#url = new URL(url);
    this.#authorization = authorization;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections ?? 64 });
  }

  /** Rejects where the connection ends before the answer does. */
  send({ method, path, headers, body }: ClientRequest): Promise<ClientAnswer> {
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const bytes = payload === undefined ? undefined : Buffer.from(payload);
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host: this.#url.hostname,
        port: this.#url.port,
        agent: this.#agent,
        method,
        path,
        headers: {
          ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
          ...(typeof body === 'object' && !Buffer.isBuffer(body) ? { 'content-type': 'application/json' } : {}),
          ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
          ...headers,
        },
      });
      request.setTimeout(answerMilliseconds, () => request.destroy(new Error(`no answer to ${method} ${path}`)));
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('aborted', () => reject(new Error('the answer was cut off')));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
