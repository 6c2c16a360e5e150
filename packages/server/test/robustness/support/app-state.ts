import { randomInt } from 'node:crypto';
import type { ClientAnswer } from './client.ts';
import { groundOf, planCreateCompany, planOnCompany } from './company-state.ts';
import type { AppState, AppStep, KeyState, Tree } from './tree.ts';

/** Products that the writers put on keys, and what they become there. */
export const products = { 'kill-auto': 'approved', 'kill-manual': 'pending', 'kill-other': 'approved' } as const;
const productNames = Object.keys(products) as (keyof typeof products)[];
const organizations = ['/edge/v1/organizations/myorg', '/x/v1/organizations/myorg'] as const;
export const appName = 'app';
const keysMax = 5;

function anyOf<T>(list: readonly T[]): T {
  const one = list[randomInt(list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

interface Ground {
  /** E-mail of the developer, or name of the company. */
  readonly owner: string;
  /** Of the owner, in either view. */
  readonly path: string;
  readonly mark: string;
  /** Of X, where a PUT of a key takes no products. */
  readonly ofGroup: boolean;
}

export function planAppStep(owner: string, tree: Tree, mark: string): AppStep {
  return isCompany(owner) ? planInCompany(owner, tree, mark) : planOfDeveloper(owner, tree, mark);
}

/** Of an owner of apps. */
export function isCompany(owner: string): boolean {
  return !owner.includes('@');
}

function planOfDeveloper(email: string, tree: Tree, mark: string): AppStep {
  const organization = anyOf(organizations);
  const ground = { owner: email, path: `${organization}/developers/${email}`, mark, ofGroup: false };
  if (tree === undefined) {
    const body = { email, firstName: 'Ann', lastName: mark, userName: mark };
    return {
      request: { method: 'POST', path: `${organization}/developers`, body },
      after: () => ({ app: undefined }),
    };
  }
  if (randomInt(30) === 0) return { request: { method: 'DELETE', path: ground.path }, after: () => undefined };
  return planOnApps(ground, tree.app);
}

function planInCompany(name: string, tree: Tree, mark: string): AppStep {
  const ground = groundOf(name, tree, mark);
  if (tree === undefined) return planCreateCompany(ground);
  const draw = randomInt(30);
  if (draw === 0) return { request: { method: 'DELETE', path: ground.path }, after: () => undefined };
  if (draw < 15) return planOnCompany(ground, tree);
  const { request, after } = planOnApps({ ...ground, owner: name, ofGroup: ground.view === 'x' }, tree.app);
  return { request, after: (answer) => ({ ...tree, app: after(answer)?.app }) };
}

function planOnApps(ground: Ground, app: AppState | undefined): AppStep {
  if (app === undefined) return planCreate(ground);
  if (app.keys.length > 0 && randomInt(3) > 0) return planOnKey(ground, app, anyOf(app.keys));
  return anyOf([planUpdate, planStatus, planImport, planImport, planGenerate, planDelete])(ground, app);
}

interface ShownKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

function readNewest(answer: ClientAnswer | undefined): { readonly id?: string; readonly key?: ShownKey | undefined } {
  if (answer === undefined) return {};
  const { appId, credentials } = JSON.parse(answer.text) as { appId: string; credentials: ShownKey[] };
  return { id: appId, key: credentials[0] };
}

function generated(answer: ClientAnswer | undefined, names: readonly (keyof typeof products)[]): KeyState {
  const { key } = readNewest(answer);
  return { key: key?.consumerKey, secret: key?.consumerSecret, status: 'approved', products: addTo([], names) };
}

function addTo(old: KeyState['products'], names: readonly (keyof typeof products)[]): KeyState['products'] {
  const there = new Set(old.map(({ apiproduct }) => apiproduct));
  const added = names.filter((name) => !there.has(name));
  return [...old, ...added.map((apiproduct) => ({ apiproduct, status: products[apiproduct] }))];
}

function planCreate({ path, mark }: Ground): AppStep {
  const names = productNames.slice(0, randomInt(3));
  const attributes = [{ name: 'mark', value: mark }];
  const body = { name: appName, callbackUrl: `https://${mark}`, attributes, apiProducts: names };
  return {
    request: { method: 'POST', path: `${path}/apps`, body },
    after: (answer) => ({
      app: {
        ...{ id: readNewest(answer).id, status: 'approved', callbackUrl: `https://${mark}`, attributes },
        keys: [generated(answer, names)],
      },
    }),
  };
}

function planUpdate({ path, mark }: Ground, app: AppState): AppStep {
  const attributes = [{ name: 'mark', value: mark }];
  const changed = { callbackUrl: `https://${mark}`, attributes };
  return {
    request: { method: 'PUT', path: `${path}/apps/${appName}`, body: { name: appName, ...changed } },
    after: () => ({ app: { ...app, ...changed } }),
  };
}

/** An update with products: one key more. */
function planGenerate(ground: Ground, app: AppState): AppStep {
  if (app.keys.length >= keysMax) return planDelete(ground, app);
  const names = [anyOf(productNames)];
  const { request } = planUpdate(ground, app);
  const changed = { callbackUrl: `https://${ground.mark}`, attributes: [{ name: 'mark', value: ground.mark }] };
  return {
    request: { ...request, body: { name: appName, ...changed, apiProducts: names } },
    after: (answer) => ({ app: { ...app, ...changed, keys: [generated(answer, names), ...app.keys] } }),
  };
}

function planStatus({ path }: Ground, app: AppState): AppStep {
  const [action, status] = app.status === 'approved' ? ['revoke', 'revoked'] : ['approve', 'approved'];
  return {
    request: { method: 'POST', path: `${path}/apps/${appName}?action=${action}` },
    after: () => ({ app: { ...app, status } }),
  };
}

/** One of two keys of the owner's own, which are free again when they, their app or the owner are deleted. */
function planImport(ground: Ground, app: AppState): AppStep {
  const key = `${ground.owner.split('@', 1)[0]}-${randomInt(2)}`;
  if (app.keys.some((each) => each.key === key)) return planUpdate(ground, app);
  const secret = `secret-${ground.mark.replaceAll('.', '-')}`;
  return {
    request: {
      method: 'POST',
      path: `${ground.path}/apps/${appName}/keys/create`,
      body: { consumerKey: key, consumerSecret: secret },
    },
    after: () => ({ app: { ...app, keys: [{ key, secret, status: 'approved', products: [] }, ...app.keys] } }),
  };
}

function planDelete(ground: Ground, app: AppState): AppStep {
  const { path } = ground;
  if (app.keys.length < 2) return planStatus(ground, app);
  return { request: { method: 'DELETE', path: `${path}/apps/${appName}` }, after: () => ({ app: undefined }) };
}

function addable({ products: there }: KeyState): (keyof typeof products)[] {
  return productNames.filter((name) => there.every(({ apiproduct }) => apiproduct !== name));
}

/** Approve, revoke, delete, and products on and off. */
function planOnKey({ path, ofGroup }: Ground, app: AppState, known: KeyState): AppStep {
  const target = `${path}/apps/${appName}/keys/${known.key}`;
  const put = (next: Partial<KeyState> | undefined) => () => ({
    app: { ...app, keys: app.keys.flatMap((each) => (each !== known ? each : next ? { ...each, ...next } : [])) },
  });
  const [first] = known.products;
  const draw = randomInt(first === undefined ? 7 : 12);
  // Something new with each, so that a call that was done can be told from one that was not.
  const names = addable(known).slice(0, 1 + randomInt(2));
  if (draw < 4 && names.length > 0) {
    const body = { apiProducts: [...names, ...known.products.map(({ apiproduct }) => apiproduct)] };
    const request = { method: draw % 2 === 0 && !ofGroup ? 'PUT' : 'POST', path: target, body };
    return { request, after: put({ products: addTo(known.products, names) }) };
  }
  if (draw < 6) {
    const [action, status] = known.status === 'approved' ? ['revoke', 'revoked'] : ['approve', 'approved'];
    return { request: { method: 'POST', path: `${target}?action=${action}` }, after: put({ status }) };
  }
  if (draw === 6 || first === undefined) return { request: { method: 'DELETE', path: target }, after: put(undefined) };
  const product = anyOf(known.products);
  const others = known.products.filter((each) => each !== product);
  const link = `${target}/apiproducts/${product.apiproduct}`;
  if (draw < 9) return { request: { method: 'DELETE', path: link }, after: put({ products: others }) };
  const [action, status] = product.status === 'approved' ? ['revoke', 'revoked'] : ['approve', 'approved'];
  const changed = known.products.map((each) => (each === product ? { ...each, status } : each));
  return { request: { method: 'POST', path: `${link}?action=${action}` }, after: put({ products: changed }) };
}
