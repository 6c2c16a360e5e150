import type { Json } from './json.ts';

/**
 * The description of a proto message, from which decoding, encoding, the JSON Schema of OpenAPI and the discovery
 * document are all made (compat/x.md §1.0, "JSON rules"). Messages are data: a new resource adds a file under schema/.
 */
export interface Message<F extends Fields = Fields> {
  readonly kind: 'message';
  /** Google's schema name, e.g. `GoogleCloudApigeeV1Developer`. */
  readonly name: string;
  readonly doc: string;
  readonly fields: F;
  /** The fields in the order in which they are printed. */
  readonly entries: readonly (readonly [name: string, field: Field])[];
  /** The declared name by every name that is taken: lowerCamel and snake_case. */
  readonly names: ReadonlyMap<string, string>;
}

export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  readonly type: FieldType;
  readonly repeated?: true;
  /** Accepted from a client and ignored. */
  readonly outputOnly?: true;
  /** Never shown. */
  readonly inputOnly?: true;
  readonly deprecated?: true;
  readonly doc: string;
}

/**
 * `int64` is a string on the wire, `bytes` is base64, `timestamp` is RFC 3339. `wideInt64` is an int64 too, of which here
 * none is refused: it is decimal text, since a number does not hold all of them.
 */
export type ScalarType = 'string' | 'int64' | 'wideInt64' | 'int32' | 'bool' | 'double' | 'bytes' | 'timestamp' | 'any';
export type FieldType = ScalarType | EnumType | Message;

/** Value names with a sentence on each. The first is the zero value, which stands for "unset" and is not printed. */
export interface EnumType<V extends string = string> {
  readonly kind: 'enum';
  readonly values: Readonly<Record<V, string>>;
}

export function defineEnum<const V extends string>(values: Readonly<Record<V, string>>): EnumType<V> {
  return { kind: 'enum', values };
}

export interface MessageDefinition<F extends Fields> {
  readonly name: string;
  readonly doc: string;
  /** In the order of Google's reference page, which is the order on the wire. */
  readonly fields: F;
}

export function defineMessage<const F extends Fields>({ name, doc, fields }: MessageDefinition<F>): Message<F> {
  const names = new Map<string, string>();
  for (const declared of Object.keys(fields)) names.set(toSnakeCase(declared), declared).set(declared, declared);
  return { kind: 'message', name, doc, fields, entries: Object.entries(fields), names };
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

export function isMessage(type: FieldType): type is Message {
  return typeof type === 'object' && type.kind === 'message';
}

/** These messages and all that they are made of, each once, by name. */
export function listMessages(roots: readonly Message[]): Message[] {
  const found = new Map<string, Message>();
  const pending = [...roots];
  for (let message = pending.pop(); message !== undefined; message = pending.pop()) {
    if (found.has(message.name)) continue;
    found.set(message.name, message);
    for (const [, { type }] of message.entries) if (isMessage(type)) pending.push(type);
  }
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

type Scalar<T> = T extends 'string' | 'bytes' | 'timestamp' | 'wideInt64'
  ? string
  : T extends 'int64' | 'int32' | 'double'
    ? number
    : T extends 'bool'
      ? boolean
      : T extends EnumType<infer V>
        ? V
        : Json;

type InputOf<F> = F extends { readonly type: infer T } ? (T extends Message ? MessageInput<T> : Scalar<T>) : never;
type OutputOf<F> = F extends { readonly type: infer T } ? (T extends Message ? MessageOutput<T> : Scalar<T>) : never;
type Repeat<F, V> = F extends { readonly repeated: true } ? readonly V[] : V;

/** What decoding gives: every member may be absent, output-only ones are. int64 is a number, at most 2^53 - 1. */
export type MessageInput<M> =
  M extends Message<infer F>
    ? {
        readonly [K in keyof F as F[K] extends { readonly outputOnly: true } ? never : K]?:
          | Repeat<F[K], InputOf<F[K]>>
          | undefined;
      }
    : never;

/** What encoding takes. int64 is a number, at most 2^53 - 1. */
export type MessageOutput<M> =
  M extends Message<infer F>
    ? {
        readonly [K in keyof F as F[K] extends { readonly inputOnly: true } ? never : K]?:
          | Repeat<F[K], OutputOf<F[K]>>
          | undefined;
      }
    : never;
