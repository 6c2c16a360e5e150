import type { AccountCall, Call } from './call.ts';
import type { Plane } from './plane.ts';

/** Notes in the audit log what changes no entity: it stands there alone. */
export async function recordTask(plane: Plane, { account, request }: AccountCall, resource: string): Promise<void> {
  await plane.store.write(async (transaction) =>
    transaction.record({
      organizationId: undefined,
      at: plane.clock.now(),
      account: account.email,
      operation: request.operation,
      requestUri: request.uri,
      responseCode: request.responseCode,
      requestId: request.id,
      resource,
      request: '',
    }),
  );
}

/** The same of an organization. @param request what was asked for, without secrets */
export async function recordOrganizationTask(
  plane: Plane,
  { account, organization, request }: Call,
  resource: string,
  asked: object,
): Promise<void> {
  await plane.store.write(async (transaction) =>
    transaction.record({
      organizationId: organization.id,
      at: plane.clock.now(),
      account: account.email,
      operation: request.operation,
      requestUri: request.uri,
      responseCode: request.responseCode,
      requestId: request.id,
      resource,
      request: JSON.stringify(asked),
    }),
  );
}
