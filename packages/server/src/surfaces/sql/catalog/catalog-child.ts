import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CatalogReply, CatalogRequest } from './catalog-message.ts';

const scope = '@electric-sql';
const packages = [`${scope}/pglite`, `${scope}/pglite-prepopulatedfs`];

/**
 * Starts the catalog's process: it may read its own code and its packages, and nothing else of the machine: no other
 * file, no process, no environment, and no network from Node 25 on.
 */
export function startCatalogChild(): CatalogChild {
  const here = import.meta.dirname;
  const child = fork(join(here, `catalog-process${extname(import.meta.filename)}`), {
    execArgv: [
      '--permission',
      '--allow-worker',
      ...listReadable(here).map((path) => `--allow-fs-read=${path}/*`),
      '--max-old-space-size=256',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new CatalogChild(child);
}

/** Our own package, and where its packages are looked for and lie. */
function listReadable(here: string): string[] {
  const lookedFor: string[] = [];
  for (let folder = here; ; folder = dirname(folder)) {
    lookedFor.push(join(folder, 'node_modules', scope));
    if (folder === dirname(folder)) break;
  }
  // Their face is `dist/index.js`.
  const lie = packages.map((name) => dirname(dirname(fileURLToPath(import.meta.resolve(name)))));
  return [join(here, '../../../..'), ...lookedFor, ...lie];
}

/** Why a question has no answer: the process ended, was killed, or never began. */
export class CatalogChildEnded extends Error {
  override readonly name = 'CatalogChildEnded';
}

interface Waiting {
  readonly resolve: (reply: CatalogReply) => void;
  readonly reject: (error: Error) => void;
}

/** A process that answers one question at a time. */
export class CatalogChild {
  readonly #process: ChildProcess;
  #waiting: Waiting | undefined;
  #ended = false;

  constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (reply: CatalogReply) => this.#settle()?.resolve(reply));
    child.on('error', () => this.#end());
    child.on('exit', () => this.#end());
    child.unref();
    child.channel?.unref();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws CatalogChildEnded */
  ask(request: CatalogRequest): Promise<CatalogReply> {
    if (this.#ended) return Promise.reject(new CatalogChildEnded('the process of the catalog has ended'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#process.channel?.ref();
      this.#process.send(request, (error) => {
        if (error !== null) this.kill();
      });
    });
  }

  /** What it does for one session must not slow what the plane does for all. */
  lowerPriority(): void {
    try {
      const { pid } = this.#process;
      if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended already, or the system allows no such thing: it works all the same.
    }
  }

  /** Whoever waits for an answer gets CatalogChildEnded at once. */
  kill(): void {
    this.#process.kill('SIGKILL');
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#settle()?.reject(new CatalogChildEnded('the process of the catalog has ended'));
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#process.channel?.unref();
    return waiting;
  }
}
