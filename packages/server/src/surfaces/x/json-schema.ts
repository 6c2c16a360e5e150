import type { JsonObject } from './json.ts';
import { type Field, type FieldType, listMessages, type Message, type ScalarType } from './message.ts';

const scalarSchemas: Readonly<Record<ScalarType, JsonObject>> = {
  string: { type: 'string' },
  int64: { type: 'string', format: 'int64' },
  wideInt64: { type: 'string', format: 'int64' },
  int32: { type: 'integer', format: 'int32' },
  bool: { type: 'boolean' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  timestamp: { type: 'string', format: 'date-time' },
  any: {},
};

/**
 * The message as JSON Schema for OpenAPI, with `$id` its name. Other messages appear as `{ $ref: '<name>#' }`, the form
 * in which Fastify names a schema that was added to it: add all of `toJsonSchemas`.
 */
export function toJsonSchema(message: Message): JsonObject {
  const properties = Object.fromEntries(message.entries.map(([name, field]) => [name, describeField(field)]));
  return { $id: message.name, type: 'object', description: message.doc, additionalProperties: false, properties };
}

/** These messages and all that they are made of. */
export function toJsonSchemas(roots: readonly Message[]): JsonObject[] {
  return listMessages(roots).map(toJsonSchema);
}

/** A bare JSON array of names, which no message describes: the environments of an organization. */
export const nameListSchema: JsonObject = { type: 'array', items: { type: 'string' } };

function describeField(field: Field): JsonObject {
  const value = describeType(field.type);
  return {
    ...(field.repeated ? { type: 'array', items: value } : value),
    description: field.doc,
    ...(field.outputOnly && { readOnly: true }),
    ...(field.inputOnly && { writeOnly: true }),
    ...(field.deprecated && { deprecated: true }),
  };
}

function describeType(type: FieldType): JsonObject {
  if (typeof type !== 'object') return scalarSchemas[type];
  if (type.kind === 'enum') return { type: 'string', enum: Object.keys(type.values) };
  return { $ref: `${type.name}#` };
}
