import assert from 'node:assert/strict';
import type { GetServer } from './every-store.ts';
import { makeRuntimeToken, sendRuntime } from './verification.ts';

/** What a gateway of Apigee was answered. */
export interface ApigeeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ApigeeCall {
  /** The Authorization header; absent: key and secret of the gateway; null: none. */
  readonly auth?: string | null | undefined;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Apigee's own gateways, as they call: key and secret as Basic credentials, and their base URL below a place. */
export interface ApigeeGateway {
  readonly token: string;
  /** Key and secret as they go over the wire. */
  readonly basic: string;
  /** @param call method and path below the place, as `POST /edgemicro-auth/verifyApiKey` */
  send(call: string, request?: ApigeeCall): Promise<ApigeeAnswer>;
}

export function basic(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

/** @param base what stands before the service's name; absent: the organization and environment prod */
export async function openApigeeGateway(
  server: GetServer,
  organization: string,
  base = `/organizations/${organization}/environments/prod`,
): Promise<ApigeeGateway> {
  const token = await makeRuntimeToken(server(), organization);
  const own = basic(organization, token);
  return {
    token,
    basic: own,
    async send(call, { auth, json, form, headers } = {}) {
      const [method = '', path = ''] = call.split(' ');
      const body = form === undefined ? json && JSON.stringify(json) : new URLSearchParams(form).toString();
      return sendRuntime(server(), {
        method,
        path: `${base}${path}`,
        authorization: auth === null ? undefined : (auth ?? own),
        body: typeof body === 'string' && method !== 'GET' ? body : undefined,
        type: form === undefined ? 'application/json' : 'application/x-www-form-urlencoded',
        headers,
      });
    },
  };
}

/** Error and description of a refusal, with its status. */
export function refusalOf({ status, text }: ApigeeAnswer): [number, string] {
  return [status, (JSON.parse(text) as { error: string }).error];
}

/** Status and code of a fault of VerifyAPIKey. */
export function faultOf({ status, text }: ApigeeAnswer): [number, string] {
  const { fault } = JSON.parse(text) as { fault?: { detail: { errorcode: string } } };
  assert.ok(fault, text);
  return [status, fault.detail.errorcode];
}
