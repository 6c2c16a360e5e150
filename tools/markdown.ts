/** A Markdown page, as far as the guard of the documents reads it. */
export interface Page {
  readonly path: string;
  readonly lines: readonly Line[];
  /** The anchors of its headings, as GitHub names them. */
  readonly anchors: ReadonlySet<string>;
}

export interface Line {
  readonly number: number;
  readonly text: string;
}

/** Lines inside code fences are left out: what stands there is a command or an example. */
export function readPage(path: string, text: string): Page {
  const lines: Line[] = [];
  const anchors = new Set<string>();
  let fenced = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced) {
      lines.push({ number: index + 1, text: line });
      const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
      if (heading !== undefined) anchors.add(nameAnchor(heading));
    }
  }
  return { path, lines, anchors };
}

/** Lower case, without marks, hyphens for blanks. */
function nameAnchor(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** Targets of the links on a line. */
export function findLinks(text: string): string[] {
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, target = '']) => target);
}

/** What stands in backticks on a line. */
export function findCode(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
