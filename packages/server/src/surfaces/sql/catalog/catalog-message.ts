import type { SqlResource } from '../../../domain/sql-resource.ts';
import type { CatalogAnswer, CatalogShape } from './catalog.ts';
import type { SessionStart } from './catalog-schema.ts';

/** What the plane tells the catalog's process. */
export type CatalogRequest = StartRequest | QuestionRequest;

export interface StartRequest {
  readonly kind: 'start';
  readonly resources: readonly SqlResource[];
  readonly memoryBytesMax: number;
  readonly answerBytesMax: number;
}

export interface QuestionRequest {
  readonly kind: 'describe' | 'run';
  readonly session: SessionStart;
  readonly text: string;
  readonly parameterTypes: readonly number[];
  readonly parameters: readonly (Uint8Array | null)[];
  readonly parameterFormats: readonly number[];
  readonly resultFormats: readonly number[];
}

/** What it answers, one for one. */
export type CatalogReply =
  | { readonly kind: 'shape'; readonly shape: CatalogShape }
  | { readonly kind: 'answer'; readonly answer: CatalogAnswer }
  | { readonly kind: 'ready' }
  | ErrorReply;

export interface ErrorReply {
  readonly kind: 'error';
  readonly state: string;
  readonly message: string;
  /** In characters from 1. */
  readonly position?: number | undefined;
  readonly hint?: string | undefined;
}
