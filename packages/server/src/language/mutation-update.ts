import type { Assignment, Condition, DeleteMutation, Returned, UpdateMutation } from './mutation.ts';
import { isPlain } from './mutation-literal.ts';
import type { MutationReader } from './mutation-reader.ts';
import { isMark, isWord, refuseToken } from './statement.ts';
import type { Token } from './token.ts';

/** After `UPDATE` or `REPLACE`. @throws SqlError 42601 */
export function readUpdate(
  reader: MutationReader,
  kind: UpdateMutation['kind'],
): Omit<UpdateMutation, 'parameters' | 'named'> {
  if (isWord(reader.peek(), 'or')) throw refuseToken(reader.peek());
  const target = reader.takeAlias(reader.needTarget());
  reader.needWord('set');
  const set: Assignment[] = [];
  do set.push(reader.readAssignment(endsClause));
  while (reader.takeMark(','));
  const from = reader.takeWord('from') ? readFrom(reader) : undefined;
  return { kind, target, set, from, ...readCondition(reader) };
}

/** After `DELETE`. @throws SqlError 42601 */
export function readDelete(reader: MutationReader): Omit<DeleteMutation, 'parameters' | 'named'> {
  reader.needWord('from');
  const target = reader.takeAlias(reader.needTarget());
  return { kind: 'delete', target, ...readCondition(reader) };
}

/** `FROM` alone, before `WHERE`, says nothing. */
function readFrom(reader: MutationReader): UpdateMutation['from'] {
  return isWord(reader.peek(), 'where') ? undefined : reader.readPiece(endsClause);
}

function endsClause(token: Token, before: Token | undefined): boolean {
  if (isWord(token, 'from')) return !isWord(before, 'distinct');
  return isWord(token, 'where', 'returning', 'order', 'limit');
}

function readCondition(reader: MutationReader): Condition & { readonly returning: readonly Returned[] } {
  const where = reader.takeWord('where') ? reader.readPiece(endsClause) : undefined;
  let returning: readonly Returned[] = reader.takeWord('returning') ? reader.readReturning() : [];
  const tail = isWord(reader.peek(), 'order', 'limit')
    ? reader.readPiece((token) => isWord(token, 'returning'))
    : undefined;
  if (returning.length === 0 && reader.takeWord('returning')) returning = reader.readReturning();
  reader.needEnd();
  const equalities = where === undefined || tail !== undefined ? undefined : splitEqualities(where.tokens, reader);
  return { where, equalities, tail, returning };
}

/** Undefined where there is anything but `name = value`, joined by AND. */
function splitEqualities(tokens: readonly Token[], reader: MutationReader): Assignment[] | undefined {
  const found: Assignment[] = [];
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    if (at < tokens.length && !isWord(tokens[at], 'and')) continue;
    const equality = readEquality(tokens.slice(from, at), reader);
    if (equality === undefined) return undefined;
    found.push(equality);
    from = at + 1;
  }
  return found;
}

function readEquality(tokens: readonly Token[], reader: MutationReader): Assignment | undefined {
  const sign = tokens.findIndex((token) => isMark(token, '=') || isMark(token, '=='));
  const name = tokens[sign - 1];
  if (name === undefined || (name.kind !== 'word' && name.kind !== 'quoted')) return undefined;
  const plainName = sign === 1 || (sign === 3 && isMark(tokens[1], '.'));
  const value = tokens.slice(sign + 1);
  if (!plainName || !isPlain(value)) return undefined;
  return { column: name.value, value: reader.piece(value), position: name.start };
}
