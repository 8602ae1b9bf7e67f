/**
 * Everything comes from here, and nothing frames us. Neither scripts nor styles may stand in a page; what a script of ours
 * sets on an element (`element.style`, as charts do) is no inline style.
 */
const policyWith = (more: { readonly styles: readonly string[]; readonly images: readonly string[] }): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    ['style-src', "'self'", ...more.styles].join(' '),
    ['img-src', "'self'", ...more.images].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

export const CONTENT_SECURITY_POLICY = policyWith({ styles: [], images: [] })

/**
 * Policy of the API page alone: Swagger UI puts one style element into its page, and draws with data: addresses. This is the
 * SHA-256 of the one in the pinned version; the browser's complaint about another one names its own, and a test in a browser
 * reads it.
 */
export const API_PAGE_POLICY = policyWith({
  styles: ["'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"],
  images: ['data:'],
})
