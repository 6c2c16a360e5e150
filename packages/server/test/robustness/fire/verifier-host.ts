import { join } from 'node:path';
import { FeedClient, type FeedTiming, Verifier } from '@claviger/verify';
import { clockMs, VerdictFile } from './verdict-log.ts';

/** What the process is told to do, as JSON in its first argument. */
export interface HostTask {
  readonly verifiers: readonly HostedVerifier[];
  /** Runtime credential. */
  readonly token: string;
  readonly keys: readonly string[];
  /** Where each verifier has a file of verdicts, by its name. */
  readonly directory: string;
  /** Between two rounds of questions. */
  readonly sweepMs: number;
  /** Keys of one round beside the hot ones; the next round goes on behind them. */
  readonly keysOfSweep: number;
  readonly timing: Partial<FeedTiming>;
}

export interface HostedVerifier {
  readonly name: string;
  readonly url: string;
  readonly stalenessMsMax: number;
}

export type ToHost =
  /** Keys that are asked about in each round from now on. */
  | { readonly kind: 'hot'; readonly keys: readonly number[] }
  | { readonly kind: 'tell'; readonly ticket: number }
  | { readonly kind: 'stop' };

export type FromHost =
  | { readonly kind: 'ready'; readonly name: string }
  | { readonly kind: 'told'; readonly ticket: number; readonly standings: readonly Standing[] }
  | { readonly kind: 'stopped' };

/** How a verifier stands: what it would answer for each key. */
export interface Standing {
  readonly name: string;
  readonly sequence: number | undefined;
  readonly snapshots: number;
  /** Faults of the feed, each as often as it came. */
  readonly faults: readonly string[];
  readonly reasons: readonly string[];
}

/** What is asked about each key; its product allows everything. */
const call = { environment: 'prod', target: '/' } as const;

class Hosted {
  readonly #name: string;
  readonly #keys: readonly string[];
  readonly #verifier: Verifier;
  readonly #client: FeedClient;
  readonly #file: VerdictFile;
  readonly #faults: string[] = [];
  #snapshots = 0;

  constructor({ name, url, stalenessMsMax }: HostedVerifier, { token, keys, directory, timing }: HostTask) {
    this.#name = name;
    this.#keys = keys;
    this.#verifier = new Verifier({ stalenessMsMax });
    this.#file = new VerdictFile(join(directory, name));
    const { verifier } = { verifier: this.#verifier };
    this.#client = new FeedClient({
      url,
      token,
      name,
      verifier,
      timing,
      onNotice: (notice) => {
        if (notice.kind === 'fault') this.#faults.push(notice.fault);
        if (notice.kind === 'adopted') this.#snapshots += 1;
      },
    });
  }

  async start(): Promise<void> {
    await this.#client.start();
    send({ kind: 'ready', name: this.#name });
  }

  ask(keys: readonly number[]): void {
    for (const key of keys) {
      const began = clockMs();
      const { allowed } = this.#verifier.verify({ ...call, key: this.#keys[key] });
      this.#file.add({ began, ended: clockMs(), key, allowed });
    }
    this.#file.flush();
  }

  tell(): Standing {
    const reasons = this.#keys.map((key) => {
      const verdict = this.#verifier.verify({ ...call, key });
      return verdict.allowed ? 'allowed' : verdict.reason;
    });
    const sequence = this.#client.status.position?.sequence;
    return { name: this.#name, sequence, snapshots: this.#snapshots, faults: this.#faults, reasons };
  }

  async stop(): Promise<void> {
    await this.#client.stop();
    this.#file.close();
  }
}

function send(message: FromHost): void {
  process.send?.(message);
}

function main(task: HostTask): void {
  const hosted = task.verifiers.map((each) => new Hosted(each, task));
  const { length } = task.keys;
  let hot: readonly number[] = [];
  let next = 0;
  const sweep = setInterval(() => {
    const others = Array.from({ length: Math.min(task.keysOfSweep, length) }, (_, at) => (next + at) % length);
    next = (next + others.length) % length;
    for (const each of hosted) each.ask([...hot, ...others]);
  }, task.sweepMs);
  const stop = async () => {
    clearInterval(sweep);
    await Promise.all(hosted.map((each) => each.stop()));
    send({ kind: 'stopped' });
    process.disconnect?.();
  };
  process.on('message', (message: ToHost) => {
    if (message.kind === 'hot') hot = message.keys;
    else if (message.kind === 'tell')
      send({ kind: 'told', ticket: message.ticket, standings: hosted.map((each) => each.tell()) });
    else void stop();
  });
  process.on('disconnect', () => process.exit());
  for (const each of hosted) void each.start().catch(() => undefined);
}

main(JSON.parse(process.argv[2] ?? '{}') as HostTask);
