import assert from 'node:assert/strict';
import type { ConformancePlane } from './content.ts';
import { keys } from './content.ts';
import type { Header } from './row.ts';
import { exchange, type WireAnswer, writeRequest } from './wire.ts';

/** Options of the table's API, with the key in a header. */
export const forwardOptions = 'environment=prod&proxy=weather-v1&base=/weather/v1&key=header:x-api-key';
/** That key `weather` may call. */
export const forwardPath = '/weather/v1/forecast/today';

/** What differs from how nginx asks about a call that is allowed. */
export interface ForwardAsked {
  readonly adapter?: string;
  readonly options?: string;
  /** Behind the options. */
  readonly more?: string;
  readonly method?: string;
  readonly told?: readonly Header[];
  readonly headers?: readonly Header[];
  readonly credential?: readonly Header[];
  /** Of another listener than the plane's. */
  readonly port?: number;
}

/** Asks as a gateway does, over the wire. */
export interface ForwardAsker {
  ask(asked?: ForwardAsked): Promise<WireAnswer>;
  /** Status and the reason that is told. */
  reasonOf(asked: ForwardAsked): Promise<readonly [number, string | undefined]>;
  /** Status and code of a problem document; nobody is named with it. */
  problemOf(asked: ForwardAsked): Promise<readonly [number, string]>;
}

export function openForwardAsker(plane: () => ConformancePlane): ForwardAsker {
  const ask = (asked: ForwardAsked = {}): Promise<WireAnswer> => {
    const { adapter = 'nginx', method = 'GET', more = '', options = forwardOptions } = asked;
    const { headers = [['X-Api-Key', keys.weather]], credential = [['Claviger-Credential', plane().token]] } = asked;
    const {
      told = [
        ['X-Original-Method', 'GET'],
        ['X-Original-URI', forwardPath],
      ],
    } = asked;
    const target = `/claviger/v1/gateway/${adapter}/${options}${more}`;
    const request = writeRequest({
      method,
      target,
      headers: [...credential, ...told, ...headers],
      version: '1.1',
      body: '',
    });
    return exchange(asked.port ?? Number(new URL(plane().runtimeUrl).port), request);
  };
  return {
    ask,
    async reasonOf(asked) {
      const { status, headers } = await ask(asked);
      return [status, headers.get('x-claviger-reason')];
    },
    async problemOf(asked) {
      const { status, headers, body } = await ask(asked);
      assert.equal(headers.get('content-type'), 'application/problem+json', body);
      assert.equal(headers.get('x-claviger-app'), undefined);
      return [status, (JSON.parse(body) as { code: string }).code];
    },
  };
}
