import assert from 'node:assert/strict';
import type { Door } from '../driver.ts';
import { readFaultCode } from '../driver.ts';
import type { Setup } from '../row.ts';
import { readIdentity, type Upstream } from '../upstream.ts';
import { exchange, writeRequest } from '../wire.ts';

/** A gateway that listens on a port for each setup, with one API behind all of them. */
export interface ProxyParts {
  readonly ports: ReadonlyMap<Setup, number>;
  readonly upstream: Upstream;
  close(): Promise<void>;
}

/** Asks a row over the wire, as a client does. The gateway answers `x-claviger-reason` to who is refused. */
export function openProxyDoor({ ports, upstream, close }: ProxyParts): Door {
  return {
    async ask({ setup, request }) {
      const port = ports.get(setup);
      assert.ok(port, setup);
      upstream.take();
      const { status, headers, body } = await exchange(port, writeRequest(request));
      const handed = upstream.take();
      const [call] = handed;
      const identity = call === undefined ? undefined : readIdentity(call);
      const reason = headers.get('x-claviger-reason') ?? (call === undefined ? undefined : 'allowed');
      return { status, reason, faultCode: readFaultCode(body), identity, handed };
    },
    async close() {
      await close();
      await upstream.close();
    },
  };
}
