import assert from 'node:assert/strict';

/** Members in their order, and the type of each; of a list the shape of its elements, which has to be one. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = [...new Set(value.map((element) => JSON.stringify(shapeOf(element))))];
    assert.ok(shapes.length <= 1, `elements of different shapes: ${shapes.join(' ')}`);
    return shapes.length === 0 ? [] : [JSON.parse(shapes[0] ?? '')];
  }
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
}
