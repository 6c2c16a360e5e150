import { type ChildProcess, spawn } from 'node:child_process';
import { findFailures } from './ci-figures.ts';
import { type CiStep, ciSteps } from './ci-steps.ts';

export interface Outcome {
  readonly name: string;
  readonly result: 'ok' | 'FAILED' | 'TIMED OUT';
  readonly seconds: number;
  readonly figures: string;
  /** The tests that failed, with their errors. */
  readonly failures: string;
}

/** Runs one step, shows its output as it comes, and keeps it for the figures. */
export async function runStep({ name, command, env, minutesMax, summarize }: CiStep): Promise<Outcome> {
  console.log(`\n=== ${name}: ${command}`);
  const started = performance.now();
  // A process group of its own, so that a timeout ends what the step started, too.
  const child = spawn('sh', ['-c', command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child);
    child.stdout.destroy();
  }, minutesMax * 60_000);
  const interrupted = (): void => {
    endGroup(child);
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('error', () => resolve(null));
  child.on('close', resolve);
  const code = await promise;
  clearTimeout(timer);
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  const result = late ? 'TIMED OUT' : code === 0 ? 'ok' : 'FAILED';
  const seconds = (performance.now() - started) / 1000;
  console.log(`=== ${name}: ${result} after ${seconds.toFixed(1)} s`);
  const output = Buffer.concat(chunks).toString('utf8');
  return { name, result, seconds, figures: summarize?.(output) ?? '', failures: findFailures(output) };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

function printTable(outcomes: readonly Outcome[]): void {
  console.log('\nstep         result     seconds  figures');
  for (const { name, result, seconds, figures } of outcomes) {
    const [first = '', ...rest] = figures.split('\n');
    console.log(`${name.padEnd(12)} ${result.padEnd(10)} ${seconds.toFixed(1).padStart(7)}  ${first}`);
    for (const line of rest) console.log(`${' '.repeat(33)}${line}`);
  }
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !ciSteps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`no step is called ${unknown.join(', ')}; there are ${ciSteps.map(({ name }) => name).join(', ')}`);
    return 1;
  }
  const steps = ciSteps.filter(({ name }) => names.length === 0 || names.includes(name));
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await runStep(step));
  printTable(outcomes);
  const failed = outcomes.filter(({ result }) => result !== 'ok');
  // Last, since the end is all that is kept of a long output in some places.
  for (const { name, failures } of failed) if (failures !== '') console.log(`\nfailed in ${name}:\n${failures}`);
  console.log(failed.length === 0 ? '\nall steps passed' : `\nfailed: ${failed.map(({ name }) => name).join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
