import { isJsonArray, type JsonObject, type JsonValue } from './jackson.ts';
import type { XmlDocument, XmlList, XmlRecord, XmlScalar, XmlShape } from './xml-shape.ts';
import { parseXmlTree, refuseXml, type XmlElement } from './xml-tree.ts';

/**
 * Reads a document into the JSON value that its shape describes.
 *
 * - Texts are kept exactly, blanks at their ends included: `<Email> a@b.c </Email>` holds the blanks, and it is
 *   the domain that refuses them. Numbers and booleans may stand between blanks.
 * - Elements and attributes that a record does not know are ignored, as unknown JSON members are on Edge. A list
 *   takes its own items only: an ignored one would be missing from what replaces the whole list.
 * - What is absent stays absent; an empty element is an empty string or list, and for a number or boolean absent.
 *
 * @throws Problem request.malformed
 */
export function decodeXml(text: string, { root, shape }: XmlDocument): JsonValue {
  const element = parseXmlTree(text);
  if (element.name !== root) refuseXml(`the root element has to be ${root}`);
  return decodeElement(element, shape) ?? null;
}

function decodeElement(element: XmlElement, shape: XmlShape): JsonValue | undefined {
  switch (shape.kind) {
    case 'scalar':
      return decodeScalar(textOf(element), shape, element.name);
    case 'list':
      return decodeList(element, shape);
    case 'record':
      return decodeRecord(element, shape);
  }
}

function textOf(element: XmlElement): string {
  if (element.children.length > 0) refuseXml(`${element.name} takes text, not elements`);
  return element.text;
}

/** `name` is one that a shape knows, so it can be told. */
function decodeScalar(text: string, { type }: XmlScalar, name: string): JsonValue | undefined {
  if (type === 'string') return text;
  const word = text.trim();
  if (word === '') return undefined;
  if (type === 'boolean') {
    if (word === 'true' || word === '1') return true;
    if (word === 'false' || word === '0') return false;
    refuseXml(`${name} has to be true or false`);
  }
  const number = /^[+-]?\d{1,16}$/.test(word) ? Number(word) : Number.NaN;
  if (!Number.isSafeInteger(number)) refuseXml(`${name} has to be a whole number`);
  // -0 is a number that JSON can't say.
  return number + 0;
}

function decodeList(element: XmlElement, { item, of, member }: XmlList): JsonValue {
  refuseMixedText(element);
  const items = element.children.map((child) => {
    if (child.name !== item) refuseXml(`${element.name} takes elements named ${item} only`);
    return decodeElement(child, of) ?? refuseXml(`${item} is empty`);
  });
  return member === undefined ? items : { [member]: items };
}

function decodeRecord(element: XmlElement, shape: XmlRecord): JsonObject {
  // Only names that the shape knows become members, so no input reaches a prototype.
  const object: Record<string, JsonValue> = {};
  for (const [name, scalar] of shape.attributes) {
    const text = element.attributes.get(name);
    const value = text === undefined ? undefined : decodeScalar(text, scalar, name);
    if (value !== undefined) object[name] = value;
  }
  if (shape.text !== undefined) return { ...object, [shape.text]: textOf(element) };
  refuseMixedText(element);
  const seen = new Set<string>();
  for (const child of element.children) {
    const known = shape.elements.get(child.name);
    if (known === undefined) continue;
    if (seen.has(child.name)) refuseXml(`${element.name} holds ${child.name} more than once`);
    seen.add(child.name);
    const value = decodeElement(child, known.shape);
    if (value !== undefined) object[known.member] = value;
  }
  return object;
}

function refuseMixedText(element: XmlElement): void {
  if (/[^ \t\r\n]/.test(element.text)) refuseXml(`${element.name} takes elements, not text`);
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/**
 * Writes a value as the document that its shape describes, as JAXB formats it: declaration, four spaces a level, a
 * line end after the root. Members that are undefined or null, or that the shape does not know, are left out.
 * Characters that XML can't hold become U+FFFD.
 * @throws TypeError where the value is of another kind than its shape says, which is a bug of ours
 */
export function encodeXml(value: JsonValue, { root, shape }: XmlDocument): string {
  return `${declaration}${encodeElement(root, value, shape, '')}\n`;
}

function encodeElement(name: string, value: JsonValue, shape: XmlShape, indent: string): string {
  switch (shape.kind) {
    case 'scalar':
      return `${indent}<${name}>${escapeText(scalarText(value, name))}</${name}>`;
    case 'list':
      return encodeList(name, value, shape, indent);
    case 'record':
      return encodeRecord(name, objectOf(value, name), shape, indent);
  }
}

function encodeList(name: string, value: JsonValue, { item, of, member }: XmlList, indent: string): string {
  const items = member === undefined ? value : (objectOf(value, name)[member] ?? []);
  if (!isJsonArray(items)) throw new TypeError(`${name} is no array`);
  return wrap(
    `${indent}<${name}`,
    items.map((each) => encodeElement(item, each, of, `${indent}    `)),
    `${indent}</${name}>`,
  );
}

function encodeRecord(name: string, object: JsonObject, shape: XmlRecord, indent: string): string {
  let start = `${indent}<${name}`;
  for (const attribute of shape.attributes.keys()) {
    const value = object[attribute];
    if (value !== undefined && value !== null)
      start += ` ${attribute}="${escapeAttribute(scalarText(value, attribute))}"`;
  }
  if (shape.text !== undefined) return `${start}>${escapeText(scalarText(object[shape.text] ?? '', name))}</${name}>`;
  const children: string[] = [];
  for (const [element, known] of shape.elements) {
    const value = object[known.member];
    if (value === undefined || value === null) continue;
    children.push(encodeElement(element, value, known.shape, `${indent}    `));
  }
  return wrap(start, children, `${indent}</${name}>`);
}

function wrap(start: string, children: readonly string[], end: string): string {
  return children.length === 0 ? `${start}/>` : `${start}>\n${children.join('\n')}\n${end}`;
}

function objectOf(value: JsonValue, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !isJsonArray(value)) return value;
  throw new TypeError(`${name} is no object`);
}

function scalarText(value: JsonValue, name: string): string {
  if (typeof value === 'object') throw new TypeError(`${name} is no scalar`);
  return String(value);
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

// A reader turns a bare CR into LF, and in an attribute every tab and line end into a blank.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the others are what XML can't hold
const unsafeInText = /[&<>\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the others are what XML can't hold
const unsafeInAttribute = /[&<>"\u0000-\u001f\ufffe\uffff]/g;

function escapeText(text: string): string {
  return escapeAll(text, unsafeInText);
}

function escapeAttribute(text: string): string {
  return escapeAll(text, unsafeInAttribute);
}

function escapeAll(text: string, unsafe: RegExp): string {
  return text.toWellFormed().replace(unsafe, (character) => escapes[character] ?? '\ufffd');
}
