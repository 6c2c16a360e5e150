/** Path characters that are shown. */
const pathLengthMax = 200;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** Where nothing matches a path, Google answers 404 with a page and not with JSON (compat/x.md §1.0, "Status codes"). */
export const notFoundContentType = 'text/html; charset=UTF-8';

export function encodeNotFoundPage(path: string): string {
  const shown = path.length <= pathLengthMax ? path : `${path.slice(0, pathLengthMax)}…`;
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Error 404 (Not Found)!!1</title>
<h1>404</h1>
<p>Nothing is served at <code>${escapeHtml(shown.toWellFormed())}</code>.</p>
</html>
`;
}
