import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { Answer } from './answer.ts';
import type { ClientMessage } from './client-message.ts';
import type { Conversation } from './conversation.ts';
import { writeBare, writeDiagnosis } from './server-message.ts';
import { prepareStatement } from './statement-source.ts';

/** A query of the simple kind: one text with any number of statements. @throws SqlError, WireFault, PeerGone */
export async function runSimpleQuery(talk: Conversation, message: ClientMessage): Promise<void> {
  if (message.kind !== 'query') {
    throw new SqlError(sqlStates.notSupported, 'function calls by their own message are not supported');
  }
  const { peer, session, onStatement } = talk.parts;
  talk.desk.dropStatement('');
  await talk.desk.dropPortal('');
  talk.place = { text: message.text, offset: 0 };
  const parts = session.split(message.text);
  if (parts.length === 0) writeBare(peer.writer, 'emptyQuery');
  let changes = 0;
  for (const { text, position } of parts) {
    talk.place = { text: message.text, offset: position };
    try {
      if (changing.test(await runOne(talk, text))) changes++;
    } catch (error) {
      onStatement('failed');
      if (changes > 0) tellDone(talk, error, changes);
      throw error;
    }
    onStatement('done');
  }
}

/** Tags of what is not taken back. */
const changing = /^(?:INSERT|UPDATE|REPLACE|DELETE|EXEC)\b/;

/** Resolves to its tag. */
async function runOne(talk: Conversation, written: string): Promise<string> {
  const { peer } = talk.parts;
  const account = await talk.findAccount();
  const text = talk.transaction.admit(written);
  const statement = await prepareStatement(talk, { text, name: '', givenTypes: [] });
  const abort = new AbortController();
  const tag = await talk.during(abort, async () => {
    const parameters = { values: [], formats: [] };
    const result = await statement.run({ parameters, resultFormats: [], signal: abort.signal, account });
    const answer = new Answer(result, { formats: [], abort });
    try {
      await answer.describe(peer);
      await answer.send(peer, 0);
      return result.tag();
    } finally {
      await answer.close();
    }
  });
  talk.transaction.pass(text);
  return tag;
}

/** PostgreSQL would take back what came before; here it is done, and that has to be said. */
function tellDone(talk: Conversation, error: unknown, changes: number): void {
  if (!(error instanceof SqlError)) return;
  const before = changes === 1 ? 'A change before it was' : `${changes} changes before it were`;
  const message = `${before} done and not taken back: nothing here can be rolled back.`;
  writeDiagnosis(talk.parts.peer.writer, { severity: 'NOTICE', state: '00000', message });
}
