import {
  type AppCommand,
  products as becomes,
  type OtherCommand,
  type ProductName,
  type Where,
  type WhichKey,
} from './command.ts';
import { type Company, CompanyModel, change, readAttributes } from './company-model.ts';
import type { App, Key, Owner } from './entity.ts';
import type { View } from './ground.ts';
import { codes, Refused, type Told } from './refusal.ts';

/** Apps and keys as simple as they can be: Maps and lists, and rules. */
export class AppModel {
  readonly #developers = new Map<string, Owner>();
  readonly #companies = new CompanyModel(this.#developers);
  readonly #products = new Set<string>();
  /** Every key there ever was. */
  readonly #keysEver: Key[] = [];

  /** The text of a key that a path or a body names. */
  spell(which: WhichKey, where?: Where): string {
    const own = where && this.#find(where.owner)?.apps.get(where.app)?.keys;
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
  *live(): Generator<{ readonly key: Key; readonly app: App; readonly owner: Owner | Company }> {
    for (const owner of [...this.#developers.values(), ...this.companies()]) {
      for (const app of owner.apps.values()) for (const key of app.keys) yield { key, app, owner };
    }
  }

  companies(): Iterable<Company> {
    return this.#companies.all.values();
  }

  #run(command: AppCommand): Told {
    const { view } = command;
    switch (command.verb) {
      case 'make-developer':
        if (this.#developers.has(command.developer)) throw codes.developerExists();
        this.#developers.set(command.developer, { status: 'active', apps: new Map() });
        return { status: created(view) };
      case 'delete-developer':
        this.#developer(command.developer);
        this.#developers.delete(command.developer);
        this.#companies.forget(command.developer);
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
        return { status: 200, body: [...this.#owner(view, command.owner).apps.keys()].sort() };
      case 'lookup':
        return this.#lookup(command.key);
      case 'create-app':
        return this.#createApp(command);
      case 'update-app':
        return this.#updateApp(command);
      case 'get-app':
        return { status: 200, body: showApp(this.#app(view, command.where)) };
      case 'delete-app': {
        const app = this.#app(view, command.where);
        this.#owner(view, command.where.owner).apps.delete(app.name);
        return { status: 200, body: showApp(app) };
      }
      case 'set-app': {
        const app = this.#app(view, command.where);
        change(app, { status: statusOf(command.action) });
        return { status: 204 };
      }
      case 'import-key':
        return this.#importKey(view, command.where, command.key);
      default:
        return 'company' in command ? this.#companies.run(command) : this.#runOnKey(command);
    }
  }

  #runOnKey(command: Extract<OtherCommand, { which: WhichKey }>): Told {
    const { view, where, which } = command;
    const app = this.#app(view, where);
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
        const { attributes } = command;
        // A PUT of an app group's key knows attributes and scopes alone.
        const named = isReplaced(command) ? [] : (command.products ?? []);
        const products = this.#addTo(key.products, named);
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
  }: Extract<OtherCommand, { verb: 'create-app' | 'update-app' }>): Told {
    const { apps } = this.#owner(view, where.owner);
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
  }: Extract<OtherCommand, { verb: 'create-app' | 'update-app' }>): Told {
    const app = this.#app(view, where);
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
    const app = this.#app(view, where);
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
    const { key, app, owner } = found;
    const approved = key.products.length === 0 || key.products.some(({ status }) => status === 'approved');
    const reasons = [
      key.status === 'approved' ? [] : [`credential.${key.status}`],
      app.status === 'approved' ? [] : ['app.revoked'],
      owner.status === 'active' ? [] : [`${'members' in owner ? 'company' : 'developer'}.inactive`],
      approved ? [] : ['product.none-approved'],
    ];
    return { status: 200, body: reasons.flat()[0] ?? 'works' };
  }

  #developer(email: string): Owner {
    const developer = this.#developers.get(email);
    if (developer === undefined) throw codes.noDeveloper();
    return developer;
  }

  #find(owner: string): Owner | undefined {
    return isCompany(owner) ? this.#companies.all.get(owner.toLowerCase()) : this.#developers.get(owner);
  }

  #owner(view: View, owner: string): Owner {
    return isCompany(owner) ? this.#companies.open(view, owner) : this.#developer(owner);
  }

  #app(view: View, { owner, app: name }: Where): App {
    const app = this.#owner(view, owner).apps.get(name);
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

/** Of an owner of apps. */
export function isCompany(owner: string): boolean {
  return !owner.includes('@');
}

export function isReplaced({ view, where, method }: Extract<OtherCommand, { readonly verb: 'update-key' }>): boolean {
  return view === 'x' && isCompany(where.owner) && method === 'PUT';
}

function created(view: View): number {
  return view === 'edge' ? 201 : 200;
}

function statusOf(action: 'approve' | 'revoke'): string {
  return action === 'approve' ? 'approved' : 'revoked';
}

function showKey({ text, status, products, attributes }: Key) {
  return { key: text, status, products, attributes };
}

function showApp({ name, status, callbackUrl, attributes, keys }: App) {
  return { name, status, callbackUrl: callbackUrl ?? null, attributes, keys: keys.map(showKey) };
}
