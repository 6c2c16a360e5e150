import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { Answer } from './answer.ts';
import type { ClientMessage } from './client-message.ts';
import type { Conversation } from './conversation.ts';
import { type Diagnosis, diagnose } from './fault.ts';
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
  await talk.requireHolder();
  talk.place = { text: message.text, offset: 0 };
  const parts = session.split(message.text);
  if (parts.length === 0) writeBare(peer.writer, 'emptyQuery');
  let done = 0;
  for (const { text, position } of parts) {
    talk.place = { text: message.text, offset: position };
    try {
      await runOne(talk, text);
    } catch (error) {
      onStatement('failed');
      if (done > 0) tellDone(talk, error, done);
      throw error;
    }
    onStatement('done');
    done++;
  }
}

async function runOne(talk: Conversation, written: string): Promise<void> {
  const { peer } = talk.parts;
  const text = talk.transaction.admit(written);
  const statement = await prepareStatement(talk, { text, name: '', givenTypes: [] });
  const abort = new AbortController();
  await talk.during(abort, async () => {
    const parameters = { values: [], formats: [] };
    const result = await statement.run({ parameters, resultFormats: [], signal: abort.signal });
    const answer = new Answer(result, { formats: [], abort });
    try {
      await answer.describe(peer);
      await answer.send(peer, 0);
    } finally {
      await answer.close();
    }
  });
  talk.transaction.pass(text);
}

/** PostgreSQL would take back what came before; here it is done, and that has to be said. */
function tellDone(talk: Conversation, error: unknown, done: number): void {
  const diagnosis: Diagnosis | undefined = diagnose(error);
  if (diagnosis === undefined || diagnosis.severity !== 'ERROR') return;
  const before = done === 1 ? 'The statement before it was' : `The ${done} statements before it were`;
  const message = `${before} done and not taken back: nothing here can be rolled back.`;
  writeDiagnosis(talk.parts.peer.writer, { severity: 'NOTICE', state: '00000', message });
}
