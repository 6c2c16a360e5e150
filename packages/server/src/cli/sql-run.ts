import type { SqlConversation, StatementError } from './sql-conversation.ts';
import { createRowWriter, type RowWriter, type SqlOutputOptions } from './sql-output.ts';
import { cleanCell, tell } from './terminal.ts';
import { writeToOutput } from './whole-file.ts';

/** Asks and writes what is answered. False where a statement failed. @throws CommandRefusal */
export async function runScript(
  conversation: SqlConversation,
  script: string,
  options: SqlOutputOptions,
): Promise<boolean> {
  let writer: RowWriter | undefined;
  for await (const answer of conversation.ask(script)) {
    if (answer.kind === 'columns') writer = createRowWriter(answer.columns, options);
    else if (answer.kind === 'row') await write(writer?.row(answer.values) ?? '');
    else if (answer.kind === 'error') {
      await write(writer?.end() ?? '');
      tellError(answer.error, script);
      return false;
    } else {
      if (writer === undefined) tell(answer.tag);
      else await write(writer.end());
      for (const notice of answer.notices) tell(cleanCell(notice));
      writer = undefined;
    }
  }
  return true;
}

async function write(chunk: string): Promise<void> {
  if (chunk !== '') await writeToOutput(Buffer.from(chunk));
}

/** With the line that it is about, and a mark beneath it. */
function tellError({ state, message, position, hint }: StatementError, script: string): void {
  tell(`error: ${cleanCell(message)} (${state})`);
  if (position !== undefined && position <= script.length) {
    const begin = script.lastIndexOf('\n', position - 1) + 1;
    const line = script.slice(begin).split('\n', 1)[0] ?? '';
    tell(`  ${cleanCell(line)}\n  ${' '.repeat(position - begin)}^`);
  }
  if (hint !== undefined) tell(`hint: ${cleanCell(hint)}`);
}
