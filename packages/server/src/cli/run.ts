import { accountCommands } from './account.ts';
import { archiveCommands } from './archive.ts';
import { auditCommands } from './audit.ts';
import { bulkCommands } from './bulk.ts';
import type { Command } from './command.ts';
import { environmentCommands } from './environment.ts';
import { describeFailure } from './failure.ts';
import { gatewayKeyCommands } from './gateway-key.ts';
import { formatHelp } from './help.ts';
import { keyCommands } from './key.ts';
import { masterKeyCommands } from './master-key.ts';
import { organizationCommands } from './organization.ts';
import { parseCommandLine } from './parse.ts';
import { runtimeCredentialCommands } from './runtime-credential.ts';
import { searchCommands } from './search.ts';
import { serveCommand } from './serve.ts';
import { sqlCommands } from './sql.ts';
import { stackqlCommands } from './stackql.ts';
import { cleanCell, tell } from './terminal.ts';
import { tokenCommands } from './token.ts';
import { verifierCommand } from './verifier.ts';
import { verifierCommands } from './verifier-list.ts';
import type { World } from './world.ts';

/** Every command there is, in the order of help. */
const commands: readonly Command[] = [
  serveCommand,
  verifierCommand,
  ...organizationCommands,
  ...environmentCommands,
  ...keyCommands,
  ...accountCommands,
  ...tokenCommands,
  ...runtimeCredentialCommands,
  ...gatewayKeyCommands,
  ...verifierCommands,
  ...bulkCommands,
  ...archiveCommands,
  ...masterKeyCommands,
  ...searchCommands,
  ...auditCommands,
  ...sqlCommands,
  ...stackqlCommands,
];

/** Runs a command line to its end, or until the server is up. Sets the exit code. */
export async function runCommandLine(argv: readonly string[], world: World): Promise<void> {
  // Whoever reads our output may stop before its end, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const asked = parseCommandLine(commands, argv);
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
