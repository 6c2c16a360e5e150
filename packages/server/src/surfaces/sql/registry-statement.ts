import { isProvider, providers } from '../../language/resource-name.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { foldName } from '../../language/token.ts';
import { TokenReader } from '../../language/token-reader.ts';
import { releaseVersion } from '../stackql/registry.ts';
import { prepareListing } from './listing.ts';
import { stateDone } from './result.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** `REGISTRY LIST [provider]`, `REGISTRY PULL provider [version]`: both providers are here already. */
export const registryKind: StatementKind = kindOf(['REGISTRY'], async (statement, session) => {
  const reader = new TokenReader(statement, 1);
  if (reader.takeWord('list')) {
    const provider = reader.peek() === undefined ? undefined : readProvider(reader);
    reader.needEnd();
    if (provider !== undefined) {
      return prepareListing({ columns: ['provider', 'versions'], rows: [[provider, releaseVersion]] }, reader, session);
    }
    const rows = providers.map((name) => [name, releaseVersion]);
    return prepareListing({ columns: ['provider', 'version'], rows }, reader, session);
  }
  reader.needWord('pull');
  const provider = readProvider(reader);
  return stateDone('REGISTRY', () => [`${provider} provider, version '${releaseVersion}' successfully installed`]);
});

/** @throws SqlError 22023 */
function readProvider(reader: TokenReader): string {
  const { value, start } = reader.needName();
  const name = foldName(value);
  if (isProvider(name)) return name;
  throw new SqlError(sqlStates.invalidParameter, `there is no provider "${value}"`, {
    position: start,
    hint: `The providers are ${providers.join(' and ')}.`,
  });
}
