import type { AddressInfo, Server } from 'node:net';
import type { GatewayAnswer } from '../http/answer-tally.ts';

/** Where one protocol is spoken on a listener of its own. */
export interface OwnAddress {
  readonly host: string;
  readonly port: number;
}

export interface OwnListenerOptions extends OwnAddress {
  /** Certificate and key in PEM; absent: plain TCP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Told of every answer. */
  readonly onAnswer?: ((answer: GatewayAnswer) => void) | undefined;
}

/** A listener that is up. */
export interface OwnListener {
  readonly port: number;
  /** Answers what is under way, then closes. */
  close(): Promise<void>;
}

/** Resolves to the port; rejects where the address can't be had. */
export function listenOn(server: Server, { host, port }: OwnAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
