import { setTimeout as pause } from 'node:timers/promises';
import { isProvider, isProviderPath, providers } from '../../language/resource-name.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { refuseToken } from '../../language/statement.ts';
import { foldName } from '../../language/token.ts';
import { TokenReader } from '../../language/token-reader.ts';
import { answerDone, stateDone } from './result.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** `USE acme` shows that organization alone; `USE google` shows all again. */
export const useKind: StatementKind = kindOf(['USE'], (statement, session) => {
  const rest = new TokenReader(statement, 1).needRest();
  // Names of organizations hold dashes, which names of SQL do not.
  const name = statement.tokens.length === 2 ? (statement.tokens[1]?.value ?? '') : rest;
  if (isProviderWritten(foldName(name).split('.'))) {
    return stateDone('USE', () => {
      session.organization = undefined;
      return [];
    });
  }
  return stateDone('USE', async () => {
    const { organizations } = await session.parts.scope();
    if (!organizations.some((each) => each.name === name)) {
      throw new SqlError('3D000', `organization "${name}" does not exist, or you have no right in it`);
    }
    session.organization = name;
    return [];
  });
});

function isProviderWritten(path: readonly string[]): boolean {
  const [first = '', ...rest] = path;
  return isProvider(first) ? rest.length === 0 || isProviderPath(path) : isProviderPath(path);
}

const alreadySignedIn = 'You have signed in already, and it is your account that counts';

/** `AUTH LOGIN google`, `AUTH REVOKE google` */
export const authKind: StatementKind = kindOf(['AUTH'], (statement) => {
  const reader = new TokenReader(statement, 1);
  const isLogin = reader.takeWord('login');
  if (!isLogin) reader.needWord('revoke');
  needProvider(reader);
  return stateDone('AUTH', () => [
    isLogin ? alreadySignedIn : 'A session ends when the connection does; nothing else was revoked',
  ]);
});

function needProvider(reader: TokenReader): void {
  const name = reader.needName();
  if (isProvider(foldName(name.value))) return;
  throw new SqlError(sqlStates.invalidParameter, `there is no provider "${name.value}"`, {
    position: name.start,
    hint: `The providers are ${providers.join(' and ')}.`,
  });
}

/** What StackQL keeps on disk; here nothing is kept. */
export const purgeKind: StatementKind = kindOf(['PURGE'], () =>
  stateDone('PURGE', () => ['There is no cache to purge: each query asks anew']),
);

const secondsMax = 60;

/** `SLEEP n`: StackQL counts milliseconds; an end in between is heard. */
export const sleepKind: StatementKind = kindOf(['SLEEP'], (statement, { parts }) => {
  const reader = new TokenReader(statement, 1);
  const token = reader.need();
  reader.needEnd();
  if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.text)) throw refuseToken(token);
  const milliseconds = Math.min(Number(token.text), secondsMax * 1000, parts.limits.timeoutMilliseconds);
  return {
    parameters: 0,
    columns: undefined,
    run: async (_values, { signal }) => {
      await pause(milliseconds, undefined, { signal }).catch(() => {
        throw new SqlError(sqlStates.cancelled, 'the statement was cancelled');
      });
      const notices = milliseconds < Number(token.text) ? [`Slept ${milliseconds} ms, and no longer`] : [];
      return answerDone('SLEEP', notices);
    },
  };
});

/** `DISCARD ALL`; `DEALLOCATE` and what else is the connection's own, the connection answers first. */
export const discardKind: StatementKind = kindOf(['DISCARD', 'DEALLOCATE'], ({ command, tokens }, session) => {
  const [, what] = tokens;
  const isAll = foldName(what?.text ?? '') === 'all';
  return stateDone(isAll ? `${command} ALL` : command, () => {
    if (command === 'DISCARD' && isAll) {
      session.settings.reset();
      session.views.clear();
      session.organization = undefined;
    }
    return [];
  });
});
