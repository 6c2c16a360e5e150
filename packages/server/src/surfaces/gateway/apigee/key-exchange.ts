import type { Refused, Survey } from '@claviger/verify';
import type { Answer } from '../../http/answer.ts';
import { readMembers, textOf } from './body.ts';
import { signToken, type TokenKind } from './claim.ts';
import type { ProductReader } from './product.ts';
import { answerFault, answerJson } from './refusal.ts';
import { requireSigner, type Visit } from './visit.ts';

/** What is particular to one of the services that hand out tokens. */
export interface Dealer extends TokenKind {
  readonly reader: ProductReader;
  /** Claims of this service alone. */
  claims(found: Survey, key: string): object;
}

/** Where the key is looked for, in Apigee's words. */
const variable = 'apikey';

/** The key's holder as he is now, and what this gateway may allow with the key. */
export function surveyKey(
  { parts, place }: Visit,
  { reader }: Dealer,
  key: string | undefined,
): Promise<Survey | Refused> {
  return parts.verifier.survey(place.organizationId, key, reader.isUsable(place.environment));
}

/** `POST /verifyApiKey`: a token for a key, by which the gateway decides until it ends. */
export async function exchangeKey(visit: Visit, dealer: Dealer): Promise<Answer> {
  const key = textOf(readMembers(visit.http), 'apiKey');
  requireSigner(visit.parts);
  const found = await surveyKey(visit, dealer, key);
  if (!found.allowed) return answerFault(found.reason, variable);
  const { token } = await signToken(visit, dealer, found, dealer.claims(found, key ?? ''));
  return answerJson({ token });
}

/** What is said of a client of an API whose key may not be used. */
export function refuseKey(found: Refused): Answer {
  return answerFault(found.reason, variable);
}
