import { memberAttributeName } from '../../../src/domain/company-member.ts';
import type { ClientAnswer } from '../support/client.ts';
import type { AppCommand } from './command.ts';
import type { Attribute, CompanyCommand } from './company-command.ts';
import type { Told } from './refusal.ts';

/** The answer in the model's words. Bytes and order of members are what the wire tests look at. */
export function readTold(command: AppCommand, { status, text }: ClientAnswer): Told {
  if (status === 204) return { status };
  const body = JSON.parse(text) as Record<string, unknown>;
  if (command.verb === 'lookup') {
    return status === 404 ? { status } : { status, body: body['reason'] ?? 'works' };
  }
  if (status >= 400) return { status, code: readCode(command, body) };
  if (command.verb === 'list-apps') return { status, body: readNames(body) };
  if ('company' in command) return { status, body: readCompany(command, body) };
  if ('consumerKey' in body) return { status, body: readKey(body as unknown as ShownKey) };
  return 'appId' in body ? { status, body: readApp(body as unknown as ShownApp) } : { status };
}

function readCode({ view }: AppCommand, body: object): string {
  if (view === 'edge') return (body as { code: string }).code;
  const { error } = body as { error: { details: { violations?: { type: string }[] }[] } };
  return error.details[0]?.violations?.[0]?.type ?? '';
}

function readNames(body: object): string[] {
  if (Array.isArray(body)) return body as string[];
  const { app = [], appGroupApps = [] } = body as { app?: { appId: string }[]; appGroupApps?: { name: string }[] };
  return [...app.map(({ appId }) => appId), ...appGroupApps.map(({ name }) => name)];
}

interface ShownKey {
  readonly consumerKey: string;
  readonly status: string;
  readonly apiProducts?: readonly object[];
  readonly attributes?: readonly Attribute[];
}

interface ShownApp {
  readonly name: string;
  readonly status: string;
  readonly callbackUrl?: string;
  readonly attributes?: readonly Attribute[];
  readonly credentials?: readonly ShownKey[];
}

/** X leaves out what is empty. */
function readKey({ consumerKey, status, apiProducts = [], attributes = [] }: ShownKey) {
  return { key: consumerKey, status, products: apiProducts, attributes };
}

export function readApp({ name, status, callbackUrl, attributes = [], credentials = [] }: ShownApp) {
  return { name, status, callbackUrl: callbackUrl ?? null, attributes, keys: credentials.map(readKey) };
}

/** A company, or its members: what a list of Edge and an attribute of X hold. */
function readCompany({ verb, view }: CompanyCommand, body: object): unknown {
  if (!verb.endsWith('company')) {
    return view === 'x' ? readMembers((body as Attribute).value) : readMemberList(body as ShownMembers);
  }
  const { name, displayName = null, status, apps, attributes = [] } = body as ShownCompany;
  const reserved = attributes.find((each) => each.name === memberAttributeName);
  return {
    ...{ name, displayName, status, attributes: attributes.filter((each) => each !== reserved) },
    ...(view === 'edge' ? { apps } : { members: readMembers(reserved?.value) }),
  };
}

interface ShownCompany {
  readonly name: string;
  readonly displayName?: string;
  readonly status: string;
  readonly apps?: readonly string[];
  readonly attributes?: readonly Attribute[];
}

interface ShownMembers {
  readonly developer: readonly { readonly email: string; readonly role?: string }[];
}

function readMembers(value: string | undefined): unknown {
  return value === undefined || value === '' ? [] : JSON.parse(value);
}

function readMemberList({ developer }: ShownMembers): unknown {
  return developer.map(({ email, role }) => ({ developer: email, roles: role === undefined ? [] : [role] }));
}
