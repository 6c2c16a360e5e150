import type { Static } from '@sinclair/typebox';
import { Problem } from '../../domain/problem.ts';
import type { Question } from '../../ports/verifier.ts';
import type { verifyBody } from './schema.ts';

type Body = Static<typeof verifyBody>;
type Draft = Omit<Body, 'requests'>;
type OperationDraft = NonNullable<Draft['operation']>;

/** One question, or many. @throws Problem request.invalid, request.missing */
export function readQuestions({ requests, ...single }: Body): Question | readonly Question[] {
  if (requests === undefined) return readQuestion(single, '');
  const [extra] = Object.keys(single);
  if (extra !== undefined) throw new Problem('request.invalid', { field: extra, reason: 'does not go with requests' });
  return requests.map((draft, index) => readQuestion(draft, `requests[${index}].`));
}

function readQuestion({ key, method, operation, ...rest }: Draft, at: string): Question {
  return {
    ...rest,
    key,
    method: method?.toUpperCase(),
    operation: operation && readOperation(operation, `${at}operation`),
  };
}

function readOperation(draft: OperationDraft, at: string): Question['operation'] {
  const { kind, type, name, service, method, model, operation } = draft;
  switch (kind) {
    case 'graphql':
      return { kind, type: require(type, `${at}.type`), name };
    case 'grpc':
      return { kind, service: require(service, `${at}.service`), method: require(method, `${at}.method`) };
    case 'llm':
      return { kind, model };
    case 'payload':
      return { kind, operation: require(operation, `${at}.operation`) };
    default:
      throw new Problem('request.invalid', { field: `${at}.kind`, reason: 'is not one of those that are known' });
  }
}

function require(value: string | undefined, field: string): string {
  if (value === undefined) throw new Problem('request.missing', { field });
  return value;
}
