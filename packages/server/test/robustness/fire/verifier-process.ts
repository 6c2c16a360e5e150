import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromHost, HostTask, Standing, ToHost } from './verifier-host.ts';

const script = fileURLToPath(new URL('./verifier-host.ts', import.meta.url));
/** A guard against hanging, nothing else. */
const patienceMs = 30_000;

/**
 * Node 26.10 at times never ends a process whose forked children were killed: freeing its environment, it waits for a
 * handle that nobody closes (seen in uv_run under CleanupHandles). All is done and told by then, so it leaves that out.
 */
process.on('exit', (code) => process.exit(code));

/** Remote verifiers in a process of their own, that ask themselves constantly and write down what they answered. */
export class VerifierProcess {
  readonly names: readonly string[];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready: Promise<void>;
  readonly #waiting = new Map<number, (standings: readonly Standing[]) => void>();
  #tickets = 0;

  /** @param nodeFlags of the process, as `['--import', 'file:…']` */
  constructor(task: HostTask, nodeFlags: readonly string[] = []) {
    this.names = task.verifiers.map(({ name }) => name);
    this.#child = fork(script, [JSON.stringify(task)], { execArgv: [...nodeFlags], stdio: 'inherit' });
    // Not `once` of node:events: that ends with an 'error', too.
    this.#exited = new Promise((done) => this.#child.once('exit', done));
    const missing = new Set(this.names);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ready = promise;
    this.#child.on('message', (message: FromHost) => {
      if (message.kind === 'ready' && missing.delete(message.name) && missing.size === 0) resolve();
      if (message.kind === 'told') this.#waiting.get(message.ticket)?.(message.standings);
    });
    this.#child.on('error', () => undefined);
  }

  /** All of them have heard all that the plane knew. */
  ready(): Promise<void> {
    return this.#orGone(this.#ready, `${this.names.join()} did not become ready`);
  }

  heat(keys: readonly number[]): void {
    this.#send({ kind: 'hot', keys });
  }

  async tell(): Promise<readonly Standing[]> {
    const ticket = ++this.#tickets;
    const { promise, resolve } = Promise.withResolvers<readonly Standing[]>();
    this.#waiting.set(ticket, resolve);
    this.#send({ kind: 'tell', ticket });
    return this.#orGone(promise, `${this.names.join()} did not tell how they stand`);
  }

  /** SIGSTOP: it holds its connections, and does nothing. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Lets it leave the plane. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#send({ kind: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #send(message: ToHost): void {
    // Who is being killed hears nothing; the error goes to the callback.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async #orGone<T>(promise: Promise<T>, failure: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(failure)), patienceMs);
    });
    const gone = this.#exited.then(() => Promise.reject(new Error(`${failure}: the process is gone`)));
    try {
      return await Promise.race([promise, late, gone]);
    } finally {
      clearTimeout(timer);
      gone.catch(() => undefined);
    }
  }
}
