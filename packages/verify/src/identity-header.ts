import type { Allowed } from './verdict.ts';

/** Headers that make the API behind call something else than what was checked, or believe what a client says of itself. */
export const untrustedHeadersDefault: readonly string[] = [
  'x-claviger-*',
  'x-forwarded-method',
  'x-forwarded-uri',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
];

/**
 * Tells which headers of a client are not to be passed on. A `*` at the end of a name stands for any ending. Servers of
 * the CGI kind read `_` and `-` alike, so an alias counts as the name (lessons: GHSA-5m6w-wvh7-57vm).
 */
export function compileHeaderNames(names: readonly string[]): (header: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const name of names.map(unify)) {
    if (name.endsWith('*')) prefixes.push(name.slice(0, -1));
    else exact.add(name);
  }
  // Most headers of a call begin with a letter that none of these begins with.
  const initials = new Set([...exact, ...prefixes].map((name) => name.charAt(0)));
  const isCommon = prefixes.includes('');
  const isInitial = Array.from({ length: asciiEnd }, (_, code) => initials.has(unify(String.fromCharCode(code))));
  return (header) => {
    if (!isCommon && isInitial[header.charCodeAt(0)] === false) return false;
    const unified = unify(header);
    return exact.has(unified) || prefixes.some((prefix) => unified.startsWith(prefix));
  };
}

const asciiEnd = 128;

function unify(name: string): string {
  const lower = name.toLowerCase();
  return lower.includes('_') ? lower.replaceAll('_', '-') : lower;
}

/** A header that a gateway adds for the API behind it. */
export type IdentityHeader = readonly [name: string, value: string];

/** Whose attributes an API may want to be told. */
export const attributeOwners = ['credential', 'app', 'developer', 'company', 'product'] as const;
export type AttributeOwner = (typeof attributeOwners)[number];

/** An attribute that is told, by the name that the plane knows it under. */
export interface WantedAttribute {
  readonly of: AttributeOwner;
  readonly name: string;
}

/**
 * Who calls, as every gateway tells the API: `X-Claviger-App`, `-App-Id`, `-Developer` (the e-mail) and `-Developer-Id`
 * or `-Company` and `-Company-Id`, `-Product` and `-Product-Id` where one allows the call, and `-Credential-Id`. Values are encoded by
 * {@link encodeHeaderText}; what there is not is not told, and a gateway strips it where a client says it.
 */
export function listIdentity(
  { credential, app, owner, product }: Allowed,
  wanted: readonly WantedAttribute[] = [],
): IdentityHeader[] {
  const headers: IdentityHeader[] = [
    ['X-Claviger-App', encodeHeaderText(app.name)],
    ['X-Claviger-App-Id', app.id],
  ];
  if (owner.kind === 'developer') {
    headers.push(['X-Claviger-Developer', encodeHeaderText(owner.email)], ['X-Claviger-Developer-Id', owner.id]);
  } else {
    headers.push(['X-Claviger-Company', encodeHeaderText(owner.name)], ['X-Claviger-Company-Id', owner.id]);
  }
  if (product !== undefined) {
    headers.push(['X-Claviger-Product', encodeHeaderText(product.name)], ['X-Claviger-Product-Id', product.id]);
  }
  headers.push(['X-Claviger-Credential-Id', credential.id]);
  for (const each of wanted) {
    const record = { credential, app, product, developer: undefined, company: undefined, [owner.kind]: owner }[each.of];
    const value = record?.attributes.find(({ name }) => name === each.name)?.value;
    if (value !== undefined) headers.push([nameAttributeHeader(each), encodeHeaderText(value)]);
  }
  return headers;
}

/** Every header of {@link listIdentity}, for gateways that strip by name. */
export const identityHeaderNames: readonly string[] = [
  'X-Claviger-App',
  'X-Claviger-App-Id',
  'X-Claviger-Developer',
  'X-Claviger-Developer-Id',
  'X-Claviger-Company',
  'X-Claviger-Company-Id',
  'X-Claviger-Product',
  'X-Claviger-Product-Id',
  'X-Claviger-Credential-Id',
];

/** As `X-Claviger-Product-Attribute-tier`. */
export function nameAttributeHeader({ of, name }: WantedAttribute): string {
  return `X-Claviger-${of[0]?.toUpperCase()}${of.slice(1)}-Attribute-${name}`;
}

const plainText = /^[\w!#$&'()*+./:;<=>?@[\]^`{|}~-]+(?: +[\w!#$&'()*+./:;<=>?@[\]^`{|}~-]+)*$/;

/**
 * A text as a header's value can hold it: `%`, comma, quotes, backslash, control characters, spaces at its ends and
 * everything beyond ASCII are percent-encoded as UTF-8. `decodeURIComponent` gives it back, and no list, quoting or
 * line of a header can be made with it.
 */
export function encodeHeaderText(text: string): string {
  return plainText.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
