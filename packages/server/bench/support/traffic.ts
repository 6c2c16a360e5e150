/**
 * What clients ask for, as data, so that each load generator can make it. In `path` and `body`, `{known}` stands for
 * a random number of a developer that is there (seven digits, one number for the whole request), `{page}` for one that
 * has a thousand more from it on, and `{new}` for a number that was not used before.
 */
export interface Template {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  /** How often it is asked for, against the others. */
  readonly weight: number;
}

export interface Traffic {
  readonly templates: readonly Template[];
  /** Developers that are there. */
  readonly developers: number;
  /** Makes what is new in this run differ from what was new in others. */
  readonly tag: string;
}

export interface Load {
  readonly url: string;
  readonly authorization: string;
  readonly connections: number;
  readonly traffic: Traffic;
  readonly seconds: number;
}

export const pageSize = 1000;
export const numberDigits = 7;

/** What a load generator saw. */
export interface Loaded {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Median, in milliseconds. */
  readonly latencyMs: number;
  /** Of a hundred requests, all but the slowest one took no longer. */
  readonly latencyP99Ms: number;
  /** Answers of 400 and above, and connections that broke. */
  readonly failures: number;
}

export const organization = 'bench';
const developers = `/v1/organizations/${organization}/developers`;

/** E-mail of a seeded developer; `number` as `{known}` prints it. */
export function emailOf(number: string): string {
  return `developer-${number}@example.com`;
}

function draft(email: string): string {
  const attributes = [
    { name: 'tier', value: 'gold' },
    { name: 'department', value: 'Payments and Settlement' },
  ];
  return JSON.stringify({ email, firstName: 'Ada', lastName: 'Lovelace', userName: 'ada', attributes });
}

const newDraft = draft('new-{new}@example.com');

export const getOne: Template = { method: 'GET', path: `${developers}/${emailOf('{known}')}`, weight: 1 };
/** The app that `seedApps` gives each developer. */
export const getOneApp: Template = { ...getOne, path: `${getOne.path}/apps/shop` };
export const listApps: Template = {
  method: 'GET',
  path: `/v1/organizations/${organization}/apps?expand=true`,
  weight: 1,
};
/** Before the number of a key that `seedKeys` made as the server would; as long as keys are with it. */
export const knownKeyPrefix = 'known-key-'.padEnd(32 - numberDigits, '0');
export const lookUpKey: Template = {
  method: 'POST',
  path: `/claviger/v1/organizations/${organization}/credentials/lookup`,
  body: JSON.stringify({ consumerKey: `${knownKeyPrefix}{known}` }),
  weight: 1,
};
/** A call that each key of `seedVerification` may make. */
export const verifyCall = { environment: 'prod', proxy: 'weather-v1', path: '/forecast/today', method: 'GET' };
export const verifyPath = '/claviger/v1/verify';
export const verifyOne: Template = {
  method: 'POST',
  path: verifyPath,
  body: JSON.stringify({ key: `${knownKeyPrefix}{known}`, ...verifyCall }),
  weight: 1,
};
export const createOne: Template = { method: 'POST', path: developers, body: newDraft, weight: 1 };
/** An app with one product and so one key, of any developer. */
export const createOneApp: Template = {
  method: 'POST',
  path: `${getOne.path}/apps`,
  body: JSON.stringify({ name: 'app-{new}', apiProducts: ['bench'], attributes: [{ name: 'tier', value: 'gold' }] }),
  weight: 1,
};
export const listPage: Template = {
  method: 'GET',
  path: `${developers}?expand=true&count=1000&startKey=${emailOf('{page}')}`,
  weight: 1,
};
export const mixed: readonly Template[] = [
  { ...getOne, weight: 80 },
  { method: 'GET', path: `${developers}?expand=true&count=20&startKey=${emailOf('{known}')}`, weight: 10 },
  { ...createOne, weight: 5 },
  { method: 'PUT', path: `${developers}/${emailOf('{known}')}`, body: draft(emailOf('{known}')), weight: 5 },
];
