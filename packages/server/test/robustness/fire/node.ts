import { hostname } from 'node:os';
import { Client } from '../support/client.ts';
import { adminAuthorization, ServerProcess, type ServerProcessOptions } from '../support/server-process.ts';

/** A node of a fleet: a real server, that can be killed and started again. */
export class FleetNode {
  readonly #options: ServerProcessOptions;
  #server: ServerProcess | undefined;
  #client: Client | undefined;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  /** Of the management API; undefined while the node is down. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** Of the runtime listener; undefined while the node is down. */
  get runtimeUrl(): string | undefined {
    return this.#server?.runtimeUrl;
  }

  /** As its own verifier is called where verifiers are named. */
  get verifierName(): string | undefined {
    return this.#server === undefined ? undefined : `node:${hostname()}:${this.#server.pid}`;
  }

  get runtimePort(): number | undefined {
    return this.runtimeUrl === undefined ? undefined : Number(new URL(this.runtimeUrl).port);
  }

  get log(): string {
    return this.#server?.log ?? '';
  }

  async start(): Promise<void> {
    const server = await ServerProcess.start(this.#options);
    this.#server = server;
    this.#client = new Client(server.url, { authorization: adminAuthorization });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end((server) => server.kill());
  }

  /** Drains and closes. */
  async stop(): Promise<void> {
    await this.#end((server) => server.stop());
  }

  async #end(how: (server: ServerProcess) => Promise<void>): Promise<void> {
    const [server, client] = [this.#server, this.#client];
    this.#server = undefined;
    this.#client = undefined;
    if (server === undefined) return;
    await how(server);
    client?.close();
  }
}
