import assert from 'node:assert/strict';
import type { Client } from '../support/client.ts';

export const rightKinds = ['developer', 'app', 'key', 'product-on-key'] as const;
export type RightKind = (typeof rightKinds)[number];

/** Something that a key needs, and that a call takes away or gives back. */
export interface Right {
  readonly number: number;
  readonly kind: RightKind;
  /** Beneath the organization, in either dialect. */
  readonly path: string;
  /** Numbers of the keys that need it. */
  readonly keys: readonly number[];
}

/** A developer with an app with two keys: whose rights are changed one after another. */
export interface Subject {
  readonly rights: readonly Right[];
}

export interface Population {
  readonly subjects: readonly Subject[];
  readonly keys: readonly string[];
  /** For each key, the numbers of the rights that it needs. */
  readonly rightsOfKey: readonly (readonly number[])[];
}

export const organization = 'myorg';
const root = `/edge/v1/organizations/${organization}`;
const product = 'gold';
const keysOfSubject = 2;

/** Makes developers, each with an app and two keys of a product that allows everything. */
export async function makePopulation(client: Client, size: number): Promise<Population> {
  await create(client, '/apiproducts', { name: product, displayName: product, approvalType: 'auto' });
  const subjects = Array.from({ length: size }, (_, number) => describeSubject(number));
  await Promise.all(subjects.map((_, number) => makeSubject(client, number)));
  const keys = subjects.flatMap((_, number) => keyNames(number));
  const rights = subjects.flatMap((subject) => subject.rights);
  const rightsOfKey = keys.map((_, key) =>
    rights.filter((right) => right.keys.includes(key)).map(({ number }) => number),
  );
  return { subjects, keys, rightsOfKey };
}

/** Path and query of the call that takes a right away or gives it back. */
export function pathOfCall({ kind, path }: Right, call: 'take' | 'give', dialect: 'edge' | 'x'): string {
  const [taken, given] = kind === 'developer' ? ['inactive', 'active'] : ['revoke', 'approve'];
  return `/${dialect}/v1/organizations/${organization}${path}?action=${call === 'take' ? taken : given}`;
}

function describeSubject(number: number): Subject {
  const developer = `/developers/${emailOf(number)}`;
  const app = `${developer}/apps/app`;
  const names = keyNames(number);
  const all = names.map((_, at) => number * keysOfSubject + at);
  const paths: Omit<Right, 'number'>[] = [
    { kind: 'developer', path: developer, keys: all },
    { kind: 'app', path: app, keys: all },
    ...names.flatMap((name, at): Omit<Right, 'number'>[] => {
      const keys = all.slice(at, at + 1);
      const path = `${app}/keys/${name}`;
      return [
        { kind: 'key', path, keys },
        { kind: 'product-on-key', path: `${path}/apiproducts/${product}`, keys },
      ];
    }),
  ];
  return { rights: paths.map((path, at) => ({ ...path, number: number * paths.length + at })) };
}

async function makeSubject(client: Client, number: number): Promise<void> {
  const developer = `/developers/${emailOf(number)}`;
  await create(client, '/developers', {
    email: emailOf(number),
    firstName: 'A',
    lastName: 'B',
    userName: `u${number}`,
  });
  await create(client, `${developer}/apps`, { name: 'app' });
  for (const consumerKey of keyNames(number)) {
    const keys = `${developer}/apps/app/keys`;
    await create(client, `${keys}/create`, { consumerKey, consumerSecret: `secret-of-${consumerKey}` });
    await create(client, `${keys}/${consumerKey}`, { apiProducts: [product] });
  }
}

function emailOf(number: number): string {
  return `subject-${number}@example.com`;
}

function keyNames(number: number): string[] {
  return Array.from({ length: keysOfSubject }, (_, at) => `key-${number}-${at}`);
}

async function create(client: Client, path: string, body: object): Promise<void> {
  const answer = await client.send({ method: 'POST', path: `${root}${path}`, body });
  assert.ok(answer.status === 200 || answer.status === 201, `${path}: ${answer.status} ${answer.text}`);
}
