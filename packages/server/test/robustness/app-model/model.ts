import {
  type AppCommand,
  type Attribute,
  products as becomes,
  type ProductName,
  type View,
  type Where,
  type WhichKey,
} from './command.ts';

interface Key {
  /** Told by the answer that made it, where the server chose it. */
  text: string;
  status: string;
  products: { readonly apiproduct: string; readonly status: string }[];
  attributes: readonly Attribute[];
  version: number;
}

interface App {
  readonly name: string;
  status: string;
  callbackUrl: string | undefined;
  attributes: readonly Attribute[];
  /** Newest first. */
  keys: Key[];
  version: number;
}

interface Developer {
  status: string;
  readonly apps: Map<string, App>;
}

/** What an answer says, as far as the model tells it: members of a success, or the code of a refusal. */
export interface Told {
  readonly status: number;
  readonly code?: string;
  readonly body?: unknown;
}

class Refused {
  readonly code: string;
  readonly edge: number;
  readonly x: number;

  constructor(code: string, edge: number, x = edge) {
    this.code = code;
    this.edge = edge;
    this.x = x;
  }
}

const codes = {
  noDeveloper: () => new Refused('developer.service.DeveloperDoesNotExist', 404),
  developerExists: () => new Refused('developer.service.DeveloperAlreadyExists', 409),
  noApp: () => new Refused('developer.service.AppDoesNotExist', 404),
  appExists: () => new Refused('keymanagement.service.app_already_exists', 409),
  noKey: () => new Refused('keymanagement.service.InvalidClientIdForGivenApp', 404),
  keyExists: () => new Refused('keymanagement.service.ConsumerKeyAlreadyExists', 409),
  notOnKey: () => new Refused('keymanagement.service.ApiProductNotAssociatedWithConsumerKey', 500, 404),
  unknownProduct: () => new Refused('cps.kms.ApiProductDoesNotExist', 404, 400),
  noProduct: () => new Refused('keymanagement.service.apiproduct_doesnot_exist', 404),
  productExists: () => new Refused('keymanagement.service.apiproduct_already_exists', 409),
  productInUse: () => new Refused('keymanagement.service.apiproduct_deletion_failed_apps_associated', 500),
  twice: () => new Refused('rest.interceptor.invalid_value', 400),
};

/** Apps and keys as simple as they can be: Maps and lists, and rules. */
export class AppModel {
  readonly developers = new Map<string, Developer>();
  readonly #products = new Set<string>();
  /** Every key there ever was. */
  readonly #keysEver: Key[] = [];

  /** The text of a key that a path or a body names. */
  spell(which: WhichKey, where?: Where): string {
    const own = where && this.developers.get(where.developer)?.apps.get(where.app)?.keys;
    const keys = which.among === 'own' && own !== undefined && own.length > 0 ? own : this.#keysEver;
    return keys[which.at % Math.max(1, keys.length)]?.text ?? 'there-is-none';
  }

  /** Does what the command says and tells how it is answered. A key that the server chose has no text yet. */
  apply(command: AppCommand): Told {
    try {
      return this.#run(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error[command.view], code: error.code };
    }
  }

  /** Keys that are there, with what hangs together with them. */
  *live(): Generator<{ readonly key: Key; readonly app: App; readonly developer: Developer }> {
    for (const developer of this.developers.values()) {
      for (const app of developer.apps.values()) for (const key of app.keys) yield { key, app, developer };
    }
  }

