/** Where a gateway looks for the key. Names of headers are case-insensitive, those of query parameters are not. */
export type KeySource =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  /** `Authorization: Bearer …` */
  | { readonly kind: 'bearer' };

/** What of a request a key may stand in. */
export interface KeyCarrier {
  /** Every value of a header, in the order in which they came; the name is in lower case. */
  readonly headerValues: (name: string) => readonly string[];
  /** The request's target, or anything that ends with its query. */
  readonly target: string;
}

/**
 * Undefined where no source holds a key, and where one holds several: who reads the request next may take another one
 * than was checked. Both are refused as `credential.missing`.
 */
export type FoundKey = string | undefined;

const bearerScheme = /(?:^|,)\s*bearer(?![^\s,])/i;
/** One space, and a token as RFC 6750 has it: no tab, no list, no other case (lessons: GHSA-gv94-wp4h-vv8p). */
const strictBearer = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/;

/** What has nothing to split and nothing to trim, as nearly every key. */
const bareValue = /^[\x21-\x2b\x2d-\x7e]+$/;

/** The first source that holds anything decides; what stands in a later one is not looked at. */
export function findKey(sources: readonly KeySource[], carrier: KeyCarrier): FoundKey {
  for (const source of sources) {
    const values = readValues(source, carrier);
    if (values.length === 0) continue;
    const [first] = values;
    return first !== undefined && values.every((value) => value === first) ? first : undefined;
  }
  return undefined;
}

/** How Apigee names the place of a source, as the fault of a missing key tells it (compat/edge.md §11.2). */
export function nameVariable(source: KeySource): string {
  if (source.kind === 'query') return `request.queryparam.${source.name}`;
  return `request.header.${source.kind === 'header' ? source.name.toLowerCase() : 'authorization'}`;
}

/** Undefined stands for a value that is there and can't be read one way only. */
function readValues(source: KeySource, carrier: KeyCarrier): readonly (string | undefined)[] {
  if (source.kind === 'query') return queryValues(carrier.target, source.name);
  const name = source.kind === 'header' ? source.name.toLowerCase() : 'authorization';
  const values = carrier.headerValues(name);
  if (source.kind === 'bearer') return readBearer(values);
  const [only] = values;
  if (values.length === 1 && only !== undefined && bareValue.test(only)) return values;
  // A header that came twice may have been joined on the way, and no key holds a comma.
  return values
    .flatMap((value) => value.split(','))
    .map(trimSpaces)
    .filter((value) => value !== '');
}

/** This header may come once: of two, another scheme's among them, the next reader may take either. */
function readBearer(values: readonly string[]): readonly (string | undefined)[] {
  const [first] = values;
  if (values.length === 1 && first !== undefined) return isBearer(first) ? [strictBearer.exec(first)?.[1]] : [];
  return values.some(isBearer) ? [undefined] : [];
}

/** Whether the value means to be a bearer token, well formed or not. */
export function isBearer(authorization: string): boolean {
  return bearerScheme.test(authorization);
}

function trimSpaces(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '');
}

/** Values of a query parameter, percent-decoded once. `+` is itself: a space can't stand in a key. */
function queryValues(target: string, name: string): (string | undefined)[] {
  return splitQuery(target)
    .filter((pair) => isNamed(pair, name))
    .map((pair) => decodeOnce(pair.slice(pair.indexOf('=') + 1)))
    .filter((value) => value !== '');
}

/** Without the parameter, however its name is encoded. */
export function removeParameter(target: string, name: string): string {
  const start = target.indexOf('?');
  if (start < 0) return target;
  const pairs = splitQuery(target);
  const kept = pairs.filter((pair) => !isNamed(pair, name));
  if (kept.length === pairs.length) return target;
  const fragment = target.indexOf('#');
  const query = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return target.slice(0, start) + query + (fragment < 0 ? '' : target.slice(fragment));
}

/** Every way in which the parameter's name is written in the query. */
export function spellParameter(target: string, name: string): string[] {
  const named = splitQuery(target).filter((pair) => isNamed(pair, name));
  return [...new Set(named.map((pair) => pair.slice(0, pair.indexOf('='))))];
}

function splitQuery(target: string): string[] {
  const start = target.indexOf('?');
  if (start < 0) return [];
  const fragment = target.indexOf('#');
  if (fragment >= 0 && fragment < start) return [];
  const query = fragment < 0 ? target.slice(start + 1) : target.slice(start + 1, fragment);
  return query === '' ? [] : query.split('&');
}

/** A parameter without `=` has no value, and holds no key. */
function isNamed(pair: string, name: string): boolean {
  const equals = pair.indexOf('=');
  return equals >= 0 && decodeOnce(pair.slice(0, equals)) === name;
}

function decodeOnce(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
