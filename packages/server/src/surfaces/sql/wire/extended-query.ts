import type { Account } from '../../../domain/account.ts';
import { Answer } from './answer.ts';
import type { BindMessage, ClientMessage, ParseMessage } from './client-message.ts';
import type { Conversation } from './conversation.ts';
import type { Portal } from './desk.ts';
import { requireCount } from './parameter.ts';
import { writeBare, writeParameterDescription, writeRowDescription } from './server-message.ts';
import { findOnly, prepareStatement } from './statement-source.ts';
import { readTurn } from './transaction.ts';
import { oids } from './type.ts';

/** Messages of the extended query protocol. @throws SqlError, WireFault, PeerGone */
export async function takeExtended(talk: Conversation, message: ClientMessage): Promise<void> {
  const { peer } = talk.parts;
  switch (message.kind) {
    case 'parse':
      return parse(talk, message);
    case 'bind':
      return bind(talk, message);
    case 'describe':
      return message.what === 'statement' ? describeStatement(talk, message.name) : describePortal(talk, message.name);
    case 'execute':
      return execute(talk, talk.desk.getPortal(message.portal), message.rowsMax);
    case 'close':
      if (message.what === 'statement') talk.desk.dropStatement(message.name);
      else await talk.desk.dropPortal(message.name);
      writeBare(peer.writer, 'closeComplete');
      return;
    case 'flush':
      return peer.flush();
    default:
      // What belongs to a COPY that failed: PostgreSQL leaves it out too.
      return;
  }
}

async function parse(talk: Conversation, { name, text, parameterTypes }: ParseMessage): Promise<void> {
  const { peer, onStatement } = talk.parts;
  talk.place = { text, offset: 0 };
  try {
    const only = findOnly(talk, text);
    if (only === undefined) {
      talk.desk.addStatement(name, { text: '', place: talk.place, statement: undefined });
    } else {
      talk.place = { text, offset: only.position };
      const admitted = talk.transaction.admit(only.text);
      const statement = await prepareStatement(talk, { text: admitted, name, givenTypes: parameterTypes });
      talk.desk.addStatement(name, { text: admitted, place: talk.place, statement });
    }
  } catch (error) {
    onStatement('failed');
    throw error;
  }
  writeBare(peer.writer, 'parseComplete');
}

async function bind(talk: Conversation, bound: BindMessage): Promise<void> {
  const prepared = talk.desk.getStatement(bound.statement);
  talk.transaction.admit(prepared.text);
  requireCount(bound.values.length, prepared.statement?.parameterTypes.length ?? 0, bound.statement);
  await talk.desk.addPortal(bound.portal, { prepared, bound, answer: undefined });
  writeBare(talk.parts.peer.writer, 'bindComplete');
}

function describeStatement(talk: Conversation, name: string): void {
  const { writer } = talk.parts.peer;
  const { statement } = talk.desk.getStatement(name);
  writeParameterDescription(writer, statement?.parameterTypes.map((type) => type || oids.text) ?? []);
  if (statement?.columns === undefined) writeBare(writer, 'noData');
  else writeRowDescription(writer, statement.columns, []);
}

function describePortal(talk: Conversation, name: string): void {
  const { writer } = talk.parts.peer;
  const { prepared, bound } = talk.desk.getPortal(name);
  const columns = prepared.statement?.columns;
  if (columns === undefined) writeBare(writer, 'noData');
  else writeRowDescription(writer, columns, bound.resultFormats);
}

async function execute(talk: Conversation, portal: Portal, rowsMax: number): Promise<void> {
  const { peer, onStatement } = talk.parts;
  const { statement, text, place } = portal.prepared;
  if (statement === undefined) {
    writeBare(peer.writer, 'emptyQuery');
    return;
  }
  const account = await talk.findAccount();
  talk.place = place;
  talk.transaction.admit(text);
  try {
    const answer = await begin(talk, portal, account);
    await talk.during(answer.abort, () => answer.send(peer, rowsMax));
    if (!answer.isDone) return;
    talk.transaction.pass(text);
    onStatement('done');
  } catch (error) {
    onStatement('failed');
    throw error;
  }
  // Portals end with the transaction; this one answered already.
  if (readTurn(text) === 'end') await talk.desk.endTransaction();
}

/** Runs the statement of a portal, where it does not run already. */
async function begin(talk: Conversation, portal: Portal, account: Account): Promise<Answer> {
  if (portal.answer !== undefined) return portal.answer;
  const { prepared, bound } = portal;
  const { statement } = prepared;
  if (statement === undefined) throw new Error('an empty statement does not run');
  talk.desk.requireRoom();
  const abort = new AbortController();
  const { values, formats, resultFormats } = bound;
  const result = await talk.during(abort, () =>
    statement.run({ parameters: { values, formats }, resultFormats, signal: abort.signal, account }),
  );
  portal.answer = new Answer(result, { formats: resultFormats, told: statement.columns, abort });
  return portal.answer;
}
