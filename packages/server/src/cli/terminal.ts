import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Input } from './command.ts';
import { UsageError } from './failure.ts';

export interface Column<T> {
  readonly title: string;
  read(item: T): string;
}

/** To people a table; to a pipe the same cells parted by tabs, without titles. */
export function printTable<T>(items: readonly T[], columns: readonly Column<T>[]): void {
  const rows = items.map((item) => columns.map((column) => cleanCell(column.read(item))));
  if (process.stdout.isTTY !== true) {
    for (const row of rows) process.stdout.write(`${row.join('\t')}\n`);
    return;
  }
  const shown = [columns.map(({ title }) => title.toUpperCase()), ...rows];
  const widths = columns.map((_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)));
  for (const row of shown) {
    process.stdout.write(
      `${row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** A value of somebody else's must not move the cursor or make a row of its own. */
export function cleanCell(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return cell.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** For people, beside what goes to standard output. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** @throws UsageError where nobody can be asked, or the answer is no */
export async function confirm(input: Input, question: string, expected = 'yes'): Promise<void> {
  if (input.options['yes'] !== undefined) return;
  if (!process.stdin.isTTY) throw new UsageError(`${question} There is no terminal to ask on: add --yes to go on`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} Type "${expected}" to go on: `).finally(() => lines.close());
  if (answer.trim() !== expected) throw new UsageError('Nothing was changed');
}

/** Reads a new password: from a pipe with --password-stdin, else twice from the terminal, without showing it. */
export async function readNewPassword(input: Input): Promise<string> {
  if (input.options['password-stdin'] !== undefined) return readPiped();
  const first = await askSecret('New password: ');
  if ((await askSecret('Once more: ')) !== first) throw new UsageError('The two are not the same');
  return first;
}

/** Reads the password of an account that signs in. */
export async function readPassword(input: Input): Promise<string> {
  return input.options['password-stdin'] === undefined ? askSecret('Password: ') : readPiped();
}

/** A line that is piped in: what must not stand in a command line, where others see it. */
export async function readPiped(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** @param hint what to do where there is no terminal @throws UsageError there */
export async function askSecret(question: string, hint = 'pipe it in and add --password-stdin'): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`There is no terminal to ask on: ${hint}`);
  process.stderr.write(question);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
