import type { AccountCall } from './call.ts';
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
