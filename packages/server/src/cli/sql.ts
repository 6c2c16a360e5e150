import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command, Input } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { CommandRefusal, UsageError } from './failure.ts';
import { SqlConversation } from './sql-conversation.ts';
import { parseFormat, type SqlOutputOptions, sqlFormats } from './sql-output.ts';
import { runPrompt } from './sql-prompt.ts';
import { runScript } from './sql-run.ts';
import { describeFileError } from './whole-file.ts';

/** Where statements come from; undefined: from a person at a terminal. */
async function readScript({ options }: Input): Promise<string | undefined> {
  const { execute, input } = options;
  if (execute !== undefined && input !== undefined) throw new UsageError('--execute and --input: name one of them');
  if (execute !== undefined) return execute;
  if (input === '-' || (input === undefined && !process.stdin.isTTY)) return text(process.stdin);
  if (input === undefined) return undefined;
  return readFile(input, 'utf8').catch((error: unknown) => {
    throw describeFileError(error, input);
  });
}

function readOutputOptions({ options }: Input): SqlOutputOptions {
  const { json, output = json === undefined ? 'table' : 'json', delimiter = ',' } = options;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) throw new UsageError('--delimiter takes one character');
  return { format: parseFormat(output), delimiter, header: options['no-header'] === undefined };
}

const sqlCommand = definePlaneCommand(
  {
    words: ['sql'],
    operands: [],
    summary: 'Ask and change in SQL; at a terminal, a prompt',
    example: `claviger sql -e "SELECT email, status FROM developers WHERE organizationsId = 'acme'" -o csv`,
    options: {
      execute: { short: 'e', value: 'SQL', doc: 'Statements to run.' },
      input: { short: 'i', value: 'FILE', doc: 'A file of statements; - is standard input.' },
      output: { short: 'o', value: 'FORMAT', doc: `One of ${sqlFormats.join(', ')} (table).` },
      delimiter: { short: 'd', value: 'CHARACTER', doc: 'Between the cells of csv (a comma).' },
      'no-header': { short: 'H', doc: 'Leave out the names of columns.' },
    },
    note: () => 'Ends with 1 where a statement failed; those before it stay done. docs/sql.md tells the language.',
  },
  async (client, input, { environment }) => {
    const options = readOutputOptions(input);
    const script = await readScript(input);
    const conversation = new SqlConversation(client);
    try {
      if (script === undefined) await runPrompt({ client, conversation, options, environment });
      else if (!(await runScript(conversation, script, options))) throw new CommandRefusal('A statement failed');
    } finally {
      await conversation.close();
    }
  },
);

export const sqlCommands: readonly Command[] = [sqlCommand];
