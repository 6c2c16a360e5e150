import assert from 'node:assert/strict';
import type { Driver, Outcome } from '../driver.ts';
import { reasonOfFault } from '../driver.ts';
import type { Row } from '../row.ts';
import { findKeyOf } from './verify.ts';

const missingKey: Outcome = {
  status: 401,
  reason: 'credential.missing',
  faultCode: 'steps.oauth.v2.FailedToResolveAPIKey',
};

interface Answered {
  readonly response_code?: string;
  readonly app?: { readonly name: string };
  readonly developer?: { readonly email: string };
  readonly company?: { readonly name: string };
  readonly apiProduct?: { readonly name: string };
}

/** A gateway of Apigee that asks the verifier beside it. It finds the proxy and the key by itself. */
export const verifiersDriver: Driver = {
  name: 'POST /verifiers/apikey',
  foreign: false,
  installed: () => undefined,
  withoutRows: {
    'a method that the operation has': 'no method is asked about, so that an operation that wants one is not matched',
    'a call with a body': 'the same',
    'raw bytes beyond ASCII in the path': 'a question is text, and holds letters in place of bytes',
  },
  async start({ runtimeUrl, token, organization, api }) {
    return {
      async ask(row) {
        const suffix = findSuffix(row.request.target, api.basePath);
        if (suffix === undefined) return { status: 404 };
        const key = findKeyOf(row);
        if (key === undefined) return missingKey;
        const answer = await fetch(`${runtimeUrl}/verifiers/apikey`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            action: 'verify',
            key,
            uriPath: suffix === '' ? '/' : suffix,
            organizationName: organization,
            environmentName: api.environment,
            apiProxyName: api.proxy,
            validateAgainstApiProxiesAndEnvs: true,
          }),
        });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        return readOutcome(JSON.parse(text) as Answered, row);
      },
      close: async () => undefined,
    };
  },
};

/** Undefined: no proxy has the path. */
function findSuffix(target: string, basePath: string): string | undefined {
  if (!target.startsWith(basePath)) return undefined;
  const suffix = target.slice(basePath.length);
  if (suffix.startsWith('?')) return `/${suffix}`;
  return suffix === '' || suffix.startsWith('/') ? suffix : undefined;
}

function readOutcome({ response_code: code, app, developer, company, apiProduct }: Answered, row: Row): Outcome {
  if (code !== undefined) return { status: 401, reason: reasonOfFault(code, row.verdict), faultCode: code };
  const owner = { developer: developer?.email, company: company?.name };
  return { status: 200, reason: 'allowed', identity: { app: app?.name ?? '', ...owner, product: apiProduct?.name } };
}
