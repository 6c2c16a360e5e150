import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script of `bench/process/` to its end, in a process of its own, and reads what it found. */
export async function runScript<Found>(script: string, task: object, flags: readonly string[] = []): Promise<Found> {
  const file = fileURLToPath(new URL(`../process/${script}.ts`, import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, file, JSON.stringify(task)]);
  return JSON.parse(stdout) as Found;
}
