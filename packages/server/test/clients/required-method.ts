import { readFileSync } from 'node:fs';
import { names, type Row } from './recorder.ts';

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly flatPath: string;
}

const extract = new URL('../fixtures/x/discovery-extract.json', import.meta.url);
const { methods } = JSON.parse(readFileSync(extract, 'utf8')) as { methods: Readonly<Record<string, Method>> };

/** The resources of which a client made by discovery can call everything. */
const whole = /^apigee\.organizations\.(developers|apps|apiproducts|appgroups)\./;

/** Google's methods of the four resources that are served whole: 82. */
export const wholeMethods: readonly Method[] = Object.values(methods).filter(({ id }) => whole.test(id));

/** As `describePath` tells of a call of it, without a query. */
function pathOf({ flatPath }: Method): string {
  const path = flatPath.replace(/([^/]+)\/\{[^{}]+\}/g, (all, collection: string) => {
    const name = names[collection];
    return name === undefined ? all : `${collection}/${name}`;
  });
  return `/x/${path}`;
}

/** Ids of those that this client never called with success. */
export function findUncalled(client: string, rows: readonly Row[]): string[] {
  const called = new Set(
    rows
      .filter((row) => row.client === client && row.status < 300)
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`),
  );
  return wholeMethods.filter((one) => !called.has(`${one.httpMethod} ${pathOf(one)}`)).map(({ id }) => id);
}
