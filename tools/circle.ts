/** From a module's path to the paths that it imports. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * One import circle for each knot of modules that reach each other, as the paths along it; the first is not repeated
 * at the end. Empty where there is none.
 */
export function findCircles(graph: Graph): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) {
    if (done.has(start)) continue;
    const circle = findShortestWay(graph, start);
    if (circle === undefined) continue;
    for (const path of circle) done.add(path);
    circles.push(circle);
  }
  return circles;
}

/** The shortest way from a module back to itself, breadth first. */
function findShortestWay(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return traceBack(cameFrom, start, path);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function traceBack(cameFrom: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const way = [last];
  for (let at = last; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
