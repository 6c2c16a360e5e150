import { listenForSql, type SqlListener, type SqlListenerOptions, type SqlListenerParts } from './listener.ts';

/** Settings of the listener, as config/config.ts has them. */
export interface SqlListenSettings {
  readonly sqlListen: { readonly host: string; readonly port: number } | undefined;
  readonly sqlListenChosen: boolean;
  readonly sqlRequireTls: boolean;
  readonly sqlAnonymous: ReadonlyMap<string, string>;
  readonly bodyBytesMax: number;
}

/** Undefined where it is off, and where nobody chose the address and another server has it. */
export async function startSqlListener(
  parts: SqlListenerParts,
  settings: SqlListenSettings,
  tls: SqlListenerOptions['tls'],
): Promise<SqlListener | undefined> {
  const { sqlListen, sqlListenChosen, sqlRequireTls, sqlAnonymous, bodyBytesMax } = settings;
  if (sqlListen === undefined) return undefined;
  try {
    return await listenForSql(parts, {
      ...sqlListen,
      tls,
      requiresTls: sqlRequireTls,
      anonymous: sqlAnonymous,
      limits: { messageBytesMax: bodyBytesMax },
    });
  } catch (error) {
    if (sqlListenChosen || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    parts.plane.log.warn(
      { err: error },
      'SQL clients are not answered here: another server has the address; set sql-listen',
    );
    return undefined;
  }
}
