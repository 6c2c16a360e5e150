/** How the reference page looks where it is not Swagger UI's own look: our name instead of its mark. */

const key =
  '<g fill="none" stroke="#e8b04a" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">' +
  '<circle cx="12" cy="20" r="8"/><path d="M20 20h18M31 20v7M38 20v7"/></g>';

export const wordmark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 40" width="150" height="40">' +
  `${key}<text x="48" y="27" fill="#fff" font-family="sans-serif" font-size="22" font-weight="600">Claviger</text></svg>`;

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 40">${key}</svg>`;

/** Below the last call the page's body shows, which Swagger UI leaves light on a dark page. */
export const stylesheet = 'html.dark-mode body { background: #1c2022; }\n';

/** The page's content security policy: all that it needs comes from here. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes a style element for its split panes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The mark on the page has no name of its own for those who do not see it. */
export const script = `
new MutationObserver((_changes, observer) => {
  const mark = document.querySelector('.topbar-wrapper .link img');
  if (mark === null) return;
  mark.alt = 'Claviger API reference';
  observer.disconnect();
}).observe(document.body, { childList: true, subtree: true });
`;
