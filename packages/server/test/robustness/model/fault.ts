import { randomUUID } from 'node:crypto';
import { type Developer, keyOfEmail } from '../../../src/domain/developer.ts';
import { dialectRules } from '../../../src/domain/dialect.ts';
import type { DeveloperPage, DeveloperWriter, Store, StoreTransaction, StoreView } from '../../../src/ports/store.ts';
import type { ClientRequest } from '../support/client.ts';
import type { Send } from './run.ts';

/** A server that does one thing wrong: in its store, at its door, or in its rules. */
export interface Fault {
  readonly name: string;
  readonly wrapStore?: (store: Store) => Store;
  readonly wrapSend?: (send: Send) => Send;
  /** Breaks a rule; returns what mends it. */
  readonly breakRule?: () => () => void;
}

/** The same object but for some members. */
export function overlay<T extends object>(target: T, members: { readonly [K in keyof T]?: T[K] }): T {
  return new Proxy(target, {
    get: (object, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}

/** The store with other readers outside of transactions. */
function withReader(store: Store, change: (readers: StoreView['developers']) => StoreView['developers']): Store {
  return overlay(store, { developers: change(store.developers) });
}

export function withTransaction(store: Store, change: (transaction: StoreTransaction) => StoreTransaction): Store {
  const write: Store['write'] = (work) => store.write((transaction) => work(change(transaction)));
  return overlay(store, { write });
}

function withWriter(
  store: Store,
  change: (developers: StoreTransaction['developers']) => Partial<DeveloperWriter>,
): Store {
  return withTransaction(store, (transaction) =>
    overlay(transaction, { developers: overlay(transaction.developers, change(transaction.developers)) }),
  );
}

function withPage(store: Store, change: (page: DeveloperPage) => DeveloperPage): Store {
  return withReader(store, (developers) =>
    overlay(developers, { list: (organizationId, page) => developers.list(organizationId, change(page)) }),
  );
}

function itemOf({ path }: ClientRequest): string {
  return path.split('?', 1)[0]?.replace(/\/attributes.*$/, '') ?? '';
}

const developerItem = /\/developers\/[^/?]+$/;

export const faults: readonly Fault[] = [
  {
    name: 'an update sets the status',
    wrapSend: (send) => async (request) => {
      const answer = await send(request);
      const status = (request.body as { status?: string } | undefined)?.status;
      if (request.method === 'PUT' && answer.status === 200 && status !== undefined) {
        const { developerId } = JSON.parse(answer.text) as { developerId: string };
        const path = itemOf(request).replace(developerItem, `/developers/${developerId}`);
        await send({ method: 'POST', path: `${path}?action=${status}` });
      }
      return answer;
    },
  },
  {
    name: 'startKey is exclusive',
    wrapStore: (store) =>
      withPage(store, ({ from, ...page }) => (from === undefined ? page : { ...page, after: from })),
  },
  {
    name: 'a list of attributes is merged with the old one',
    wrapStore: (store) =>
      withWriter(store, (developers) => ({
        update: async (next) => {
          const current = await developers.find(next.organizationId, next.id);
          const names = new Set(next.attributes.map(({ name }) => name));
          const kept = (current?.attributes ?? []).filter(({ name }) => !names.has(name));
          return developers.update({ ...next, attributes: [...kept, ...next.attributes] });
        },
      })),
  },
  {
    name: 'an e-mail is looked up in the case given',
    wrapSend: (send) => (request) => {
      const [, email = ''] = /\/developers\/([^/?]+)/.exec(request.path) ?? [];
      const other = /[A-Z]/.test(decodeURIComponent(email))
        ? request.path.replace(email, `not.${email}`)
        : request.path;
      return send({ ...request, path: other });
    },
  },
  {
    name: 'a deleted developer is still listed',
    wrapStore: (store) => {
      const deleted: Developer[] = [];
      const remembering = withWriter(store, (developers) => ({
        delete: async (developer) => {
          deleted.push(developer);
          await developers.delete(developer);
        },
      }));
      return withReader(remembering, (developers) =>
        overlay(developers, {
          list: async (organizationId, page) => {
            const gone = deleted.filter((each) => each.organizationId === organizationId);
            return [...(await developers.list(organizationId, page)), ...gone];
          },
        }),
      );
    },
  },
  {
    name: 'a change of status does not raise the version',
    wrapStore: (store) => {
      const behind = new Map<string, number>();
      const counting = withWriter(store, (developers) => ({
        update: async (next) => {
          const current = await developers.find(next.organizationId, next.id);
          if (current?.status !== next.status) behind.set(next.id, (behind.get(next.id) ?? 0) + 1);
          return developers.update(next);
        },
      }));
      return withReader(counting, (developers) =>
        overlay(developers, {
          find: async (organizationId, id) => {
            const found = await developers.find(organizationId, id);
            return found && { ...found, version: found.version - (behind.get(id) ?? 0) };
          },
        }),
      );
    },
  },
  {
    name: 'nineteen attributes are allowed',
    breakRule: () => {
      const rules = Object.values(dialectRules) as { attributesMax: number }[];
      for (const rule of rules) rule.attributesMax = 19;
      return () => {
        for (const rule of rules) rule.attributesMax = 18;
      };
    },
  },
  { name: 'count is ignored', wrapStore: (store) => withPage(store, (page) => ({ ...page, limit: 1000 })) },
  {
    name: 'a rename makes a new id',
    wrapStore: (store) =>
      withWriter(store, (developers) => ({
        update: async (next) => {
          const current = await developers.find(next.organizationId, next.id);
          if (current === undefined || keyOfEmail(current.email) === keyOfEmail(next.email))
            return developers.update(next);
          if (await developers.findByEmail(next.organizationId, keyOfEmail(next.email))) return false;
          await developers.delete(current);
          return developers.insert({ ...next, id: randomUUID() });
        },
      })),
  },
  {
    name: 'X writes times as numbers',
    wrapSend: (send) => async (request) => {
      const answer = await send(request);
      if (!request.path.startsWith('/x/')) return answer;
      return { ...answer, text: answer.text.replaceAll(/"(createdAt|lastModifiedAt)": "(\d+)"/g, '"$1": $2') };
    },
  },
  {
    name: 'a change is missing from the feed',
    wrapStore: (store) => {
      let changes = 0;
      return withTransaction(store, (transaction) =>
        overlay(transaction, {
          append: (change) => {
            changes += 1;
            if (changes % 50 !== 0) transaction.append(change);
          },
        }),
      );
    },
  },
  {
    name: 'a refused update is done in part',
    wrapSend: (send) => async (request) => {
      const answer = await send(request);
      const item = itemOf(request);
      if (request.method === 'PUT' && answer.status === 409) {
        await send({
          method: 'POST',
          path: `${item}/attributes`,
          body: { attribute: [{ name: 'half', value: 'done' }] },
        });
      }
      return answer;
    },
  },
];
