import type { AppStatus } from './app.ts';
import type { Attribute } from './attribute.ts';
import type { CredentialStatus } from './credential.ts';
import type { Developer, DeveloperStatus } from './developer.ts';
import { Problem } from './problem.ts';

/** What can be searched for. */
export const searchNouns = ['developer', 'app', 'credential'] as const;
export type SearchNoun = (typeof searchNouns)[number];

/** What is known of an entity that a search may ask for. */
export interface SearchFacts {
  /** Texts of which a part may be asked for: e-mail and names, never a key (G9). */
  readonly texts: readonly string[];
  readonly status: string;
  readonly attributes: readonly Attribute[];
  /** Names of the products on it: for an app on any of its keys, for a developer on any key of his own apps. */
  readonly products: readonly string[];
  /** The developer or company that it belongs to. */
  readonly ownerId?: string | undefined;
  /** The app that a credential belongs to. */
  readonly appId?: string | undefined;
}

/** The texts of a developer of which a part may be asked for. The first two names count as one. */
export function textsOfDeveloper(
  developer: Pick<Developer, 'email' | 'firstName' | 'lastName' | 'userName'>,
): string[] {
  const { email, firstName, lastName, userName } = developer;
  return [email, `${firstName} ${lastName}`, ...(userName === undefined ? [] : [userName])];
}

/** What is asked for: all that is given has to hold. */
export interface SearchQuery {
  /** A part of any text, in any case. */
  readonly text?: string | undefined;
  /** An attribute of this name and, where given, this value; both to the letter. */
  readonly attributes?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined;
  readonly product?: string | undefined;
  readonly status?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly appId?: string | undefined;
}

/** Below this a part of a text has no trigram that would lead to it. */
const textLengthMin = 3;
const textLengthMax = 200;
const attributesMax = 18;
/** Trigrams of a question that are looked up: more of them lead to hardly fewer entities. */
const trigramsMax = 12;

/**
 * The form in which texts are compared: without case, and without the difference between composed and compatible
 * characters. Ends with a small sigma of one kind.
 */
function foldText(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');
}

/** @throws Problem request.invalid */
export function checkSearchQuery({ text, attributes = [] }: SearchQuery): void {
  if (text !== undefined && (foldText(text).length < textLengthMin || text.length > textLengthMax)) {
    const reason = `takes a part of ${textLengthMin} to ${textLengthMax} characters`;
    throw new Problem('request.invalid', { field: 'text', reason });
  }
  if (attributes.length > attributesMax) {
    throw new Problem('request.invalid', { field: 'attribute', reason: `is taken ${attributesMax} times at most` });
  }
}

/** Whether an entity is what was asked for: the index only proposes, this decides. */
export function matchesQuery(facts: SearchFacts, query: SearchQuery): boolean {
  const { text, attributes = [], product, status, ownerId, appId } = query;
  return (
    (status === undefined || facts.status === status) &&
    (product === undefined || facts.products.includes(product)) &&
    (ownerId === undefined || facts.ownerId === ownerId) &&
    (appId === undefined || facts.appId === appId) &&
    attributes.every((wanted) => hasAttribute(facts, wanted)) &&
    (text === undefined || holdsText(facts.texts, foldText(text)))
  );
}

function hasAttribute({ attributes }: SearchFacts, wanted: { name: string; value?: string | undefined }): boolean {
  return attributes.some(
    ({ name, value }) => name === wanted.name && (wanted.value === undefined || value === wanted.value),
  );
}

function holdsText(texts: readonly string[], part: string): boolean {
  return texts.some((text) => foldText(text).includes(part));
}

