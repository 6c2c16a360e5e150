/** Who made and last changed an entity, and when (milliseconds since 1970 UTC). Every entity carries one. */
export interface Stamp {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastModifiedAt: number;
  readonly lastModifiedBy: string;
  /** 1 at creation, one more with every change. The native API's ETag. */
  readonly version: number;
}

export function stampNew(at: number, by: string): Stamp {
  return { createdAt: at, createdBy: by, lastModifiedAt: at, lastModifiedBy: by, version: 1 };
}

/** The next version. Time never runs backwards on an entity, whatever the clock does. */
export function stampChanged(stamp: Stamp, at: number, by: string): Stamp {
  return {
    createdAt: stamp.createdAt,
    createdBy: stamp.createdBy,
    lastModifiedAt: Math.max(at, stamp.lastModifiedAt),
    lastModifiedBy: by,
    version: stamp.version + 1,
  };
}
