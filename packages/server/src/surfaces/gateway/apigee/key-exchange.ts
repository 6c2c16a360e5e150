import type { Survey } from '@claviger/verify';
import type { Answer } from '../../http/answer.ts';
import { readMembers, textOf } from './body.ts';
import { type Holder, signToken, type TokenKind } from './claim.ts';
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

/** The key's holder as he is now, and what this gateway may allow with the key; or the fault. */
export async function findHolder(
  { parts, place }: Visit,
  { reader }: Dealer,
  key: string | undefined,
): Promise<{ readonly holder: Holder } | { readonly fault: Answer }> {
  const at = parts.clock.now();
  const survey = await parts.verifier.survey(place.organizationId, key, reader.isUsable(place.environment));
  return survey.allowed ? { holder: { survey, at } } : { fault: answerFault(survey.reason, variable) };
}

/** `POST /verifyApiKey`: a token for a key, by which the gateway decides until it ends. */
export async function exchangeKey(visit: Visit, dealer: Dealer): Promise<Answer> {
  const key = textOf(readMembers(visit.http), 'apiKey');
  requireSigner(visit.parts);
  const found = await findHolder(visit, dealer, key);
  if ('fault' in found) return found.fault;
  const { holder } = found;
  const { token } = await signToken(visit, dealer, holder, dealer.claims(holder.survey, key ?? ''));
  return answerJson({ token });
}
