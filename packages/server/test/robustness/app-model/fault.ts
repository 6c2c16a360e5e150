import type { Credential } from '../../../src/domain/credential.ts';
import { dialectRules } from '../../../src/domain/dialect.ts';
import type { CredentialReader, CredentialWriter } from '../../../src/ports/key-store.ts';
import type { Store, StoreTransaction } from '../../../src/ports/store.ts';
import { type Fault, overlay, withTransaction } from '../model/fault.ts';

type Credentials = CredentialReader & CredentialWriter;

function withCredentials(store: Store, change: (credentials: Credentials) => Partial<Credentials>): Store {
  return withTransaction(store, (transaction) =>
    overlay(transaction, { credentials: overlay(transaction.credentials, change(transaction.credentials)) }),
  );
}

/** Alters what an update of a key leaves. */
function withUpdate(store: Store, alter: (next: Credential, current: Credential) => Credential): Store {
  return withCredentials(store, (credentials) => ({
    update: async (next) => {
      const current = await credentials.findByKey(next.organizationId, next.consumerKey);
      return credentials.update(current === undefined ? next : alter(next, current));
    },
  }));
}

function withApps(store: Store, change: (transaction: StoreTransaction) => Partial<StoreTransaction['apps']>): Store {
  return withTransaction(store, (transaction) =>
    overlay(transaction, { apps: overlay(transaction.apps, change(transaction)) }),
  );
}

const isGenerated = ({ consumerKey }: Credential) => !consumerKey.startsWith('own-');

/** A server that does one thing wrong with apps and keys. */
export const appFaults: readonly Fault[] = [
  {
    name: 'a revoked key stays approved',
    wrapStore: (store) => withUpdate(store, (next) => ({ ...next, status: 'approved' })),
  },
  {
    name: 'a product that is added pushes out another',
    wrapStore: (store) =>
      withUpdate(store, (next, current) =>
        next.products.length > current.products.length && current.products.length > 0
          ? { ...next, products: next.products.slice(1) }
          : next,
      ),
  },
  {
    name: 'a product that is added again starts anew',
    wrapStore: (store) =>
      withUpdate(store, (next) => ({
        ...next,
        products: next.products.map((each) => (each.status === 'revoked' ? { ...each, status: 'approved' } : each)),
      })),
  },
  {
    name: 'a product that wants approval has it at once',
    wrapStore: (store) =>
      withUpdate(store, (next) => ({
        ...next,
        products: next.products.map((each) => (each.status === 'pending' ? { ...each, status: 'approved' } : each)),
      })),
  },
  {
    name: 'an update with products makes no key',
    wrapStore: (store) =>
      withCredentials(store, (credentials) => ({
        insert: async (credential) => {
          const another = isGenerated(credential) && (await credentials.countOfApp(credential.appId)) > 0;
          return another || credentials.insert(credential);
        },
      })),
  },
  {
    name: 'a new key comes last',
    wrapStore: (store) =>
      withCredentials(store, (credentials) => ({
        listOfApp: async (appId) => (await credentials.listOfApp(appId)).toReversed(),
      })),
  },
  {
    name: 'a key that is there is imported a second time',
    wrapStore: (store) =>
      withCredentials(store, (credentials) => ({
        insert: async (credential) => (await credentials.insert(credential)) || true,
      })),
  },
  {
    name: 'keys of what was deleted above them stay taken',
    wrapStore: (store) => {
      const taken = new Set<string>();
      const nameOf = ({ organizationId, consumerKey }: Credential) => `${organizationId} ${consumerKey}`;
      return withCredentials(store, (credentials) => ({
        insert: async (credential) => {
          if (taken.has(nameOf(credential))) return false;
          taken.add(nameOf(credential));
          return credentials.insert(credential);
        },
        delete: async (credential) => {
          taken.delete(nameOf(credential));
          await credentials.delete(credential);
        },
      }));
    },
  },
  {
    name: 'a deleted key is found',
    wrapStore: (store) => {
      const deleted = new Map<string, Credential>();
      const remembering = withCredentials(store, (credentials) => ({
        delete: async (credential) => {
          deleted.set(`${credential.organizationId} ${credential.consumerKey}`, credential);
          await credentials.delete(credential);
        },
      }));
      const { credentials } = remembering;
      return overlay(remembering, {
        credentials: overlay(credentials, {
          findByKey: async (organizationId, key) =>
            (await credentials.findByKey(organizationId, key)) ?? deleted.get(`${organizationId} ${key}`),
        }),
      });
    },
  },
  {
    name: 'the keys of a deleted app are found',
    wrapStore: (store) => {
      const kept = new Map<string, Credential>();
      const remembering = withApps(store, (transaction) => ({
        delete: async (app) => {
          for (const each of await transaction.credentials.listOfApp(app.id)) {
            kept.set(`${app.organizationId} ${each.consumerKey}`, each);
          }
          await transaction.apps.delete(app);
        },
      }));
      return withCredentials(remembering, (credentials) => ({
        insert: async (credential) =>
          !kept.has(`${credential.organizationId} ${credential.consumerKey}`) && credentials.insert(credential),
      }));
    },
  },
  {
    name: 'an app is found beneath another developer',
    wrapStore: (store) => {
      const { apps } = store;
      return overlay(store, {
        apps: overlay(apps, {
          findByName: async (owner, name) => {
            const own = await apps.findByName(owner, name);
            if (own !== undefined) return own;
            const developer = await store.developers.find(lastOrganization.id, owner.id);
            if (developer === undefined) return undefined;
            return (await apps.list(developer.organizationId, { name }, { limit: 1 }))[0];
          },
        }),
        developers: overlay(store.developers, {
          identify: async (organizationId, key) => {
            lastOrganization.id = organizationId;
            return store.developers.identify(organizationId, key);
          },
        }),
      });
    },
  },
  {
    name: 'an update of an app leaves its attributes',
    wrapStore: (store) =>
      withApps(store, (transaction) => ({
        update: async (next) => {
          const current = await transaction.apps.find(next.organizationId, next.id);
          await transaction.apps.update({ ...next, attributes: current?.attributes ?? next.attributes });
        },
      })),
  },
  {
    name: 'a product is deleted from under its keys on Edge',
    breakRule: () => {
      const rules = dialectRules.edge as { productDeleteInUse: 'refused' | 'allowed' };
      rules.productDeleteInUse = 'allowed';
      return () => {
        rules.productDeleteInUse = 'refused';
      };
    },
  },
  {
    name: 'X takes the first of two attributes too',
    breakRule: () => {
      const rules = dialectRules.x as { attributeTwice: 'first-counts' | 'refused' };
      rules.attributeTwice = 'first-counts';
      return () => {
        rules.attributeTwice = 'refused';
      };
    },
  },
  {
    name: 'a change of a key is missing from the feed',
    wrapStore: (store) => {
      let changes = 0;
      return withTransaction(store, (transaction) =>
        overlay(transaction, {
          append: (change) => {
            if (change.noun === 'credential') changes += 1;
            if (change.noun !== 'credential' || changes % 20 !== 0) transaction.append(change);
          },
        }),
      );
    },
  },
];

/** Runs go one after another. */
const lastOrganization = { id: '' };
