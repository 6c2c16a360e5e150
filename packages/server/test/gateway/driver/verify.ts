import assert from 'node:assert/strict';
import { findKey } from '@claviger/verify';
import type { ShownVerdict } from '../../support/verification.ts';
import type { Driver, Outcome } from '../driver.ts';
import { type Row, type RowRequest, setups } from '../row.ts';

/** A gateway that asks `POST /claviger/v1/verify` itself, with the key taken as the row's setup says. */
export const verifyDriver: Driver = {
  name: 'POST /claviger/v1/verify',
  foreign: false,
  installed: () => undefined,
  withoutRows: {
    'a method in small letters is another one': 'who asks may name a method in any letters',
    'raw bytes beyond ASCII in the path': 'a question is text, and holds letters in place of bytes',
  },
  async start({ runtimeUrl, token, api }) {
    return {
      async ask(row) {
        const { request } = row;
        const key = findKeyOf(row);
        const question = { ...api, key, path: request.target, method: request.method };
        const answer = await fetch(`${runtimeUrl}/claviger/v1/verify`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(question),
        });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        return readVerdict(JSON.parse(text) as ShownVerdict);
      },
      close: async () => undefined,
    };
  },
};

/** The key that a gateway finds which is set up as the row says. */
export function findKeyOf({ setup, request }: Pick<Row, 'setup' | 'request'>): string | undefined {
  return findKey(setups[setup].keys, { target: request.target, headerValues: (name) => valuesOf(request, name) });
}

function valuesOf({ headers }: RowRequest, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
}

function readVerdict({ allowed, reason, fault, app, developer, company, product }: ShownVerdict): Outcome {
  if (!allowed) return { status: fault?.status ?? 0, reason, faultCode: fault?.code };
  const identity = { app: app?.name ?? '', developer: developer?.email, company: company?.name };
  return { status: 200, reason: 'allowed', identity: { ...identity, product: product?.name } };
}
