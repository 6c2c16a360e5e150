import { SqlError } from '../sql-error.ts';
import { ExpressionParser } from './expression.ts';
import { Unread } from './reader.ts';
import type { Common, Core, Expression, JoinKind, Output, Select, SelectCore, Source } from './tree.ts';

/** A SELECT's tree; undefined where the text is beyond what is read here, or wrong. Takes parameters as `?1` alone. */
export function parseSelect(text: string): Select | undefined {
  try {
    return new SelectParser(text).whole();
  } catch (error) {
    if (error instanceof Unread || error instanceof SqlError) return undefined;
    throw error;
  }
}

class SelectParser extends ExpressionParser {
  whole(): Select {
    const select = this.select();
    this.reader.takeOperator(';');
    if (!this.reader.atEnd) throw new Unread('something follows');
    return select;
  }

  protected override select(): Select {
    return this.reader.nest(() => {
      const { reader } = this;
      const commons = this.#commons();
      const cores = [this.#core()];
      while (this.#compound()) cores.push(this.#core());
      const order = reader.takeWords('order', 'by') ? reader.list(() => this.orderTerm()) : [];
      return { commons, cores, order, ...this.#limit() };
    });
  }

  #commons(): Common[] {
    const { reader } = this;
    if (!reader.takeWords('with')) return [];
    reader.takeWords('recursive');
    return reader.list(() => {
      const name = reader.takeName();
      const columns = this.#names();
      reader.expectWord('as');
      if (!reader.takeWords('not', 'materialized')) reader.takeWords('materialized');
      reader.expectOperator('(');
      const select = this.select();
      reader.expectOperator(')');
      return { name, columns, select };
    });
  }

  /** Names in parentheses, if they come next. */
  #names(): string[] {
    if (!this.reader.takeOperator('(')) return [];
    const names = this.reader.list(() => this.reader.takeName());
    this.reader.expectOperator(')');
    return names;
  }

  #compound(): boolean {
    const { reader } = this;
    if (reader.takeWords('union')) {
      reader.takeWords('all');
      return true;
    }
    return reader.takeWords('except') || reader.takeWords('intersect');
  }

  #limit(): Pick<Select, 'limit' | 'offset'> {
    const { reader } = this;
    if (!reader.takeWords('limit')) return { limit: undefined, offset: undefined };
    const first = this.expression();
    if (reader.takeWords('offset')) return { limit: first, offset: this.expression() };
    // `LIMIT offset, count`
    if (reader.takeOperator(',')) return { limit: this.expression(), offset: first };
    return { limit: first, offset: undefined };
  }

  #core(): Core {
    const { reader } = this;
    if (reader.takeWords('values')) return { kind: 'values', rows: reader.list(() => this.#row()) };
    reader.expectWord('select');
    const distinct = reader.takeWords('distinct');
    if (!distinct) reader.takeWords('all');
    const outputs = reader.list(() => this.#output());
    const sources = reader.takeWords('from') ? this.#sources() : [];
    const where = reader.takeWords('where') ? this.expression() : undefined;
    return { kind: 'select', distinct, outputs, sources, where, ...this.#grouping() };
  }

  #grouping(): Pick<SelectCore, 'groups' | 'having'> {
    const { reader } = this;
    const groups = reader.takeWords('group', 'by') ? reader.list(() => this.expression()) : [];
    return { groups, having: reader.takeWords('having') ? this.expression() : undefined };
  }

  #row(): Expression[] {
    this.reader.expectOperator('(');
    const items = this.reader.list(() => this.expression());
    this.reader.expectOperator(')');
    return items;
  }

  #output(): Output {
    const { reader } = this;
    if (reader.takeOperator('*')) return { kind: 'star', table: undefined };
    if (reader.isName() && reader.isOperator('.', 1) && reader.isOperator('*', 2)) {
      const table = reader.takeName();
      reader.expectOperator('.');
      reader.expectOperator('*');
      return { kind: 'star', table };
    }
    const expression = this.expression();
    return { kind: 'expression', expression, alias: this.#alias(true) };
  }

  /** @param text whether it may be written as a string */
  #alias(text: boolean): string | undefined {
    const { reader } = this;
    const announced = reader.takeWords('as');
    if (text && reader.peek()?.kind === 'string') return reader.next().value;
    if (announced || reader.isName()) return reader.takeName();
    return undefined;
  }

  #sources(): Source[] {
    const sources = [this.#source('first', false)];
    for (;;) {
      const join = this.#join();
      if (join === undefined) return sources;
      sources.push(this.#source(join.kind, join.natural));
    }
  }

  #join(): { kind: JoinKind; natural: boolean } | undefined {
    const { reader } = this;
    if (reader.takeOperator(',')) return { kind: 'cross', natural: false };
    const natural = reader.takeWords('natural');
    const outer = (['left', 'right', 'full'] as const).find((kind) => reader.takeWords(kind));
    if (outer !== undefined) reader.takeWords('outer');
    const other = outer === undefined ? (['inner', 'cross'] as const).find((kind) => reader.takeWords(kind)) : outer;
    if (reader.takeWords('join')) return { kind: other ?? 'inner', natural };
    if (natural || other !== undefined) throw new Unread('a join is expected');
    return undefined;
  }

  #source(join: JoinKind, natural: boolean): Source {
    const { reader } = this;
    const from = this.#from();
    const alias = this.#alias(false);
    if (reader.takeWords('indexed', 'by')) throw new Unread('an index is named');
    const on = join !== 'first' && reader.takeWords('on') ? this.expression() : undefined;
    const using = on === undefined && join !== 'first' && reader.takeWords('using') ? this.#names() : [];
    return { join, natural, from, alias, on, using };
  }

  #from(): Source['from'] {
    const { reader } = this;
    if (reader.takeOperator('(')) {
      const nested = reader.isWord('select') || reader.isWord('with') || reader.isWord('values');
      const from: Source['from'] = nested
        ? { kind: 'select', select: this.select() }
        : { kind: 'group', sources: reader.nest(() => this.#sources()) };
      reader.expectOperator(')');
      return from;
    }
    const name = reader.takeName();
    if (reader.takeOperator('.')) return { kind: 'table', schema: name, name: reader.takeName() };
    if (!reader.takeOperator('(')) return { kind: 'table', schema: undefined, name };
    const values = reader.isOperator(')') ? [] : reader.list(() => this.expression());
    reader.expectOperator(')');
    return { kind: 'function', name, values };
  }
}
