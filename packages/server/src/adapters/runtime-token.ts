import { readFileSync } from 'node:fs';
import { parseToken } from '../domain/token-text.ts';
import { StartRefusal } from './start-refusal.ts';

/** The text of a runtime credential, as it is or out of a file. @throws StartRefusal */
export function loadRuntimeToken(source: { readonly value: string } | { readonly file: string }): string {
  if ('value' in source) return checkToken(source.value.trim(), 'The token of the environment');
  return checkToken(readFile(source.file).trim(), `The token file ${source.file}`);
}

/** Texts of runtime credentials, one a line; empty lines and those that begin with `#` say nothing. @throws StartRefusal */
export function loadRuntimeTokens(file: string | undefined): string[] {
  if (file === undefined) return [];
  const lines = readFile(file)
    .split('\n')
    .map((line) => line.trim());
  return lines.flatMap((line, at) =>
    line === '' || line.startsWith('#') ? [] : checkToken(line, `Line ${at + 1} of ${file}`),
  );
}

function checkToken(text: string, where: string): string {
  if (parseToken(text)?.kind === 'runtime') return text;
  throw new StartRefusal(
    `${where} has to hold the text of a runtime credential, as "claviger runtime-credential create" prints it.`,
  );
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    throw new StartRefusal(`The token file ${file} can't be read (${code}).`, { cause });
  }
}
