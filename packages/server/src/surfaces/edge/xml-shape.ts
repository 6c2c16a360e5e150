/**
 * How a JSON value looks in XML, as data: the codec in xml.ts walks a shape in both directions. Names of elements are
 * the JSON names with a capital (compat/edge.md §1.3).
 */
export type XmlShape = XmlScalar | XmlList | XmlRecord;

/** A whole document: the root element and what it holds. */
export interface XmlDocument {
  readonly root: string;
  readonly shape: XmlShape;
}

export type XmlScalarType = 'string' | 'integer' | 'boolean';

/** An element that holds text. */
export interface XmlScalar {
  readonly kind: 'scalar';
  readonly type: XmlScalarType;
}

/** An element that holds any number of equal elements: a JSON array, or an object whose one member is the array. */
export interface XmlList {
  readonly kind: 'list';
  /** Name of each element in it. */
  readonly item: string;
  readonly of: XmlShape;
  /** `attribute` where JSON says `{"attribute":[…]}`; absent where JSON says the bare array. */
  readonly member: string | undefined;
}

/** An element that stands for a JSON object. Members are written in the order given here, attributes first. */
export interface XmlRecord {
  readonly kind: 'record';
  /** By the XML attribute's name, which is the JSON member's. */
  readonly attributes: ReadonlyMap<string, XmlScalar>;
  /** By element name. A Map, since names come from outside: `constructor` finds nothing in it. */
  readonly elements: ReadonlyMap<string, XmlMember>;
  /** The member that is the element's own text; such a record has no `elements`. */
  readonly text: string | undefined;
}

export interface XmlMember {
  /** The JSON member's name. */
  readonly member: string;
  readonly shape: XmlShape;
}

export const xmlString: XmlScalar = { kind: 'scalar', type: 'string' };
/** A whole number that a double holds exactly, as milliseconds are. */
export const xmlInteger: XmlScalar = { kind: 'scalar', type: 'integer' };
export const xmlBoolean: XmlScalar = { kind: 'scalar', type: 'boolean' };

/** `["a"]` as `<Wrapper><Item>a</Item></Wrapper>`. */
export function xmlList(item: string, of: XmlShape): XmlList {
  return { kind: 'list', item, of, member: undefined };
}

/** `{"attribute":[…]}` as `<Wrapper><Attribute/>…</Wrapper>`: the element takes the member's name with a capital. */
export function xmlCollection(member: string, of: XmlShape): XmlList {
  return { kind: 'list', item: elementName(member), of, member };
}

export interface XmlRecordParts {
  /** Members that are XML attributes, as `name` is on every entity that has one. */
  readonly attributes?: Readonly<Record<string, XmlScalar>>;
  readonly elements?: Readonly<Record<string, XmlShape>>;
}

export function xmlRecord({ attributes = {}, elements = {} }: XmlRecordParts): XmlRecord {
  const members = Object.entries(elements).map(([member, shape]) => [elementName(member), { member, shape }] as const);
  return {
    kind: 'record',
    attributes: new Map(Object.entries(attributes)),
    elements: new Map(members),
    text: undefined,
  };
}

/** `{"name":"a","value":"b"}` as `<X name="a">b</X>`. */
export function xmlTextRecord(text: string, attributes: Readonly<Record<string, XmlScalar>>): XmlRecord {
  return { kind: 'record', attributes: new Map(Object.entries(attributes)), elements: new Map(), text };
}

/** `firstName` → `FirstName`. */
function elementName(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}
