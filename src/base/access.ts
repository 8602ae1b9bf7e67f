import type { AccountRole, Right } from './roles.js'

/** Words of the API for pages and programs: who has signed in, what they may do, and how a page opens the feed. */

/**
 * Body of `POST /api/v1/session`. Answers a `SessionAnswer` and the cookie; 401 for a wrong name or password, 429 when it comes
 * too often.
 */
export interface SignIn {
  readonly name: string
  readonly password: string
}

/** `GET /api/v1/session`, which nobody has to be signed in for. */
export interface SessionAnswer {
  /** Name of the account; '' for nobody, and where nobody has to say who they are. */
  readonly name: string
  /** null for nobody. */
  readonly role: AccountRole | null
  /** Empty for nobody. */
  readonly rights: readonly Right[]
  /** True where people have to sign in (`auth.required`). False: everybody has all rights, and there is nothing to sign in to. */
  readonly required: boolean
}

/** `POST /api/v1/tickets`: opens one feed, as `/ws/v1?ticket=…`, in the name of whoever asked for it. */
export interface TicketAnswer {
  readonly ticket: string
  readonly expires_in_s: number
}

/** Close code of the feed for who is not, or no longer, allowed to read it. */
export const FEED_NOT_ALLOWED = 4401
