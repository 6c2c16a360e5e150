import type { Mutation } from './mutation.ts';
import { readExec } from './mutation-exec.ts';
import { readInsert } from './mutation-insert.ts';
import { ParameterNumbers } from './mutation-parameter.ts';
import { MutationReader } from './mutation-reader.ts';
import { readDelete, readUpdate } from './mutation-update.ts';
import { isWord, type Statement } from './statement.ts';

/** First words of what changes something. */
export const mutationCommands = ['INSERT', 'UPDATE', 'REPLACE', 'DELETE', 'EXEC'] as const;

/**
 * Reads INSERT, UPDATE, REPLACE, DELETE and EXEC as StackQL writes them (compat/stackql.md §2.2), and SQLite's forms of
 * them where they mean something here.
 * @throws SqlError 42601
 */
export function readMutation(statement: Statement): Mutation {
  const numbers = new ParameterNumbers(statement);
  const reader = new MutationReader(statement, numbers);
  while (reader.at < statement.commandAt) reader.take();
  const named = reader.at === 0 ? undefined : reader.piece(reader.since(0));
  reader.take();
  return { ...readRest(statement.command, reader), named, parameters: numbers.count } as Mutation;
}

type Unnumbered = ReturnType<typeof readInsert | typeof readUpdate | typeof readDelete | typeof readExec>;

function readRest(command: string, reader: MutationReader): Unnumbered {
  switch (command) {
    case 'INSERT':
      return readInsert(reader, 'refuse');
    case 'UPDATE':
      return readUpdate(reader, 'update');
    case 'DELETE':
      return readDelete(reader);
    case 'EXEC':
      return readExec(reader);
    default:
      return isWord(reader.peek(), 'into') ? readInsert(reader, 'replace') : readUpdate(reader, 'replace');
  }
}
