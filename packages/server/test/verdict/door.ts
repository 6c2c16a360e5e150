import { FeedClient, type GateOptions, Verifier } from '@claviger/verify';
import { type Frame, frames } from '../../../verify/test/frame.ts';
import { openEnvoyStub } from '../support/envoy.ts';
import type { TestServer } from '../support/server.ts';
import { SpopClient } from '../support/spop.ts';
import { makeRuntimeToken } from '../support/verification.ts';
import { nameKey, type World, type WorldCall } from './world.ts';

/** Where a world can be asked about. */
export interface WorldPlace {
  readonly server: TestServer;
  readonly organization: string;
  /** Runtime credential of the organization. */
  readonly token: string;
  readonly world: World;
}

/** A way to a verdict: a gateway, a protocol, a process. To test another one, add it to the list that is tested. */
export interface Door {
  readonly name: string;
  /** The path that gets to it of one that was sent, where it is not the same: what it is to decide about. */
  readonly resolvePath?: (path: string) => string;
  /** Ready when all that the plane knows is known. */
  open(place: WorldPlace): Promise<OpenDoor>;
}

export interface OpenDoor {
  /** `allowed`, or the reason of a refusal. */
  ask(call: WorldCall): Promise<string>;
  close(): Promise<void>;
}

export async function openPlace(server: TestServer, organization: string, world: World): Promise<WorldPlace> {
  return { server, organization, world, token: await makeRuntimeToken(server, organization) };
}

/** The plane's own verifier, over HTTP. */
export const httpDoor: Door = {
  name: 'the verify call',
  async open({ server, token, world: { place } }) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return {
      async ask({ key, path, method }) {
        const question = { ...place, path, method, ...(key === undefined ? {} : { key: nameKey(key) }) };
        const answer = await fetch(`${server.runtimeUrl}/claviger/v1/verify`, {
          method: 'POST',
          headers,
          body: JSON.stringify(question),
        });
        const verdict = (await answer.json()) as { allowed: boolean; reason?: string };
        return verdict.allowed ? 'allowed' : (verdict.reason ?? `${answer.status}`);
      },
      close: async () => undefined,
    };
  },
};

/** A verifier in this process that follows the plane's feed. */
export const inProcessDoor: Door = {
  name: 'the verifier in process',
  async open(place) {
    const { verifier, stop } = await follow(place);
    return {
      async ask({ key, path, method }) {
        const presented = key === undefined ? undefined : nameKey(key);
        const verdict = verifier.verify({ ...place.world.place, key: presented, target: path, method });
        return verdict.allowed ? 'allowed' : verdict.reason;
      },
      close: stop,
    };
  },
};

/** Each middleware, around a verifier that follows the feed. */
export const middlewareDoors: readonly Door[] = Object.entries(frames).map(([name, open]) => ({
  name: `the middleware of ${name}`,
  ...(name === 'fetch' && { resolvePath: resolveAsRequest }),
  async open(place) {
    const { verifier, stop } = await follow(place);
    let last = '';
    const options: GateOptions = {
      verifier,
      ...place.world.place,
      keys: [{ kind: 'header', name: 'x-api-key' }],
      onVerdict: (reason) => {
        last = reason;
      },
    };
    const frame: Frame = await open(options);
    return {
      async ask({ key, path, method }) {
        const headers = key === undefined ? [] : ['x-api-key', nameKey(key)];
        const { status } = await frame.ask({ target: path, method, headers });
        return (last === 'allowed') === (status === 200) ? last : `${last}, answered ${status}`;
      },
      async close() {
        await frame.close();
        await stop();
      },
    };
  },
}));

/** A `Request` has no dots in its path (`packages/verify/README.md`, Where the API begins). */
function resolveAsRequest(path: string): string {
  const { pathname, hash } = new URL(`http://api.example${path}`);
  return pathname + hash;
}

/** Envoy's `ext_authz` over gRPC, answered by the plane. */
export const envoyDoor: Door = {
  name: 'ext_authz over gRPC',
  async open({ server, token, world: { place } }) {
    const stub = openEnvoyStub(server.ports.envoy ?? 0, token);
    return {
      async ask({ key, path, method }) {
        const headers = key === undefined ? {} : { 'x-api-key': nameKey(key) };
        const attributes = { request: { http: { method, path, headers } }, context_extensions: optionsOf(place) };
        const { status } = await stub.check({ attributes });
        return (status?.code ?? 0) === 0 ? 'allowed' : (status?.message ?? '');
      },
      close: async () => stub.close(),
    };
  },
};

/** HAProxy's SPOE, answered by the plane. */
export const spoeDoor: Door = {
  name: 'SPOP',
  async open({ server, token, world: { place } }) {
    const client = await SpopClient.greet(server.ports.spoe ?? 0);
    return {
      async ask({ key, path, method }) {
        const headers = key === undefined ? '\r\n' : `x-api-key: ${nameKey(key)}\r\n\r\n`;
        const told = await client.ask({ ...optionsOf(place), token, method, path, headers });
        return told?.values['allowed'] === true ? 'allowed' : String(told?.values['reason']);
      },
      close: async () => client.close(),
    };
  },
};

/** As operators write them for a gateway. */
function optionsOf({ environment, proxy, basePath }: World['place']) {
  return { environment, proxy, base: basePath, key: 'header:x-api-key' };
}

async function follow({ server, token }: WorldPlace): Promise<{ verifier: Verifier; stop: () => Promise<void> }> {
  const verifier = new Verifier();
  const client = new FeedClient({ url: server.runtimeUrl, token, verifier, timing: { holdMs: 1_000 } });
  await client.start();
  return { verifier, stop: () => client.stop() };
}
