import { spawnSync } from 'node:child_process';

/** Undefined where strace can't be used here, with the reason. */
export function findStrace(): { readonly usable: true } | { readonly usable: false; readonly reason: string } {
  const { status, error, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (status === 0) return { usable: true };
  return { usable: false, reason: error === undefined ? `strace fails here: ${stderr}` : 'strace is not installed' };
}

/** What makes a trace that `findSyncFaults` reads; the server's command line follows. */
export function straceCommand(file: string): string[] {
  const calls = 'trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg';
  // -D: strace is the grandchild, so that signals reach the server itself.
  return ['strace', '-D', '-f', '-y', '-s', '64', '-o', file, '-e', calls];
}

interface TraceLine {
  readonly thread: string;
  readonly text: string;
}

/**
 * Reads a trace of strace: every answer 201 that goes to a socket has to come after a sync of the log that ended
 * (not: began) after the last write to the log.
 * @returns answers seen, and those for which the log was not on disk yet
 */
export function findSyncFaults(trace: string): { readonly answers: number; readonly faults: number } {
  let written = false;
  let answers = 0;
  let faults = 0;
  const begun = new Map<string, string>();
  for (const { thread, text } of trace.split('\n').map(parseLine)) {
    if (/^(?:pwrite64|write)\(\d+<[^>]*-wal>/.test(text)) written = true;
    if (/^f(?:data)?sync\(\d+<[^>]*-wal>/.test(text)) {
      if (text.endsWith('<unfinished ...>')) begun.set(thread, text);
      else if (/= 0$/.test(text)) written = false;
    } else if (/^<\.\.\. f(?:data)?sync resumed>.*= 0$/.test(text) && begun.delete(thread)) written = false;
    if (/HTTP\/1\.1 201/.test(text)) {
      answers += 1;
      if (written) faults += 1;
    }
  }
  return { answers, faults };
}

function parseLine(line: string): TraceLine {
  const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
  return { thread, text };
}

/** Writes to the log that the trace shows: without them it would prove nothing. */
export function countLogWrites(trace: string): number {
  return trace.match(/p?write(?:64)?\(\d+<[^>]*-wal>/g)?.length ?? 0;
}
