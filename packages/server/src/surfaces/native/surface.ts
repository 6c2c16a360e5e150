import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import { parseJsonBody } from '../http/json.ts';
import { encodeNativeProblem, nativeBug } from '../http/native-problem.ts';
import { readAuthorization } from '../http/presented.ts';
import type { Route } from '../http/route.ts';
import type { Surface } from '../http/surface.ts';
import { accountRoutes } from './account.ts';
import { accountTokenRoutes } from './account-token.ts';
import { archiveRoutes } from './archive.ts';
import { auditRoutes } from './audit.ts';
import { bulkRoutes } from './bulk.ts';
import { credentialRoutes } from './credential.ts';
import { environmentRoutes } from './environment.ts';
import { masterKeyRoutes } from './master-key.ts';
import { organizationRoutes } from './organization.ts';
import { roleRoutes } from './role.ts';
import { runtimeCredentialRoutes } from './runtime-credential.ts';
import { components } from './schema.ts';
import { searchRoutes } from './search.ts';
import { verifierRoutes } from './verifier.ts';

/** Our own API: what no dialect has words for, for commands, the console and operators' scripts. */
export const nativeSurface: Surface<Route> = {
  prefix: '/claviger/v1',
  title: 'Claviger, native API',
  description:
    'Organizations, environments, accounts, roles, runtime credentials, verifiers, keys, search, audit log, backup and restore, bulk export and import, ' +
    'master key.',
  components,
  validatesBody: true,
  routes: [
    ...organizationRoutes,
    ...environmentRoutes,
    ...accountRoutes,
    ...accountTokenRoutes,
    ...roleRoutes,
    ...runtimeCredentialRoutes,
    ...verifierRoutes,
    ...auditRoutes,
    ...archiveRoutes,
    ...bulkRoutes,
    ...credentialRoutes,
    ...searchRoutes,
    ...masterKeyRoutes,
  ],
  readPresented: (request) => readAuthorization(request.headers),
  decodeBody,
  encodeProblem: (problem) => encodeNativeProblem(problem),
  encodeBug: () => nativeBug,
};

const mediaType = /^application\/json\s*(?:;|$)/i;

function decodeBody(_route: Route, request: FastifyRequest, bytes: Buffer): unknown {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !mediaType.test(contentType)) {
    throw new Problem('request.unsupported-media-type', { mediaType: contentType });
  }
  return parseJsonBody(bytes);
}
