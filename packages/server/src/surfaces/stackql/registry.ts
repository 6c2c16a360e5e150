import { createTarGzip } from 'nanotar';
import type { OpenApiDocument } from './open-api.ts';
import { buildService } from './service.ts';

/** A provider of the registry. Google's own name is taken so that SQL written for it works as it is. */
interface Provider {
  readonly id: string;
  /** Where StackQL looks for it (compat/stackql.md §2.5). */
  readonly directory: string;
  readonly title: string;
}

const providers: readonly Provider[] = [
  { id: 'google', directory: 'googleapis.com', title: 'Claviger, in place of Google' },
  { id: 'claviger', directory: 'claviger', title: 'Claviger' },
];

const service = 'apigee';
/** What StackQL calls documents under development: read from `src/` without being pulled. */
const developmentVersion = 'v00.00.00000';
/** Of what is pulled: year, month, and the document's number in it. */
export const releaseVersion = 'v26.11.00001';

export interface RegistryOptions {
  readonly document: OpenApiDocument;
  /** Where the paths of the document begin, without a slash at its end. */
  readonly serverUrl: string;
}

/**
 * The files of a StackQL registry by their paths, as `src/claviger/v00.00.00000/provider.yaml`. They are JSON, which every
 * reader of YAML reads, and reads faster.
 */
export function listRegistryFiles(options: RegistryOptions): Map<string, string> {
  const files = new Map<string, string>();
  for (const provider of providers) {
    for (const version of [developmentVersion, releaseVersion]) {
      for (const [name, text] of listProviderFiles(provider, version, options)) {
        files.set(`src/${provider.directory}/${version}/${name}`, text);
      }
    }
  }
  return files;
}

/** What can be pulled. */
export function listReleases(): object {
  return { providers: Object.fromEntries(providers.map(({ id }) => [id, { versions: [releaseVersion] }])) };
}

/** The archives that `REGISTRY PULL` fetches, as `google/v26.11.00001.tgz`: by the provider's name, and by its directory. */
export async function packReleases(options: RegistryOptions): Promise<Map<string, Buffer>> {
  const packed = await Promise.all(providers.map((provider) => packRelease(provider, options)));
  return new Map(packed.flat());
}

async function packRelease(provider: Provider, options: RegistryOptions): Promise<[string, Buffer][]> {
  const files = listProviderFiles(provider, releaseVersion, options).map(([name, data]) => ({
    name: `${releaseVersion}/${name}`,
    data,
    attrs: { mtime: 0 },
  }));
  const archive = Buffer.from(await createTarGzip(files));
  return [provider.id, provider.directory].map((name) => [`${name}/${releaseVersion}.tgz`, archive]);
}

function listProviderFiles(provider: Provider, version: string, options: RegistryOptions): [string, string][] {
  return [
    ['provider.yaml', print(describeProvider(provider, version))],
    [
      `services/${service}.yaml`,
      print(buildService({ ...options, prefix: `${provider.id}.${service}`, title: provider.title })),
    ],
  ];
}

function describeProvider({ id, directory, title }: Provider, version: string): object {
  const file = `${directory}/${version}/services/${service}.yaml`;
  return {
    id,
    name: id,
    version,
    title,
    description: 'Developers, apps and API keys, compatible with the Apigee management API.',
    providerServices: {
      [service]: {
        id: `${service}:${version}`,
        name: service,
        preferred: true,
        title,
        version,
        description: 'Developers, apps, keys, API products and app groups.',
        service: { $ref: file },
      },
    },
    // Whoever signs in says so with --auth, which counts before this.
    config: { auth: { type: 'null_auth' } },
  };
}

function print(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
