import { readFileSync } from 'node:fs';
import { StartRefusal } from './start-refusal.ts';

/** Certificate and key in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** @throws StartRefusal */
export function readTls(
  files: { readonly certFile: string; readonly keyFile: string } | undefined,
): TlsPair | undefined {
  return files && { cert: readPem(files.certFile, 'certificate'), key: readPem(files.keyFile, 'key') };
}

function readPem(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new StartRefusal(`The TLS ${what} file ${file} can't be read (${reason}).`, { cause });
  }
}
