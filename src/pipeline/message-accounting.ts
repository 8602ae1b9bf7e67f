import type { Forgetting } from '../archive/forget.js'
import type { MetricClass } from '../base/metrics.js'
import { REJECT_REASON_LIST, type RejectReason } from '../base/reasons.js'
import type { ClockStanding } from '../base/steady-clock.js'
import type { IgnoredBy } from '../decode/decoded-message.js'
import { type Cursor, START } from '../journal/cursor.js'

/**
 * Place up to which the journal has been read, and counts of what has become of it so far, since the data directory was made:
 * saved with each batch, in its transaction, so that after a kill the figures belong to the place.
 */
export interface MessageAccounting {
  cursor: Cursor
  /**
   * The pipeline's "now": arrival of the newest entry that was read, epoch ms. It goes back where the clock of the machine
   * was set back and was followed.
   */
  nowMs: number
  messagesDecoded: number
  messagesRejected: number
  /** Decoded messages that a profile ignores, by profile and rule (`ignoredOf`). */
  messagesIgnored: Record<string, number>
  readingsDecoded: number
  readingsArchived: number
  readingsDuplicate: number
  readingsConflict: number
  readingsByClass: Record<MetricClass, number>
  elementsRejected: Record<RejectReason, number>
  /** Readings that were taken out of the database when their devices were forgotten. */
  readingsForgotten: number
  /** Devices that are forgotten as soon as the files of the record hold what they sent. */
  forgetting: readonly Forgetting[]
  /**
   * The last time that the gateway did not listen, stopped as a rule: from its last sign of life to its next, epoch ms; null
   * before it was.
   */
  outage: Outage | null
  /** The last jump of the machine's clock; null before the first. */
  clock: AccountingClock | null
  /** Before this nothing is let go of by its age and no report is made by itself, epoch ms: see `JournalTime`. */
  waitsUntilMs: number
}

/** A time in which nobody could send; epoch ms. */
export interface Outage {
  readonly fromMs: number
  readonly toMs: number
  /** The gateway was not stopped: its journal took nothing. Connections may have lasted. */
  readonly isGap?: boolean
}

/** A jump of the machine's clock as the journal has it; epoch ms. */
export interface AccountingClock {
  readonly standing: Exclude<ClockStanding, 'steady'>
  readonly fromMs: number
  readonly toMs: number
  /** True when it was behind the journal when the gateway was started, so that nobody can know how far. */
  readonly isOfStart?: boolean
  /** Time of arrival since which it stands like that, epoch ms. */
  readonly sinceMs: number
}

export function newAccounting(): MessageAccounting {
  return {
    cursor: START,
    nowMs: 0,
    messagesDecoded: 0,
    messagesRejected: 0,
    messagesIgnored: {},
    readingsDecoded: 0,
    readingsArchived: 0,
    readingsDuplicate: 0,
    readingsConflict: 0,
    readingsByClass: { energy: 0, emissions: 0, robot: 0, production: 0 },
    elementsRejected: Object.fromEntries(REJECT_REASON_LIST.map((reason) => [reason, 0])) as Record<
      RejectReason,
      number
    >,
    readingsForgotten: 0,
    forgetting: [],
    outage: null,
    clock: null,
    waitsUntilMs: Number.MIN_SAFE_INTEGER,
  }
}

/** As it was saved, also by a program that knew less; null when it never was. */
export function accountingFrom(saved: Partial<MessageAccounting> | null): MessageAccounting {
  const begun = newAccounting()
  return { ...begun, ...saved, elementsRejected: { ...begun.elementsRejected, ...saved?.elementsRejected } }
}

/** Counts that change when a batch is archived. */
export function archivedCounts(accounting: MessageAccounting) {
  const { readingsArchived, readingsDuplicate, readingsConflict, readingsForgotten } = accounting
  return { readingsArchived, readingsDuplicate, readingsConflict, readingsForgotten }
}

export function elementsRejected(accounting: MessageAccounting): number {
  return Object.values(accounting.elementsRejected).reduce((sum, n) => sum + n, 0)
}

/** Profiles times rules that are counted by themselves: more come only of configurations that are gone, and share one count. */
const IGNORED_KINDS_MAX = 1000
const OTHERS: IgnoredBy = { profile: 'others', rule: '' }

/** Counts a message that a profile ignores. */
export function noteIgnored({ messagesIgnored }: MessageAccounting, by: IgnoredBy): void {
  const own = keyOf(by)
  const isRoom = Object.hasOwn(messagesIgnored, own) || Object.keys(messagesIgnored).length < IGNORED_KINDS_MAX
  const key = isRoom ? own : keyOf(OTHERS)
  messagesIgnored[key] = (messagesIgnored[key] ?? 0) + 1
}

/** Messages that profiles ignored, by profile and rule, most first. */
export function ignoredOf({
  messagesIgnored,
}: MessageAccounting): readonly (IgnoredBy & { readonly messages: number })[] {
  const all = Object.entries(messagesIgnored).map(([key, messages]) => {
    const at = key.indexOf(' ')
    return { profile: key.slice(0, at), rule: key.slice(at + 1), messages }
  })
  return all.toSorted((a, b) => b.messages - a.messages || (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** No profile has a space in its name. */
function keyOf({ profile, rule }: IgnoredBy): string {
  return `${profile} ${rule}`
}
