import type { Stamp } from '../domain/stamp.ts';
import type { StampRow } from './schema.ts';

export const stampColumns = ['created_at', 'created_by', 'last_modified_at', 'last_modified_by', 'version'] as const;

/** The columns that a change of an entity writes. */
export const changedStampColumns = ['last_modified_at', 'last_modified_by', 'version'] as const;

export function toStamp(row: StampRow): Stamp {
  return {
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastModifiedAt: row.last_modified_at,
    lastModifiedBy: row.last_modified_by,
    version: row.version,
  };
}

export function fromStamp(stamp: Stamp): StampRow {
  return {
    created_at: stamp.createdAt,
    created_by: stamp.createdBy,
    last_modified_at: stamp.lastModifiedAt,
    last_modified_by: stamp.lastModifiedBy,
    version: stamp.version,
  };
}