  #run(command: AppCommand): Told {
    const { view } = command;
    switch (command.verb) {
      case 'make-developer':
        if (this.developers.has(command.developer)) throw codes.developerExists();
        this.developers.set(command.developer, { status: 'active', apps: new Map() });
        return { status: created(view) };
      case 'delete-developer':
        this.#developer(command.developer);
        this.developers.delete(command.developer);
        return { status: 200 };
      case 'set-developer':
        this.#developer(command.developer).status = command.action;
        return { status: 204 };
      case 'make-product':
        if (this.#products.has(command.product)) throw codes.productExists();
        this.#products.add(command.product);
        return { status: created(view) };
      case 'delete-product':
        return this.#deleteProduct(view, command.product);
      case 'list-apps':
        return { status: 200, body: [...this.#developer(command.developer).apps.keys()].sort() };
      case 'lookup':
        return this.#lookup(command.key);
      case 'create-app':
        return this.#createApp(command);
      case 'update-app':
        return this.#updateApp(command);
      case 'get-app':
        return { status: 200, body: showApp(this.#app(command.where)) };
      case 'delete-app': {
        const app = this.#app(command.where);
        this.#developer(command.where.developer).apps.delete(app.name);
        return { status: 200, body: showApp(app) };
      }
      case 'set-app': {
        const app = this.#app(command.where);
        change(app, { status: statusOf(command.action) });
        return { status: 204 };
      }
      case 'import-key':
        return this.#importKey(view, command.where, command.key);
      default:
        return this.#runOnKey(command);
    }
  }

  #runOnKey(command: Extract<AppCommand, { which: WhichKey }>): Told {
    const { where, which } = command;
    const app = this.#app(where);
    const text = this.spell(which, where);
    const key = app.keys.find((each) => each.text === text);
    if (key === undefined) throw codes.noKey();
    switch (command.verb) {
      case 'get-key':
        return { status: 200, body: showKey(key) };
      case 'delete-key':
        app.keys = app.keys.filter((each) => each !== key);
        return { status: 200, body: showKey(key) };
      case 'set-key':
        change(key, { status: statusOf(command.action) });
        return { status: 204 };
      case 'update-key': {
        const products = this.#addTo(key.products, command.products ?? []);
        const { attributes } = command;
        change(key, { products, ...(attributes && { attributes: readAttributes(command.view, attributes) }) });
        return { status: 200, body: showKey(key) };
      }
      default: {
        const { product, action } = command;
        if (key.products.every(({ apiproduct }) => apiproduct !== product)) throw codes.notOnKey();
        const removed = key.products.filter(({ apiproduct }) => apiproduct !== product);
        if (command.verb === 'remove-key-product') {
          change(key, { products: removed });
          return { status: 200, body: showKey(key) };
        }
        const set = { apiproduct: product, status: statusOf(action) };
        change(key, { products: key.products.map((each) => (each.apiproduct === product ? set : each)) });
        return { status: 204 };
      }
    }
  }

  #createApp({
    view,
    where,
    products,
    attributes,
    callbackUrl,
  }: Extract<AppCommand, { verb: 'create-app' | 'update-app' }>): Told {
    const { apps } = this.#developer(where.developer);
    const profile = { attributes: readAttributes(view, attributes ?? []), callbackUrl };
    const key = this.#makeKey('', this.#addTo([], products ?? []));
    if (apps.has(where.app)) throw codes.appExists();
    const app: App = { name: where.app, status: 'approved', ...profile, keys: [key], version: 1 };
    apps.set(where.app, app);
    this.#keysEver.push(key);
    return { status: created(view), body: showApp(app) };
  }

  #updateApp({
    view,
    where,
    products = [],
    attributes,
    callbackUrl,
  }: Extract<AppCommand, { verb: 'create-app' | 'update-app' }>): Told {
    const app = this.#app(where);
    const profile = { attributes: readAttributes(view, attributes ?? []), callbackUrl };
    if (products.length > 0) {
      const key = this.#makeKey('', this.#addTo([], products));
      app.keys = [key, ...app.keys];
      this.#keysEver.push(key);
    }
    change(app, profile);
    return { status: 200, body: showApp(app) };
  }

  #importKey(view: View, where: Where, text: string): Told {
    const app = this.#app(where);
    for (const { key } of this.live()) if (key.text === text) throw codes.keyExists();
    const key = this.#makeKey(text, []);
    app.keys = [key, ...app.keys];
    app.version += 1;
    this.#keysEver.push(key);
    return { status: created(view), body: showKey(key) };
  }

  #makeKey(text: string, products: Key['products']): Key {
    return { text, status: 'approved', products, attributes: [], version: 1 };
  }

  #deleteProduct(view: View, product: string): Told {
    if (!this.#products.has(product)) throw codes.noProduct();
    const used = [...this.live()].some(({ key }) => key.products.some(({ apiproduct }) => apiproduct === product));
    if (view === 'edge' && used) throw codes.productInUse();
    this.#products.delete(product);
    return { status: 200 };
  }

  /** Whether a key works now, and the first reason why not. */
  #lookup(which: WhichKey): Told {
    const text = this.spell(which);
    const found = [...this.live()].find(({ key }) => key.text === text);
    if (found === undefined) return { status: 404 };
    const { key, app, developer } = found;
    const approved = key.products.length === 0 || key.products.some(({ status }) => status === 'approved');
    const reasons = [
      key.status === 'approved' ? [] : [`credential.${key.status}`],
      app.status === 'approved' ? [] : ['app.revoked'],
      developer.status === 'active' ? [] : ['developer.inactive'],
      approved ? [] : ['product.none-approved'],
    ];
    return { status: 200, body: reasons.flat()[0] ?? 'works' };
  }

  #developer(email: string): Developer {
    const developer = this.developers.get(email);
    if (developer === undefined) throw codes.noDeveloper();
    return developer;
  }

  #app({ developer, app: name }: Where): App {
    const app = this.#developer(developer).apps.get(name);
    if (app === undefined) throw codes.noApp();
    return app;
  }

  /** Merges: what is there keeps its place and status. */
  #addTo(old: Key['products'], names: readonly string[]): Key['products'] {
    const added = names.map((name) => {
      if (!this.#products.has(name)) throw codes.unknownProduct();
      return { apiproduct: name, status: becomes[name as ProductName] ?? '' };
    });
    return [...old, ...added.filter(({ apiproduct }) => old.every((each) => each.apiproduct !== apiproduct))];
  }
}

function change<T extends { version: number }>(entity: T, members: Partial<T>): void {
  Object.assign(entity, members);
  entity.version += 1;
}

function created(view: View): number {
  return view === 'edge' ? 201 : 200;
}

function statusOf(action: 'approve' | 'revoke'): string {
  return action === 'approve' ? 'approved' : 'revoked';
}

/** Edge takes the first where a name comes twice, X refuses it. */
function readAttributes(view: View, drafts: readonly Attribute[]): Attribute[] {
  const first = drafts.filter(({ name }, at) => drafts.findIndex((each) => each.name === name) === at);
  if (view === 'x' && first.length < drafts.length) throw codes.twice();
  return first;
}

function showKey({ text, status, products, attributes }: Key) {
  return { key: text, status, products, attributes };
}

function showApp({ name, status, callbackUrl, attributes, keys }: App) {
  return { name, status, callbackUrl: callbackUrl ?? null, attributes, keys: keys.map(showKey) };
}
