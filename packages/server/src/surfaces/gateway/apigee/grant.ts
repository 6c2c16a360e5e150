import { Backoff } from '../../../operations/backoff.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Answer } from '../../http/answer.ts';
import { readAuthorization } from '../../http/presented.ts';
import { type Members, readMembers, textOf } from './body.ts';
import { grantScopes, type SignedToken, signToken } from './claim.ts';
import { type Dealer, findHolder } from './key-exchange.ts';
import { answerJson, invalidRequest, Refusal, wrongCredentials } from './refusal.ts';
import { requireSigner, type Visit } from './visit.ts';

const minute = 60_000;
/** Wrong secrets from one address. */
const rule = { free: 20, delayMaxMilliseconds: minute, forgetMilliseconds: 15 * minute, partiesMax: 20_000 };

/** Counts the wrong secrets that clients of APIs present. */
export function openGuesses(clock: Clock): Backoff {
  return new Backoff(rule, clock);
}

/** How the service answers a token that it grants. */
type Encode = (signed: SignedToken, scope: string) => object;

/**
 * `POST /token`: a token for a client of an API, who proves himself by key and secret. No token is given for the
 * password of somebody else, which nobody here could check.
 */
export async function grantToken(visit: Visit, dealer: Dealer, guesses: Backoff, encode: Encode): Promise<Answer> {
  requireSigner(visit.parts);
  const members = readMembers(visit.http);
  const { key, secret } = readClient(visit, members);
  if (textOf(members, 'grant_type') !== 'client_credentials') {
    throw wrongCredentials('grant_type is missing or invalid');
  }
  await checkSecret(visit, guesses, { key, secret });
  const found = await findHolder(visit, dealer, key);
  if ('fault' in found) return found.fault;
  const { holder } = found;
  const scopes = grantScopes(holder.survey, textOf(members, 'scope'));
  const more = { ...dealer.claims(holder.survey, key), scopes, scope: scopes.join(' ') };
  return answerJson(encode(await signToken(visit, dealer, holder, more), scopes.join(' ')));
}

interface Client {
  readonly key: string;
  readonly secret: string;
}

/** In the body; in the header where no gateway stands there. */
function readClient({ http, place }: Visit, members: Members): Client {
  const presented = readAuthorization(http.headers);
  const [key, secret] = [textOf(members, 'client_id') ?? '', textOf(members, 'client_secret') ?? ''];
  if (key !== '' && secret !== '') return { key, secret };
  if (place.isGateway || presented.kind !== 'basic') throw wrongCredentials('missing client credentials');
  return { key: presented.login, secret: presented.password };
}

async function checkSecret({ parts, place, http }: Visit, guesses: Backoff, { key, secret }: Client): Promise<void> {
  const { tenants } = parts;
  if (tenants === undefined) throw invalidRequest('no secrets are known here: this is a sidecar');
  const wait = guesses.waitMilliseconds(http.ip);
  if (wait > 0) throw new Refusal(429, 'slow_down', 'too many attempts', wait / 1000);
  const takeBack = guesses.fail(http.ip);
  if (!(await tenants.matchesSecret(place.organizationId, key, secret))) throw wrongCredentials();
  takeBack();
}
