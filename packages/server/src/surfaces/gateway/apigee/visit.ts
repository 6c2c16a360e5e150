import type { FastifyRequest, FastifySchema } from 'fastify';
import { parseOrganizationName } from '../../../domain/organization.ts';
import { Problem } from '../../../domain/problem.ts';
import { actorOf } from '../../../operations/runtime-access.ts';
import type { GatewaySigner } from '../../../ports/gateway-signer.ts';
import type { Answer } from '../../http/answer.ts';
import { readAuthorization } from '../../http/presented.ts';
import type { GatewayParts } from '../part.ts';
import { Refusal, type Service, unavailable, wrongCredentials } from './refusal.ts';

/**
 * Who may come in. `gateway`: with a runtime credential. `named`: with one, or on a path that names the organization,
 * since what is told there is public, or asks for another secret. `anybody`: it tells of no organization.
 */
export type Entry = 'gateway' | 'named' | 'anybody';

/** One row of a service's routes. What is not in these rows is not served. */
export interface ApigeeRoute {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Below the service's name. */
  readonly path: string;
  readonly summary: string;
  readonly entry: Entry;
  /** For the OpenAPI document. */
  readonly schema: FastifySchema;
  handle(visit: Visit): Promise<Answer>;
}

/** A request of a gateway under way. */
export interface Visit {
  readonly parts: GatewayParts;
  readonly service: Service;
  readonly http: FastifyRequest;
  readonly place: Place;
}

/** Where a gateway is. Its organization is that of its credential. */
export interface Place {
  readonly organizationId: string;
  /** Name of the organization. */
  readonly organization: string;
  /** As the path has it; undefined: the gateway did not say. */
  readonly environment: string | undefined;
  /** Whether a runtime credential came along. */
  readonly isGateway: boolean;
}

export interface PathNames {
  readonly organization?: string;
  readonly environment?: string;
}

/** Finds out who asks, and about which organization. @throws Refusal, Problem auth.* */
export async function findPlace(parts: GatewayParts, entry: Entry, http: FastifyRequest): Promise<Place> {
  const { organization, environment } = http.params as PathNames;
  const token = readToken(http);
  if (token === undefined && entry === 'named' && organization !== undefined) {
    return { ...(await findNamed(parts, organization)), environment, isGateway: false };
  }
  const bearer = token && ({ kind: 'bearer', token: token.text } as const);
  const credential = await parts.access.identify(bearer ?? { kind: 'none' }, http.ip);
  http.account = actorOf(credential);
  const { organizationId } = credential;
  const catalog = await parts.verifier.catalog(organizationId);
  if (catalog === undefined) throw unavailable();
  refuseOther(catalog.organization, organization ?? catalog.organization);
  refuseOther(catalog.organization, token?.login ?? catalog.organization);
  return { organizationId, organization: catalog.organization, environment, isGateway: true };
}

interface Token {
  readonly text: string;
  /** What Apigee calls the key of a gateway: here the organization's name. */
  readonly login: string | undefined;
}

/** Apigee's gateways send key and secret as Basic credentials. What holds no runtime credential may be a client's. */
function readToken({ headers }: FastifyRequest): Token | undefined {
  const presented = readAuthorization(headers);
  if (presented.kind === 'bearer') return { text: presented.token, login: undefined };
  if (presented.kind !== 'basic' || !presented.password.startsWith('clv_runtime_')) return undefined;
  return { text: presented.password, login: presented.login };
}

/** A gateway that is set up for another organization than its credential's must not go on as if it were this one. */
function refuseOther(organization: string, named: string): void {
  if (named === organization) return;
  throw new Refusal(403, 'unauthorized', 'the credential is not of the organization that is named');
}

async function findNamed(
  { tenants }: GatewayParts,
  name: string,
): Promise<Pick<Place, 'organization' | 'organizationId'>> {
  const organizationId = isName(name) ? await tenants?.find(name) : undefined;
  if (organizationId === undefined) throw wrongCredentials();
  return { organization: name, organizationId };
}

function isName(text: string): boolean {
  try {
    return parseOrganizationName(text) === text;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** @throws Refusal where nobody signs here */
export function requireSigner({ signer }: GatewayParts): GatewaySigner {
  if (signer !== undefined) return signer;
  throw new Refusal(400, 'invalid_request', 'no tokens are signed here: this is a sidecar without a signing key');
}
