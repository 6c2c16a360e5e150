import { headerRows } from './row/header.ts';
import { keyRows } from './row/key.ts';
import { pathRows } from './row/path.ts';
import { methodRows, standingRows } from './row/standing.ts';
import type { Row } from './row.ts';

/** Every call that every gateway has to deal with alike (G8). */
export const table: readonly Row[] = [...standingRows, ...methodRows, ...pathRows, ...keyRows, ...headerRows];
