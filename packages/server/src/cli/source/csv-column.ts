import type { Cell } from './csv-file.ts';
import { refuseCsv } from './csv-file.ts';

/** What a file of one kind of entities may have for columns. */
export interface ColumnRule {
  /** For people: `developers`. */
  readonly title: string;
  /** Names of columns, `[]` for any index. */
  readonly columns: readonly string[];
  /** Columns that exports have, and that say nothing an import could use. */
  readonly ignored: readonly string[];
  /** Of each group, one column has to be there. */
  readonly required: readonly (readonly string[])[];
}

/** A column that is read: where its cells go in the entity. */
export interface Column {
  readonly name: string;
  readonly steps: readonly (string | number)[];
}

const indexMax = 999;

/**
 * The header of a file; undefined stands for a column that is not read.
 * @throws CommandRefusal
 */
export function parseHeader(file: string, row: readonly Cell[], rule: ColumnRule): (Column | undefined)[] {
  const names = row.map(({ text }) => text.trim());
  const refuse = (at: number, reason: string) => refuseCsv(file, row[at]?.line ?? 1, at + 1, reason);
  const columns = names.map((name, at) => {
    if (names.indexOf(name) < at) throw refuse(at, `the column ${quote(name)} is there already`);
    const shape = name.replace(/\[\d+\]/g, '[]');
    if (rule.ignored.includes(shape)) return undefined;
    if (rule.columns.includes(shape)) return parseColumn(name, (reason) => refuse(at, reason));
    if (rule.columns.some((known) => known.startsWith(`${shape}[]`))) {
      throw refuse(at, `${quote(name)} is a list: name its columns ${name}[0], ${name}[1] and so on`);
    }
    throw refuse(
      at,
      `there is no column ${quote(name)} in a file of ${rule.title}, which takes ${rule.columns.join(', ')}`,
    );
  });
  for (const group of rule.required) {
    if (!group.some((name) => names.includes(name))) throw refuse(0, `the header has no column ${group.join(' or ')}`);
  }
  return columns;
}

function parseColumn(name: string, refuse: (reason: string) => Error): Column {
  const steps = name
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  if (steps.some((step) => typeof step === 'number' && step > indexMax)) {
    throw refuse(`${quote(name)} counts beyond ${indexMax}`);
  }
  return { name, steps };
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

type Nested = Record<string | number, unknown>;

/** The entity that a row tells of. An empty cell says nothing. */
export function nestRow(columns: readonly (Column | undefined)[], row: readonly Cell[]): Readonly<Nested> {
  const entity: Nested = {};
  for (const [at, column] of columns.entries()) {
    const text = row[at]?.text ?? '';
    if (column !== undefined && text !== '') place(entity, column.steps, text);
  }
  return entity;
}

function place(entity: Nested, steps: readonly (string | number)[], text: string): void {
  let here = entity;
  for (const [at, step] of steps.entries()) {
    const next = steps[at + 1];
    if (next === undefined) here[step] = text;
    else {
      here[step] ??= typeof next === 'number' ? [] : {};
      here = here[step] as Nested;
    }
  }
}
