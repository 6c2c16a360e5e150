import type { Allowed, AttributeRecord, OwnerRecord, ProductRecord } from '@claviger/verify';
import { Type } from '@sinclair/typebox';
import type { Answer } from '../../http/answer.ts';
import { type Members, readMembers, textOf } from './body.ts';
import { answerJson, invalidRequest, Refusal } from './refusal.ts';
import { answers, bodies } from './schema.ts';
import type { ApigeeRoute, Visit } from './visit.ts';

const mandatory = ['action', 'key', 'organizationName', 'uriPath'];
/** Where these are to be looked at, as the gateway says. They are looked at in any case. */
const mandatoryPlace = ['apiProxyName', 'environmentName'];

/**
 * `POST /verifiers/apikey`, the interface of the verifier that Apigee's own gateway had beside it (compat/edge.md
 * §11.4). Refusals are answered with 200. Proxy and environment are looked at, whatever
 * `validateAgainstApiProxiesAndEnvs` says: this is the decision that every gateway gets.
 */
async function verify({ parts, place, http }: Visit): Promise<Answer> {
  const members = readMembers(http);
  const wanted = members['validateAgainstApiProxiesAndEnvs'] === true ? [...mandatory, ...mandatoryPlace] : mandatory;
  const missing = wanted.filter((name) => (textOf(members, name) ?? '') === '');
  if (missing.length > 0) {
    throw invalidRequest(`Missing mandatory fields in the request : ${missing.join(' ')}`);
  }
  if (textOf(members, 'action') !== 'verify') throw invalidRequest('action has to be verify');
  if (textOf(members, 'organizationName') !== place.organization) {
    throw new Refusal(403, 'forbidden', 'the credential is not of the organization that is named');
  }
  const key = textOf(members, 'key');
  const environment = textOf(members, 'environmentName');
  const { verdict, fault } = await parts.verifier.verify(place.organizationId, {
    key,
    environment,
    proxy: textOf(members, 'apiProxyName'),
    path: textOf(members, 'uriPath'),
  });
  if (verdict.allowed) return answerJson(encodeAllowed(verdict, { members, organization: place.organization }));
  if (fault?.status === 503) throw new Refusal(503, 'temporarily_unavailable', fault.text, 5);
  return answerJson({ response_code: fault?.code, response_message: fault?.text });
}

interface Asked {
  readonly members: Members;
  readonly organization: string;
}

/** Status in capitals and times as texts, as that verifier had them. The secret is not held here. */
function encodeAllowed(verdict: Allowed, { members, organization }: Asked): object {
  const { credential, app, owner, product } = verdict;
  return {
    self: '/verifiers/apikey',
    organization,
    environment: textOf(members, 'environmentName'),
    clientId: {
      clientId: textOf(members, 'key'),
      redirectURIs: app.callbackUrl === undefined ? undefined : [app.callbackUrl],
      status: credential.status.toUpperCase(),
      attributes: credential.attributes,
    },
    [owner.kind]: encodeOwner(owner),
    app: {
      id: app.id,
      name: app.name,
      callbackUrl: app.callbackUrl,
      displayName: findAttribute(app.attributes, 'DisplayName'),
      status: app.status.toUpperCase(),
      apiproducts: credential.products.map(({ name }) => name),
      appFamily: app.appFamily,
      ...encodeStamp(app),
      attributes: app.attributes,
    },
    apiProduct: product && encodeProduct(product, verdict.match?.quota),
  };
}

function encodeOwner(owner: OwnerRecord): object {
  const named =
    owner.kind === 'company'
      ? { name: owner.name, displayName: owner.displayName }
      : { userName: owner.userName, firstName: owner.firstName, lastName: owner.lastName, email: owner.email };
  const { id, status, attributes } = owner;
  return { id, ...named, status: status.toUpperCase(), ...encodeStamp(owner), attributes };
}

function encodeProduct(product: ProductRecord, quota: ProductRecord['quota']): object {
  const interval = Number(quota?.interval);
  return {
    id: product.id,
    name: product.name,
    displayName: product.displayName,
    'quota.limit': quota?.limit,
    'quota.interval': Number.isSafeInteger(interval) ? interval : undefined,
    'quota.timeunit': quota?.timeUnit,
    status: 'APPROVED',
    environments: product.environments,
    apiproxies: product.proxies,
    attributes: product.attributes,
  };
}

function encodeStamp(
  stamp: Pick<OwnerRecord, 'createdAt' | 'createdBy' | 'lastModifiedAt' | 'lastModifiedBy'>,
): object {
  return {
    created_at: String(stamp.createdAt),
    created_by: stamp.createdBy,
    lastmodified_at: String(stamp.lastModifiedAt),
    lastmodified_by: stamp.lastModifiedBy,
  };
}

function findAttribute(attributes: readonly AttributeRecord[], wanted: string): string | undefined {
  return attributes.find(({ name }) => name === wanted)?.value;
}

export const verifierRoutes: readonly ApigeeRoute[] = [
  {
    id: 'verifiers.apikey',
    method: 'POST',
    path: '/apikey',
    summary: 'Decide on one call. A refusal is answered with 200, too',
    entry: 'gateway',
    schema: { body: bodies.verify, response: answers(200, Type.Object({}, { additionalProperties: true })) },
    handle: verify,
  },
];
