import { after, before } from 'node:test';
import type { Store } from '../../src/ports/store.ts';
import type { OpenOptions, StoreEngine, StoreHome } from '../support/store.ts';

/** What the tests of one `describe` share: homes and stores that are closed and removed at its end. */
export interface StoreContext {
  /** The store that all tests of the block share. */
  readonly store: Store;
  /** Another, empty home of the same engine. */
  createHome(): Promise<StoreHome>;
  /** Opens a store that is closed at the end, if it is not by then. */
  open(home: StoreHome, options?: OpenOptions): Promise<Store>;
  /** A new home, open on two nodes where the engine has many; a node for each number. */
  openNodes(lanes: number): Promise<(at: number) => Store>;
}

/** To be called in a `describe`. */
export function useStore(engine: StoreEngine): StoreContext {
  const homes: StoreHome[] = [];
  const stores: Store[] = [];
  let shared: Store | undefined;
  const context = {
    get store() {
      if (shared === undefined) throw new Error('the store is open only while tests run');
      return shared;
    },
    async createHome() {
      const home = await engine.createHome();
      homes.push(home);
      return home;
    },
    async open(home: StoreHome, options?: OpenOptions) {
      const store = await home.open(options);
      stores.push(store);
      return store;
    },
    async openNodes(lanes: number) {
      const home = await context.createHome();
      const first = await context.open(home, { lanes });
      const second = engine.manyNodes ? await context.open(home, { lanes }) : first;
      return (at: number) => (at % 2 === 0 ? first : second);
    },
  };
  before(async () => {
    shared = await context.open(await context.createHome());
  });
  after(async () => {
    for (const store of stores) await store.close();
    for (const home of homes) await home.remove();
  });
  return context;
}

/** An assertion on a Problem of that code. */
export function isProblem(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Error && error.name === 'Problem' && 'code' in error && error.code === code;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
