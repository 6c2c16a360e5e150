import type { Attribute } from '../../domain/attribute.ts';
import { Problem } from '../../domain/problem.ts';
import type { Answer } from '../http/answer.ts';
import type { AttributeCalls } from '../http/attribute-call.ts';
import type { Visit } from '../http/visit.ts';
import { alternativeSegments } from './path-segment.ts';
import { answer, type BodyOf, visit } from './route.ts';
import { attributeMessage, attributesMessage } from './schema/attribute.ts';

interface Named {
  readonly attributesId: string;
}

/** Handlers of the five calls on attributes, which every noun that carries them has (compat/x.md §1.2). */
export function createAttributeHandlers<Params>(calls: AttributeCalls<Params>) {
  return {
    list: visit(async (at: Visit<Params>) => answerAttributes(at, await calls.list(at))),
    replace: visit(async (at: Visit<Params, unknown, BodyOf<typeof attributesMessage>>) =>
      answerAttributes(at, await calls.replace(at, at.body.attribute ?? [])),
    ),
    get: visit(async (at: Visit<Params & Named>) =>
      answerAttribute(at, await tryNames(at.params, (name) => calls.get(at, name))),
    ),
    set: visit(async (at: Visit<Params & Named, unknown, BodyOf<typeof attributeMessage>>) => {
      const name = requireSameName(at.params, at.body.name);
      return answerAttribute(at, await calls.set(at, { name, value: at.body.value }));
    }),
    remove: visit(async (at: Visit<Params & Named>) =>
      answerAttribute(at, await tryNames(at.params, (name) => calls.remove(at, name))),
    ),
  };
}

/** A name in the body has to be the one in the path, where it is there at all. */
function requireSameName({ attributesId }: Named, name = attributesId): string {
  if (alternativeSegments(attributesId).includes(name)) return name;
  throw new Problem('request.invalid', { field: 'name', reason: 'is not the name in the path' });
}

/** With the first of the names that the segment may stand for under which there is an attribute. */
async function tryNames({ attributesId }: Named, attempt: (name: string) => Promise<Attribute>): Promise<Attribute> {
  const names = [...alternativeSegments(attributesId)];
  const last = names.pop() ?? '';
  for (const name of names) {
    try {
      return await attempt(name);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'attribute.not-found') throw error;
    }
  }
  return attempt(last);
}

function answerAttribute(at: Visit, attribute: Attribute): Answer {
  return answer(at, attributeMessage, attribute);
}

function answerAttributes(at: Visit, attribute: readonly Attribute[]): Answer {
  return answer(at, attributesMessage, { attribute });
}