/** Under which terms an entity is found. */
export function termsOfFacts(facts: SearchFacts): Set<string> {
  const terms = new Set([hashTerm('status', facts.status)]);
  for (const text of facts.texts) {
    for (const trigram of trigramsOf(foldText(text))) terms.add(hashTerm('text', trigram));
  }
  for (const { name, value } of facts.attributes) {
    terms.add(hashTerm('attribute', name));
    terms.add(hashTerm('value', `${name}\0${value}`));
  }
  for (const product of facts.products) terms.add(productTerm(product));
  if (facts.ownerId !== undefined) terms.add(hashTerm('owner', facts.ownerId));
  if (facts.appId !== undefined) terms.add(hashTerm('app', facts.appId));
  return terms;
}

/** Terms that every entity has which was asked for. None: all entities have to be looked at. */
export function termsOfQuery(query: SearchQuery): string[] {
  const { text, attributes = [], product, status, ownerId, appId } = query;
  const terms = new Set<string>();
  if (status !== undefined) terms.add(hashTerm('status', status));
  if (product !== undefined) terms.add(productTerm(product));
  if (ownerId !== undefined) terms.add(hashTerm('owner', ownerId));
  if (appId !== undefined) terms.add(hashTerm('app', appId));
  for (const { name, value } of attributes) {
    terms.add(value === undefined ? hashTerm('attribute', name) : hashTerm('value', `${name}\0${value}`));
  }
  if (text !== undefined) {
    for (const trigram of spread(trigramsOf(foldText(text)))) terms.add(hashTerm('text', trigram));
  }
  return [...terms];
}

/** Each entity has one of them. Records, so that none is forgotten. */
const statuses = {
  developer: { active: 1, inactive: 1 } satisfies Record<DeveloperStatus, 1>,
  app: { approved: 1, revoked: 1 } satisfies Record<AppStatus, 1>,
  credential: { approved: 1, revoked: 1, pending: 1 } satisfies Record<CredentialStatus, 1>,
} as const;

/**
 * Sets of terms of which an entity has all of one set where it is what was asked for, and of no set where it is not: who
 * has the terms need not be looked at to be counted. Undefined where terms do not decide: a text has more to it than its
 * trigrams, and a developer's product may be one that he had.
 */
export function countedTerms(noun: SearchNoun, query: SearchQuery): readonly (readonly string[])[] | undefined {
  const { text, product } = query;
  if (text !== undefined && foldText(text).length > textLengthMin) return undefined;
  if (noun === 'developer' && product !== undefined) return undefined;
  const terms = termsOfQuery(query);
  return terms.length > 0 ? [terms] : Object.keys(statuses[noun]).map((status) => [hashTerm('status', status)]);
}

export function productTerm(product: string): string {
  return hashTerm('product', product);
}

function trigramsOf(text: string): string[] {
  const trigrams: string[] = [];
  for (let at = 0; at + textLengthMin <= text.length; at++) trigrams.push(text.slice(at, at + textLengthMin));
  return trigrams;
}

/** Of many the first, the last and those at even distances. */
function spread(trigrams: readonly string[]): string[] {
  if (trigrams.length <= trigramsMax) return [...trigrams];
  const stride = (trigrams.length - 1) / (trigramsMax - 1);
  return Array.from({ length: trigramsMax }, (_, at) => trigrams[Math.round(at * stride)] ?? '');
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
export const termLength = 6;

/**
 * 36 bits of hash as six characters. It need not be a strong one: where two terms fall together, an entity too many is
 * looked at, and {@link matchesQuery} turns it away.
 */
function hashTerm(kind: string, value: string): string {
  let left = 0x811c9dc5;
  let right = 0x2545f491;
  const text = `${kind}\0${value}`;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    left = Math.imul(left ^ code, 0x01000193);
    right = Math.imul(right + code, 0x9e3779b1);
    right ^= right >>> 15;
  }
  left = Math.imul(left ^ (left >>> 16), 0x85ebca6b);
  left ^= left >>> 13;
  let term = '';
  for (const half of [left, right]) {
    for (let shift = 0; shift < 18; shift += termLength) term += digits[(half >>> shift) & 63] ?? '';
  }
  return term;
}
