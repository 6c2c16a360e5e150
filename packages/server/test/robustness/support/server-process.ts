import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const adminEmail = 'admin@example.com';
export const adminPassword = 'a password for the robustness tests';
export const adminAuthorization = `Basic ${Buffer.from(`${adminEmail}:${adminPassword}`).toString('base64')}`;

export interface ServerProcessOptions {
  readonly dataDirectory: string;
  /** `postgres://…`; absent: SQLite in the data directory. */
  readonly store?: string | undefined;
  /** Further settings by the names of their variables. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Program and arguments that run Node, as `['strace', '-f']`. */
  readonly wrapper?: readonly string[] | undefined;
}

const entry = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const startMilliseconds = 120_000;

/** A real server in a process of its own, with all it writes to standard error. */
export class ServerProcess {
  readonly url: string;
  /** Of the runtime listener. */
  readonly runtimeUrl: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #log: string[];

  private constructor(child: ChildProcess, { url, runtimeUrl }: Urls, log: string[]) {
    this.#child = child;
    this.url = url;
    this.runtimeUrl = runtimeUrl;
    this.#log = log;
    this.#exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  }

  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const { dataDirectory, store, settings, wrapper = [] } = options;
    const [program = process.execPath, ...args] = [...wrapper, process.execPath, entry, 'serve'];
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        CLAVIGER_LISTEN: '127.0.0.1:0',
        CLAVIGER_RUNTIME_LISTEN: '127.0.0.1:0',
        CLAVIGER_SQL_LISTEN: 'off',
        CLAVIGER_DATA: dataDirectory,
        CLAVIGER_ADMIN_PASSWORD: adminPassword,
        CLAVIGER_LOG_LEVEL: 'info',
        ...(store === undefined ? {} : { CLAVIGER_STORE: store }),
        ...settings,
      },
    });
    const log: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => log.push(chunk));
    return new ServerProcess(child, await readUrls(child, log), log);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything on standard error so far. */
  get log(): string {
    return this.#log.join('');
  }

  /** kill -9. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Drains and closes. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

interface Urls {
  readonly url: string;
  readonly runtimeUrl: string;
}

/** The addresses in the lines that tell of them; the ready line is the last. */
function readUrls(child: ChildProcess, log: readonly string[]): Promise<Urls> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did not start: ${log.join('')}`));
    }, startMilliseconds);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const url = /claviger listening on (\S+)/.exec(text)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve({ url, runtimeUrl: /claviger answers gateways on (\S+)/.exec(text)?.[1] ?? '' });
    });
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`the server ended before it was ready: ${log.join('')}`));
    });
  });
}
