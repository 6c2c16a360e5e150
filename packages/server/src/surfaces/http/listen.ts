import { type AddressInfo, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Resolves to the URL that it is reached under. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  tls: boolean,
): Promise<string> {
  await app.listen({ host, port });
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host;
  const { port: taken } = app.server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://${isIP(name) === 6 ? `[${name}]` : name}:${taken}`;
}
