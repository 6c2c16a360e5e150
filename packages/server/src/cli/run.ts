import { describeFailure } from './failure.ts';
import { formatHelp } from './help.ts';
import { parseCommandLine } from './parse.ts';
import { loadCommands } from './registry.ts';
import { cleanCell, tell } from './terminal.ts';
import type { World } from './world.ts';

/** Runs a command line to its end, or until the server is up. Sets the exit code. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<void> {
  // Whoever reads our output may stop before its end, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const asked = parseCommandLine(await loadCommands(argv[0]), argv);
    if (asked.kind === 'version') process.stdout.write(`claviger ${world.version}\n`);
    else if (asked.kind === 'help') process.stdout.write(formatHelp(asked.commands));
    else await asked.input.command.run(asked.input, world);
  } catch (error) {
    const failure = describeFailure(error);
    // What is not known is a bug, and whoever reports it needs all of it.
    if (failure === undefined) throw error;
    // It may repeat a name that somebody else chose.
    tell(`claviger: ${failure.sentence.split('\n').map(cleanCell).join('\n')}`);
    process.exitCode = failure.exitCode;
  }
}
