import type { Reported } from './options/authorities.js'

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

export interface AuthorityEvent {
  /** RFC 3339, UTC. */
  readonly at: string
  readonly stack: string
  readonly what: (typeof AUTHORITY_EVENTS)[number]
  /** null where the event is of no data. */
  readonly period: Reported | null
  /** DataTime, RFC 3339, UTC; null where there is none. */
  readonly data_time: string | null
  /** null where there is none. */
  readonly qn: string | null
  /** 1 for a first frame, more for one that was sent again. */
  readonly attempt: number
  /** Data segment of a `sent` frame, without the password; else what there is to be said, '' when nothing is. */
  readonly detail: string
}

/** A stack at an authority. */
export interface AuthorityStack {
  readonly stack: string
  readonly mn: string
  readonly state: AuthorityState
  /** Reason of the state `retrying` or `failed`; else ''. */
  readonly reason: string
  /** Minutes, hours and days that are over and not answered yet. */
  readonly pending: Readonly<Record<Exclude<Reported, 'real_time'>, number>>
  /** Start of the oldest of them, RFC 3339, UTC; null when there is none. */
  readonly oldest_pending: string | null
  readonly last_answered_at: string | null
  /** Hours and days whose figures have changed after they were sent, since the data directory was made. */
  readonly restated: number
}

export interface AuthorityStatus {
  readonly plant: string
  readonly id: string
  /** Host and port. */
  readonly target: string
  readonly edition: number
  readonly stacks: readonly AuthorityStack[]
}

export interface AuthoritiesAnswer {
  readonly authorities: readonly AuthorityStatus[]
}

export interface AuthorityLogAnswer {
  /** Newest first. */
  readonly events: readonly AuthorityEvent[]
}

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
