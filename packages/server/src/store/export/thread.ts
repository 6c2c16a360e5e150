import { on } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Problem } from '../../domain/problem.ts';
import type { Exporter, ExportOrder } from '../../ports/exporter.ts';
import type { Log } from '../../ports/log.ts';
import type { ExportErrand, ExportWord } from './desk.ts';

export interface ExportThreadOptions {
  /** The program of the thread: it calls `serveExports`. */
  readonly entry: URL;
  /** What it needs to open the store. */
  readonly workerData: unknown;
  readonly log: Log;
}

/** Of JavaScript in the thread: more than that ends the exports under way, and not the plane. */
const heapMegabytes = 512;
const retryAfterSeconds = 1;
/** After the last export: to start the thread costs as much as to export some thousand records. */
const idleMilliseconds = 5000;

/**
 * Exports in a thread of their own. Reading, opening and encoding a hundred thousand records takes seconds of a
 * processor, and whoever asks for a verdict meanwhile would wait for each page of them. The thread is there while
 * somebody exports, and for a moment longer.
 */
export class ExportThread implements Exporter {
  readonly #options: ExportThreadOptions;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #readers = 0;

  constructor(options: ExportThreadOptions) {
    this.#options = options;
  }

  async *read(order: ExportOrder): AsyncGenerator<Uint8Array> {
    const { port1: port, port2 } = new MessageChannel();
    // Listens before there can be anything to hear. The thread's end of the channel closes with the thread.
    const words = on(port, 'message', { close: ['close'] }) as AsyncIterable<[ExportWord]>;
    this.#readers += 1;
    try {
      this.#start().postMessage({ order, port: port2 } satisfies ExportErrand, [port2]);
      for await (const [word] of words) {
        if (word === 'end') return;
        if (word === 'failed') break;
        yield word;
        port.postMessage('taken');
      }
      throw new Problem('store.unavailable', { retryAfterSeconds });
    } finally {
      port.close();
      this.#readers -= 1;
      if (this.#readers === 0) this.#idle = setTimeout(() => void this.close(), idleMilliseconds).unref();
    }
  }

  /** Another export starts the thread again. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const { entry, workerData, log } = this.#options;
    const worker = new Worker(entry, { workerData, resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    worker.unref();
    worker.on('error', (error) => log.error({ err: error }, 'the thread of exports failed'));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }
}
