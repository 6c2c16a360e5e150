import { SaxesParser } from 'saxes';
import { Problem } from '../../domain/problem.ts';

/** An element as it was read. All that is not an element, an attribute or text is gone. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All character data and CDATA directly in the element, in order, references resolved. */
  readonly text: string;
}

/** Characters of a document: the parser reads about seven a microsecond, and nobody else is served meanwhile. */
export const xmlLengthMax = 1_048_576;
/** A body of a management call has a handful of levels and some hundred elements; more is somebody's bomb. */
export const xmlDepthMax = 32;
/** Elements and attributes of a document together. */
export const xmlNodesMax = 10_000;
/** Characters in one element, or in one attribute's value. */
export const xmlTextLengthMax = 65_536;

/**
 * @param reason tells a person what to mend, and holds nothing of the body's values: one may be a password (G9)
 * @throws Problem request.malformed
 */
export function refuseXml(reason: string): never {
  throw new Problem('request.malformed', { reason });
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads a document into a tree, safe by construction: a document type declaration is refused, so there are no
 * entities but XML's own five and nothing is ever fetched; length, depth, number of nodes and length of each text
 * are bounded. Comments and processing instructions are passed over.
 * @throws Problem request.malformed
 */
export function parseXmlTree(text: string): XmlElement {
  if (text.length > xmlLengthMax) refuseXml(`it is longer than ${xmlLengthMax} characters`);
  if (!text.isWellFormed()) refuseXml('it holds half of a surrogate pair');
  const builder = new XmlTreeBuilder();
  builder.read(text);
  return builder.root ?? refuseXml('it holds no element');
}

// Forced to 1.0: a document that calls itself 1.1 could name control characters.
const parserOptions = { xmlns: false, forceXMLVersion: true, defaultXMLVersion: '1.0' } as const;

class XmlTreeBuilder {
  root: OpenElement | undefined;
  readonly #parser = new SaxesParser(parserOptions);
  readonly #open: OpenElement[] = [];
  #nodes = 0;

  constructor() {
    const parser = this.#parser;
    parser.on('error', (error) => this.#refuse(withoutNames(error.message)));
    parser.on('doctype', () => this.#refuse('a document type declaration (DOCTYPE) is not accepted'));
    parser.on('xmldecl', ({ encoding }) => this.#checkEncoding(encoding));
    parser.on('attribute', ({ value }) => this.#checkAttribute(value));
    parser.on('opentag', ({ name, attributes }) => this.#openElement(name, attributes));
    parser.on('closetag', () => this.#open.pop());
    parser.on('text', (text) => this.#addText(text));
    parser.on('cdata', (text) => this.#addText(text));
  }

  read(text: string): void {
    this.#parser.write(text).close();
  }

  #refuse(reason: string): never {
    refuseXml(`line ${this.#parser.line}, column ${this.#parser.column}: ${reason}`);
  }

  /** The listener has decoded the body as UTF-8; whoever says otherwise would find other text stored than he sent. */
  #checkEncoding(encoding: string | undefined): void {
    if (encoding === undefined || /^(?:utf-8|us-ascii)$/i.test(encoding)) return;
    this.#refuse('the encoding has to be UTF-8');
  }

  #countNode(): void {
    this.#nodes += 1;
    if (this.#nodes > xmlNodesMax) this.#refuse(`it has more than ${xmlNodesMax} elements and attributes`);
  }

  #checkAttribute(value: string): void {
    this.#countNode();
    if (value.length > xmlTextLengthMax) this.#refuse(`an attribute is longer than ${xmlTextLengthMax} characters`);
  }

  #openElement(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#countNode();
    if (name.includes(':')) this.#refuse('names of elements take no namespace prefix');
    if (this.#open.length >= xmlDepthMax) this.#refuse(`elements are nested more than ${xmlDepthMax} deep`);
    const element: OpenElement = { name, attributes: new Map(Object.entries(attributes)), children: [], text: '' };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root = element;
    else parent.children.push(element);
    this.#open.push(element);
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    element.text += text;
    if (element.text.length > xmlTextLengthMax) {
      this.#refuse(`an element holds more than ${xmlTextLengthMax} characters`);
    }
  }
}

/**
 * The parser's message is `line:column: what: name`. The place is told in words instead, and the name may be a secret
 * that slipped out of its quotes (G9).
 */
function withoutNames(message: string): string {
  const what = message.replace(/^\d+:\d+: /, '');
  return what.replace(/:.*$/s, '').replace(/\.$/, '');
}
