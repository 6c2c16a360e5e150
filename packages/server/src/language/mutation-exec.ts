import type { Assignment, ExecMutation, Piece } from './mutation.ts';
import { isArgument } from './mutation-parameter.ts';
import type { MutationReader } from './mutation-reader.ts';
import { refuseToken } from './statement.ts';
import type { Token } from './token.ts';

/** After `EXEC`. @throws SqlError 42601 */
export function readExec(reader: MutationReader): Omit<ExecMutation, 'parameters'> {
  const target = reader.needTarget();
  const given: Assignment[] = [];
  let json: Piece | undefined;
  while (reader.peek() !== undefined) {
    const name = needArgument(reader);
    const value = reader.readPiece((token) => isNext(token, reader.peek(1)));
    if (name.text.toLowerCase() !== '@@json') given.push({ column: name.text.slice(1), value, position: name.start });
    else if (json === undefined) json = value;
    else throw refuseToken(name);
    // StackQL writes none before @@json.
    const comma = reader.takeMark(',');
    if (comma && reader.peek() === undefined) throw refuseToken(undefined);
  }
  return { kind: 'exec', target, arguments: given, json };
}

function isNext(token: Token, next: Token | undefined): boolean {
  return (token.kind === 'operator' && token.text === ',') || isArgument(token, next);
}

function needArgument(reader: MutationReader): Token {
  const name = reader.peek();
  if (name === undefined || !isArgument(name, reader.peek(1))) {
    throw refuseToken(name, "What a method is given is written @name = 'value', its body @@json = '{}'.");
  }
  reader.take();
  reader.take();
  return name;
}
