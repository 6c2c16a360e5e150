import { constants, setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import type { ExportOrder } from '../../ports/exporter.ts';
import type { Log } from '../../ports/log.ts';

/** What the thread of exports is sent. */
export interface ExportErrand {
  readonly order: ExportOrder;
  /** Where the words of this export go, and where `taken` comes from for each piece. It closes where nobody reads. */
  readonly port: MessagePort;
}

export type ExportWord = Uint8Array | 'end' | 'failed';

/** Takes a piece of an export; resolves when there may be another, and rejects where nobody reads any more. */
export type SendPiece = (piece: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Writes a whole export, piece by piece. */
export type WriteExport = (order: ExportOrder, send: SendPiece) => Promise<void>;

/** Pieces on their way, at most: the reader takes one for each turn of a loop that may have much else to do. */
const piecesAhead = 4;

/** Answers errands that come through `parent`, side by side, for as long as the thread lives. */
export function serveExports(parent: MessagePort, write: WriteExport, log: Log): void {
  yieldToOthers();
  parent.on('message', ({ order, port }: ExportErrand) => {
    const outlet = new Outlet(port);
    write(order, (piece) => outlet.send(piece))
      .then(() => outlet.finish('end'))
      .catch((error: unknown) => {
        if (!outlet.isAbandoned) log.error({ err: error }, 'an export broke off');
        outlet.finish('failed');
      });
  });
}

/** Where processors are scarce, whoever waits for an answer goes first. Linux alone knows priorities of single threads. */
function yieldToOthers(): void {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}

/** The writing end of one export. */
class Outlet {
  readonly #port: MessagePort;
  #room = piecesAhead;
  #waiting: PromiseWithResolvers<void> | undefined;
  isAbandoned = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', () => {
      this.#room += 1;
      this.#waiting?.resolve();
    });
    port.on('close', () => {
      this.isAbandoned = true;
      this.#waiting?.resolve();
    });
  }

  async send(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    while (this.#room === 0 && !this.isAbandoned) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    if (this.isAbandoned) throw new Error('nobody reads the export any more');
    this.#room -= 1;
    this.#port.postMessage(piece satisfies ExportWord, [piece.buffer]);
  }

  finish(word: ExportWord): void {
    this.#port.postMessage(word);
    this.#port.close();
  }
}
