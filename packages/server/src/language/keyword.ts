import { foldName, type Token } from './token.ts';

const wordsAfterTable = listWords(`where group order having limit window union intersect except join natural left right
  full inner outer cross on using indexed not offset fetch returning set as for do values select from with`);

/** Words that something follows which belongs to them: no alias. */
const wordsBeforeOperand = listWords(`and or not is in like ilike glob match regexp between collate escape case when
  then else over distinct from exists all select by as filter`);

const wordsThatEndOperand = listWords('null end isnull notnull');

const joinWords = listWords('join natural left right full inner outer cross');

const clauseWords = listWords('from where group having window order limit offset fetch union intersect except');

function listWords(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

function isOneOf(words: ReadonlySet<string>): (token: Token | undefined) => boolean {
  return (token) => token?.kind === 'word' && words.has(foldName(token.text));
}

/** Whether it goes on with the statement after a table's name, and so is no alias. */
export const followsTable = isOneOf(wordsAfterTable);
export const wantsOperand = isOneOf(wordsBeforeOperand);
export const endsOperand = isOneOf(wordsThatEndOperand);
export const beginsJoin = isOneOf(joinWords);
export const beginsClause = isOneOf(clauseWords);

/** Whether it can be a name: words, and whatever is in quotes of names. */
export function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quoted');
}

/** Whether a query begins with it. */
export const beginsQuery = isOneOf(listWords('select values with'));
