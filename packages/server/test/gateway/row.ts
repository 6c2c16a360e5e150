import type { GateOptions, RefusalReason } from '@claviger/verify';
import { type KeyName, keys } from './content.ts';

/** How a gateway is set up: where it looks for the key, and whether it leaves it in the request. */
export interface SetupOptions {
  readonly keys: GateOptions['keys'];
  readonly passKey: boolean;
}

/** Every way in which an operator may set a gateway up, as far as the table tells them apart. */
export const setups = {
  header: { keys: [{ kind: 'header', name: 'x-api-key' }], passKey: false },
  query: { keys: [{ kind: 'query', name: 'apikey' }], passKey: false },
  bearer: { keys: [{ kind: 'bearer' }], passKey: false },
  /** The header decides where it holds something; the parameter is taken out in any case. */
  either: {
    keys: [
      { kind: 'header', name: 'x-api-key' },
      { kind: 'query', name: 'apikey' },
    ],
    passKey: false,
  },
  passed: { keys: [{ kind: 'header', name: 'x-api-key' }], passKey: true },
} as const satisfies Record<string, SetupOptions>;

export type Setup = keyof typeof setups;

/** What goes over the wire. Characters stand for bytes (Latin-1): nothing is encoded, tidied or added but `Host`. */
export interface RowRequest {
  readonly method: string;
  /** As it stands on the request line. */
  readonly target: string;
  /** Name and value, in the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly version: '1.0' | '1.1';
  /** Its length is sent with it. */
  readonly body: string;
}

/** One call and what has to become of it, at every gateway. */
export interface Row {
  /** Unique. */
  readonly name: string;
  readonly setup: Setup;
  readonly request: RowRequest;
  readonly verdict: 'allowed' | RefusalReason;
  /** Whose key it is that is found, where the call is allowed. */
  readonly caller: KeyName | undefined;
  /** A gateway may refuse it with a 4xx of its own, without asking: no sound client sends it. */
  readonly mayRefuse: boolean;
  /** Headers of the client that the API has to see unchanged. */
  readonly kept: readonly string[];
}

/** Value of every header that a client sets and no API may believe. It has to be nowhere in what the API is handed. */
export const spoofed = 'spoofed-by-the-client';

export type Header = readonly [name: string, value: string];

interface Draft {
  readonly setup?: Setup;
  readonly method?: string;
  readonly target?: string;
  /** Sent as the header of the key, in front of `headers`. */
  readonly key?: KeyName;
  readonly headers?: readonly Header[];
  readonly version?: '1.0';
  readonly body?: string;
  readonly verdict?: Row['verdict'];
  readonly caller?: KeyName;
  readonly mayRefuse?: boolean;
  readonly kept?: readonly string[];
}

/** A call that is allowed unless the draft says otherwise: `GET` of a path that key `weather` may have. */
export function row(name: string, draft: Draft): Row {
  const { setup = 'header', method = 'GET', target = '/weather/v1/forecast/today', key, headers = [] } = draft;
  const { version = '1.1', body = '', verdict = 'allowed', mayRefuse = false, kept = [] } = draft;
  const placed: Header[] = key === undefined ? [] : [['X-Api-Key', keys[key]]];
  return {
    name,
    setup,
    request: { method, target, headers: [...placed, ...headers], version, body },
    verdict,
    caller: verdict === 'allowed' ? (draft.caller ?? key) : undefined,
    mayRefuse,
    kept,
  };
}
