import { type BulkHead, type BulkKind, bulkKinds, bulkVersion } from '../domain/bulk-record.ts';
import { formatMoment } from '../domain/moment.ts';
import { authorize, type Call } from './call.ts';
import type { Plane } from './plane.ts';
import { recordOrganizationTask } from './task.ts';

export interface ExportOptions {
  /** Absent: all. What is left out may be named by what is not. */
  readonly kinds?: readonly BulkKind[] | undefined;
  /** False: without consumer keys and secrets. */
  readonly secrets: boolean;
}

/**
 * The content of the organization as of one moment (`walkOrganization`), as bytes of NDJSON. Needs `put` on `/export`,
 * since it shows every key and secret at once: who may read alone may not take all along.
 * @throws Problem auth.forbidden
 */
export async function openExport(plane: Plane, call: Call, options: ExportOptions): Promise<AsyncIterable<Uint8Array>> {
  authorize(call, 'put', ['export']);
  await recordOrganizationTask(plane, call, '/export', options);
  const { secrets, kinds = bulkKinds } = options;
  const head: BulkHead = {
    kind: 'export',
    version: bulkVersion,
    organization: call.organization.name,
    dialect: call.organization.dialect,
    exportedAt: formatMoment(plane.clock.now()),
    ...(secrets ? {} : { secrets: false }),
  };
  return plane.exporter.read({ organizationId: call.organization.id, head, kinds, secrets });
}
