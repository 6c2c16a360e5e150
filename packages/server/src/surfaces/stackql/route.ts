import type { FastifyInstance, FastifyReply } from 'fastify';
import type { OpenApiDocument } from './open-api.ts';
import { listRegistryFiles, listReleases, packReleases } from './registry.ts';

export interface StackqlOptions {
  /** The X dialect's OpenAPI document, once the server is ready. */
  readonly document: () => object;
  /** Where that dialect is served, as `https://plane.example.com/x`. */
  readonly serverUrl: () => string;
}

const hidden = { schema: { hide: true } };
const yamlType = 'application/yaml; charset=utf-8';

/** An HTTP registry of StackQL (compat/stackql.md §2.5). It tells of what is served, to anybody, as OpenAPI does. */
export function serveStackqlRegistry(app: FastifyInstance, { document, serverUrl }: StackqlOptions): void {
  const read = () => ({ document: document() as OpenApiDocument, serverUrl: serverUrl() });
  const files = once(() => listRegistryFiles(read()));
  const releases = once(() => packReleases(read()));
  app.get('/stackql/files.json', hidden, async () => ({ files: [...files().keys()] }));
  app.get('/stackql/src/*', hidden, async (request, reply) => {
    const { '*': rest } = request.params as { readonly '*': string };
    const text = files().get(`src/${rest}`);
    return text === undefined ? refuse(reply) : reply.type(yamlType).send(text);
  });
  app.get('/stackql/dist/providers.yaml', hidden, async (_request, reply) =>
    reply.type(yamlType).send(JSON.stringify(listReleases(), null, 2)),
  );
  app.get('/stackql/dist/:provider/:archive', hidden, async (request, reply) => {
    const { provider, archive } = request.params as { readonly provider: string; readonly archive: string };
    const packed = (await releases()).get(`${provider}/${archive}`);
    return packed === undefined ? refuse(reply) : reply.type('application/gzip').send(packed);
  });
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'This registry has no such file. What it has: /stackql/files.json' });
}

/** What is served does not change while the server runs. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
