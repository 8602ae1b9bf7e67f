/** Words of the API for pages and programs: who has signed in, what they may do, and how a page opens the feed. */

/**
 * Body of `POST /api/v1/session`. Answers a `SessionAnswer` and the cookie; 401 for a wrong name or password, 429 when it comes
 * too often.
 */
export interface SignIn {
  readonly name: string
  readonly password: string
}

/** Close code of the feed for who is not, or no longer, allowed to read it. */
export const FEED_NOT_ALLOWED = 4401
