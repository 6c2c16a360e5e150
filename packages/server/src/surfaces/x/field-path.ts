/** Where a member stands in a body: `email`, `attributes[2].name`, `attributes[2]["odd name"]`. */

const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
/** Characters of a name that is told back to the caller. */
const nameLengthMax = 200;

/** @param parent a path of declared names and indexes; empty at the top */
export function joinFieldPath(parent: string, name: string): string {
  if (!identifier.test(name) || name.length > nameLengthMax) return `${parent}[${JSON.stringify(boundName(name))}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** The parent's path, empty at the top, and the name: the two that `joinFieldPath` put together. */
export function splitFieldPath(path: string): { readonly parent: string; readonly name: string } {
  const quoted = path.indexOf('["');
  if (quoted >= 0) return { parent: path.slice(0, quoted), name: unquote(path.slice(quoted + 1, -1)) };
  const dot = path.lastIndexOf('.');
  return dot < 0 ? { parent: '', name: path } : { parent: path.slice(0, dot), name: path.slice(dot + 1) };
}

function boundName(name: string): string {
  return name.length <= nameLengthMax ? name : `${name.slice(0, nameLengthMax)}…`;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
