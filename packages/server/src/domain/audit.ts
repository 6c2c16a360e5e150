/** Edge's words for what was done (compat/edge.md §9): by verb, so an `?action=` POST is a CREATE. */
export type AuditOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** Who did what, as an auditor reads it. Holds no secret (G9). */
export interface AuditDraft {
  readonly organizationId: string | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** E-mail of the account. */
  readonly account: string;
  readonly operation: AuditOperation;
  /** As it was called, query included. */
  readonly requestUri: string;
  /** The HTTP status that the change was answered with. */
  readonly responseCode: number;
  readonly requestId: string;
  /** Canonical path of the entity below its organization, e.g. `/developers/ann@example.com`. */
  readonly resource: string;
  /** What was asked for, as compact JSON without secrets; empty where the call had no body. */
  readonly request: string;
}

export interface AuditEntry extends AuditDraft {
  readonly id: number;
}
