/** Where a query process finds the store: a file, or PostgreSQL by its URL. */
export type StorePlace = { readonly file: string } | { readonly url: string };

/** Tells a query process the URL. */
export const urlVariable = 'CLAVIGER_QUERY_STORE';

/** Arguments and variables of a query process. */
export function tellPlace(place: StorePlace): { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  if ('file' in place) return { args: [place.file], env: {} };
  // Those that the driver reads where the URL does not say it.
  const driver = Object.entries(process.env).filter(([name]) => name.startsWith('PG'));
  return { args: [], env: { ...Object.fromEntries(driver), [urlVariable]: place.url } };
}
