import { isUtf8 } from 'node:buffer';
import { Problem } from '../../../domain/problem.ts';
import type { SqlValue } from '../../../ports/query.ts';
import { readByteLines } from '../../http/byte-line.ts';

/** What is asked at once: a script, or one statement with values for its parameters. */
export interface Question {
  readonly query: string;
  readonly parameters: readonly SqlValue[];
}

/** Of one question, and of all that is sent where it is no stream of questions. */
const questionBytesMax = 1024 * 1024;
const parametersMax = 1000;

/** A body of `application/json`: one question. @throws Problem request.malformed, request.invalid, request.too-large */
export async function readQuestion(chunks: AsyncIterable<Uint8Array>): Promise<Question> {
  return parseQuestion(await readWhole(chunks));
}

/** A body of `application/sql`: one script. @throws Problem as `readQuestion` does */
export async function readScript(chunks: AsyncIterable<Uint8Array>): Promise<Question> {
  return { query: decode(await readWhole(chunks)), parameters: [] };
}

/** A body of `application/x-ndjson`: a question a line, answered while the next is not yet there. @throws the same */
export async function* readQuestions(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Question> {
  for await (const { bytes } of readByteLines(chunks, questionBytesMax)) {
    if (bytes === undefined) throw new Problem('request.too-large', { limitBytes: questionBytesMax });
    // Blank ones keep the connection from being taken for dead.
    if (bytes.toString('latin1').trim() !== '') yield parseQuestion(bytes);
  }
}

async function readWhole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > questionBytesMax) throw new Problem('request.too-large', { limitBytes: questionBytesMax });
    kept.push(chunk);
  }
  return Buffer.concat(kept);
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Problem('request.malformed', { reason: 'it is not UTF-8' });
  return bytes.toString('utf8');
}

function parseQuestion(bytes: Buffer): Question {
  const { query, parameters = [], ...others } = parseObject(decode(bytes));
  if (typeof query !== 'string') throw new Problem('request.missing', { field: 'query' });
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Problem('request.unknown-fields', { fields: unknown });
  if (!Array.isArray(parameters) || parameters.length > parametersMax)
    throw refuse(`takes a list of ${parametersMax} at most`);
  return { query, parameters: parameters.map(readValue) };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('request.malformed', { reason: 'it is not JSON' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Problem('request.malformed', { reason: 'it is no JSON object' });
}

/** Objects and lists go as JSON text, truth as 0 and 1: SQLite has no other way to hold them. */
function readValue(value: unknown): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return JSON.stringify(value);
}

function refuse(reason: string): Problem {
  return new Problem('request.invalid', { field: 'parameters', reason });
}
