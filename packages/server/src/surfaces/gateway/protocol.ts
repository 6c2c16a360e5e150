import type { AnswerTally } from '../http/answer-tally.ts';
import type { OwnAddress, OwnListener, OwnListenerOptions } from './own-listener.ts';
import type { GatewayParts } from './part.ts';

type Start = (parts: GatewayParts, options: OwnListenerOptions) => Promise<OwnListener>;

/** Every protocol that is not HTTP, by the name that its settings begin with: loaded where somebody wants it. */
const starters = {
  spoe: async () => (await import('./spoe/agent.ts')).startSpoeAgent,
  envoy: async () => (await import('./envoy/server.ts')).startEnvoyServer,
} satisfies Record<string, () => Promise<Start>>;

type Protocol = keyof typeof starters;
const protocols = Object.keys(starters) as Protocol[];

export type ProtocolAddresses = Readonly<Partial<Record<Protocol, OwnAddress | undefined>>>;

export interface ProtocolListeners {
  /** Where they listen: a port 0 has become one. */
  readonly addresses: ProtocolAddresses;
  close(): Promise<void>;
}

/** Starts those that have an address; where one can't start, none stays. */
export async function startProtocols(
  parts: GatewayParts,
  wanted: ProtocolAddresses,
  { tls, tally }: { readonly tls: OwnListenerOptions['tls']; readonly tally: AnswerTally },
): Promise<ProtocolListeners> {
  const started: OwnListener[] = [];
  const addresses: Partial<Record<Protocol, OwnAddress>> = {};
  const close = async () => {
    await Promise.all(started.map((listener) => listener.close()));
  };
  try {
    for (const protocol of protocols) {
      const address = wanted[protocol];
      if (address === undefined) continue;
      const start: Start = await starters[protocol]();
      const listener = await start(parts, {
        ...address,
        tls,
        onAnswer: (answer) => tally.add(protocol, answer),
      });
      started.push(listener);
      addresses[protocol] = { host: address.host, port: listener.port };
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}
