import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../support/server.ts';

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

const docs = new URL('../../../../docs/', import.meta.url);
const words = new Set(['and', 'or', 'unless', 'bool']);

/** Names of metrics in a PromQL expression: what is neither a function nor a label, nor in quotes or brackets. */
function listMetrics(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
    .replace(/\boffset\s+\S+/g, ' ');
  const names = bare.matchAll(/[A-Za-z_:][\w:]*(?!\w)(?!\s*\()/g);
  return [...names].map(([name]) => name).filter((name) => !words.has(name));
}

/** Names that a query may use, of all that the server exports. */
function listExported(text: string): Map<string, 'own' | 'shared'> {
  const exported = new Map<string, 'own' | 'shared'>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const whose = name.startsWith('claviger_') ? 'own' : 'shared';
    const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const ending of endings) exported.set(name + ending, whose);
  }
  return exported;
}

describe('what operators watch', () => {
  let server: TestServer;
  let text = '';
  before(async () => {
    server = await startTestServer();
    text = (await server.request('GET', '/metrics')).text;
  });
  after(() => server.close());

  it('the dashboard asks for metrics that the server exports, and for nothing else', () => {
    const dashboard = JSON.parse(readFileSync(new URL('grafana/claviger.json', docs), 'utf8')) as Dashboard;
    const exported = listExported(text);
    let asked = 0;
    for (const { title, targets } of dashboard.panels) {
      for (const { expr } of targets) {
        const names = listMetrics(expr);
        assert.ok(names.length > 0, `${title}: ${expr}`);
        for (const name of names) assert.ok(exported.has(name), `${title} asks for ${name}`);
        asked += names.length;
      }
    }
    assert.ok(asked >= 15, `${asked} metrics were found`);
    const queries = dashboard.templating.list.map(({ query }) => /label_values\(([a-z_]+)/.exec(query)?.[1]);
    for (const name of queries) assert.ok(name === undefined || exported.has(name), `${name} is asked for`);
  });

  it('a name that is not exported is found, wherever in an expression it stands', () => {
    const told = listMetrics(
      'sum by (le, x) (rate(a_bucket{b="c"}[5m])) / on (y) max(d{e=~"f|g"}) > 0.5 and h offset 5m',
    );
    assert.deepEqual(told, ['a_bucket', 'd', 'h']);
  });

  it('the page lists all metrics of our own, each once', () => {
    const page = readFileSync(new URL('metrics.md', docs), 'utf8');
    const listed = [...page.matchAll(/^\| `(claviger_\w+)` \|/gm)].map(([, name]) => name);
    const own = [...text.matchAll(/^# TYPE (claviger_\S+) /gm)].map(([, name]) => name);
    assert.deepEqual(listed.toSorted(), own.toSorted());
  });
});
