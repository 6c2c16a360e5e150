import { STATUS_CODES } from 'node:http';
import type { Account } from '../../domain/account.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { SqlValue } from '../../ports/query.ts';
import type { CallMethod, MethodAnswer } from './method-call.ts';
import type { Callable } from './mutation-method.ts';
import { isJsonObject, type Json, type JsonObject, toParameter } from './mutation-value.ts';

/** What a method is given. */
export interface Given {
  /** Of path and query, by name. */
  readonly parameters: ReadonlyMap<string, SqlValue>;
  /** Undefined: none is sent. */
  readonly body: JsonObject | undefined;
}

/** Who calls, for which statement. */
export interface Caller {
  readonly account: Account;
  readonly callMethod: CallMethod;
  readonly signal: AbortSignal | undefined;
  /** What StackQL calls it in a refusal: `insert`. */
  readonly verb: string;
  /** Told of each answer that says something of verifiers. */
  readonly note: (answer: MethodAnswer) => void;
}

/** What the API answered: its JSON, undefined where it has none. */
export interface Answered {
  readonly status: number;
  readonly json: Json | undefined;
}

/** A refusal of the API. `status` tells a caller what it can do without. */
export class MethodRefusal extends SqlError {
  readonly status: number;

  constructor(status: number, message: string, hint: string | undefined) {
    super(stateOf(status), message, { hint });
    this.status = status;
  }
}

/** @throws SqlError, of which MethodRefusal is one */
export async function callMethod(caller: Caller, callable: Callable, given: Given): Promise<Answered> {
  const { account, signal, verb } = caller;
  const answer = await caller.callMethod({
    account,
    signal,
    httpMethod: callable.httpMethod,
    url: formUrl(callable, given.parameters),
    body:
      given.body === undefined
        ? undefined
        : JSON.stringify(callable.listed === undefined ? given.body : { [callable.listed]: [given.body] }),
  });
  if (answer.status >= 400) throw refuse(verb, answer);
  caller.note(answer);
  const json = parseJson(answer.body);
  return { status: answer.status, json: callable.listed === undefined ? json : listEntries(json, callable.listed)[0] };
}

/** What stands in a list of an answer. */
export function listEntries(json: Json | undefined, name: string): readonly Json[] {
  const entries = isJsonObject(json) ? json[name] : undefined;
  return Array.isArray(entries) ? (entries as readonly Json[]) : [];
}

function refuse(verb: string, { status, body }: MethodAnswer): MethodRefusal {
  const reason = STATUS_CODES[status];
  const message = `${verb} over HTTP error: ${status}${reason === undefined ? '' : ` ${reason}`}`;
  return new MethodRefusal(status, message, readReason(parseJson(body)));
}

/** The sentence of X's refusal, or of Edge's. */
function readReason(json: Json | undefined): string | undefined {
  if (!isJsonObject(json)) return undefined;
  const { error, message } = json;
  const reason = isJsonObject(error) ? error['message'] : message;
  return typeof reason === 'string' ? reason : undefined;
}

function parseJson(body: string): Json | undefined {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

const states: Readonly<Record<number, string>> = {
  400: sqlStates.invalidParameter,
  401: sqlStates.notAllowed,
  403: sqlStates.notAllowed,
  404: sqlStates.notFound,
  405: sqlStates.notSupported,
  409: sqlStates.duplicate,
  413: sqlStates.tooManyRows,
  429: sqlStates.tooBusy,
  503: sqlStates.tooBusy,
};

function stateOf(status: number): string {
  return states[status] ?? (status < 500 ? sqlStates.invalidParameter : sqlStates.internal);
}

/**
 * Values are values, whatever they hold: a slash, a question mark, a line's end.
 * @throws SqlError 22023 where one can be none in a path
 */
function formUrl({ url, parameters }: Callable, values: ReadonlyMap<string, SqlValue>): string {
  const path = url.replace(/\{([^{}]+)\}/g, (_hole, name: string) => encodeSegment(name, values.get(name) ?? null));
  const query = parameters.flatMap(({ name, in: place, isBoolean }) => {
    const value = values.get(name) ?? null;
    if (place !== 'query' || value === null) return [];
    return [`${encode(name, name)}=${encode(name, toParameter(value, isBoolean))}`];
  });
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

function encodeSegment(name: string, value: SqlValue): string {
  const text = value === null ? '' : toParameter(value, false);
  // Whoever reads URLs leaves these out, and would come to another entity.
  if (text !== '' && text !== '.' && text !== '..') return encode(name, text);
  throw new SqlError(sqlStates.invalidParameter, `${name} can not be '${text}'`);
}

function encode(name: string, text: string): string {
  if (!text.isWellFormed()) throw new SqlError(sqlStates.invalidParameter, `${name} is no text`);
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
