/** Authorities that stacks report to by HJ 212, as the API gives them. */

/**
 * `connecting`: no connection yet; `ok`: the last frame was answered, or none is due; `retrying`: the other side is away or
 * does not answer; `failed`: it refuses, or something here is to be mended by a person.
 */
export const AUTHORITY_STATES = ['connecting', 'ok', 'retrying', 'failed'] as const
export type AuthorityState = (typeof AUTHORITY_STATES)[number]

/** Outcomes of a frame that was sent. */
export const SEND_RESULTS = ['answered', 'unanswered', 'refused', 'broken'] as const
export type SendResult = (typeof SEND_RESULTS)[number]

/**
 * Events in the log of an authority: a frame went out and what became of it; a time that nobody will be told of any
 * more; figures that are others than those that were sent; what the authority asked for.
 */
export const AUTHORITY_EVENTS = ['sent', ...SEND_RESULTS, 'dropped', 'restated', 'asked'] as const

/** Figures of one authority for the metrics page. */
export interface AuthorityFigures {
  readonly plant: string
  readonly id: string
  /** Frames by command and what became of them, since the start. */
  readonly frames: readonly { readonly command: string; readonly result: SendResult; readonly count: number }[]
  readonly pending: number
  /** Start of the oldest minute, hour or day that is over and not answered, epoch ms; null when there is none. */
  readonly oldestPendingMs: number | null
}
