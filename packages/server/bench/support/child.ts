import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Usage } from '../process/host.ts';

/** A server in a process of its own: it tells its URL when it listens, and what it uses when it is asked. */
export interface Served {
  readonly url: string;
  /** Of a plane's runtime listener; empty where there is none. */
  readonly runtimeUrl: string;
  readonly pid: number;
  readUsage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** A script of `bench/process/`, what it is told, and the file that its standard error goes to. */
export interface Spawning {
  readonly script: string;
  readonly task: object;
  readonly logFile: string;
}

const tailCharacters = 500;
const startMilliseconds = 120_000;
/** Who has not ended by then is killed: a row that failed may have left him in the middle of something. */
const stopMilliseconds = 60_000;

/** @throws Error where the script ends before it listens, or says nothing for two minutes */
export async function serve({ script, task, logFile }: Spawning): Promise<Served> {
  const log = openSync(logFile, 'a');
  const child = fork(fileURLToPath(new URL(`../process/${script}.ts`, import.meta.url)), [JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', log, 'ipc'],
    execArgv: (process.env['CLAVIGER_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''),
  });
  closeSync(log);
  const failure = (what: string) => `${script} ${what}: ${tailOf(logFile)}`;
  const { url, runtimeUrl } = (await nextMessage(child, () => failure('did not start'))) as Pick<
    Served,
    'url' | 'runtimeUrl'
  >;
  return {
    url,
    runtimeUrl,
    pid: child.pid ?? 0,
    readUsage: async () => {
      child.send('usage');
      return (await nextMessage(child, () => failure('is gone'))) as Usage;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
      child.send('stop');
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Of a file that goes with the run. */
function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trim().slice(-tailCharacters);
}

async function nextMessage(child: ChildProcess, failure: () => string): Promise<unknown> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(startMilliseconds)]);
  const exited = once(child, 'exit', { signal }).then(() => Promise.reject(new Error(failure())));
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), exited]);
    return message;
  } finally {
    settled.abort();
    exited.catch(() => undefined);
  }
}
