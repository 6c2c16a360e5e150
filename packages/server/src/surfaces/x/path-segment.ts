const escaped = /%[0-9A-Fa-f]{2}/;
// No stored name holds one, and an engine may refuse to look for it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/**
 * The names that a path segment may stand for, in the order in which to look them up: as it is, then decoded once
 * more. apigeecli encodes twice (`a%252Bb%2540c.com`), while a product's name may itself hold a `%`
 * (compat/x.md §1.0, "Path segments").
 * @param segment percent-decoded once, `+` left alone
 */
export function alternativeSegments(segment: string): readonly string[] {
  if (!escaped.test(segment)) return [segment];
  try {
    const decoded = decodeURIComponent(segment);
    return control.test(decoded) ? [segment] : [segment, decoded];
  } catch {
    return [segment];
  }
}

/** The same, for who needs to know that there is at least one. */
export function segmentNames(segment: string): readonly [string, ...string[]] {
  const [first = segment, ...others] = alternativeSegments(segment);
  return [first, ...others];
}
