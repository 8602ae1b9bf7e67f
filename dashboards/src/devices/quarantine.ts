import type { RejectReason } from '../../../src/base/reasons.js'
import { parseTopic } from '../../../src/base/topic.js'
import type { QuarantineAnswer, QuarantineItem, RetryAnswer } from '../../../src/base/wire.js'
import type { Answer } from '../gateway/api.js'

/** Messages of one reason, newest first. */
export interface ReasonGroup {
  readonly reason: RejectReason
  readonly items: readonly QuarantineItem[]
}

/** By reason; the group with the newest message comes first. */
export function groupsOf(items: readonly QuarantineItem[]): readonly ReasonGroup[] {
  const byReason = new Map<RejectReason, QuarantineItem[]>()
  for (const item of newestFirst(items)) byReason.set(item.reason, [...(byReason.get(item.reason) ?? []), item])
  return [...byReason].map(([reason, of]) => ({ reason, items: of }))
}

/** Detail of what is wrong with a message: of several faults the one by which it is sorted. */
export function detailOf({ reason, rejections }: Pick<QuarantineItem, 'reason' | 'rejections'>): string {
  return (rejections.find((one) => one.reason === reason) ?? rejections[0])?.detail ?? ''
}

/** As the gateway words it: elec_import_kwh is the text "1250.5"; a number is expected. */
const QUOTED_NUMBER = /is the text "[-+]?[\d.,]+"; a number/

interface Advice {
  readonly todo: Readonly<Record<RejectReason, string>>
  readonly todoQuoted: string
}

/** Advice that mends a rejection: where a number came in quotation marks, to mend those, not the sensor. */
export function adviceOn({ todo, todoQuoted }: Advice, reason: RejectReason, detail: string): string {
  return reason === 'bad_value' && QUOTED_NUMBER.test(detail) ? todoQuoted : todo[reason]
}

/** The devices that sent them, each once, in the order of the items; a topic that is none names nobody. */
export function devicesOf(items: readonly QuarantineItem[]): readonly string[] {
  const paths = items.map(({ topic }) => parseTopic(topic))
  return [...new Set(paths.flatMap((path) => ('device' in path ? [path.device] : [])))]
}

/** Number of messages that wait, of all reasons together. */
export function totalOf(waiting: QuarantineAnswer['waiting']): number {
  return Object.values(waiting).reduce((sum, count) => sum + count, 0)
}

/** Two pages as one list, each item once. */
export function merged(one: readonly QuarantineItem[], other: readonly QuarantineItem[]): readonly QuarantineItem[] {
  return newestFirst([...new Map([...one, ...other].map((item) => [item.id, item])).values()])
}

function newestFirst(items: readonly QuarantineItem[]): readonly QuarantineItem[] {
  return [...items].sort((a, b) => Date.parse(b.received_at) - Date.parse(a.received_at))
}

/** Progress of a retry of several messages. */
export interface RetryRun {
  readonly of: number
  readonly done: number
  /** Messages that went through, and readings and events decoded from them. */
  readonly accepted: number
  readonly readings: number
  readonly events: number
  /** Messages that are still wrong. */
  readonly rejected: number
  /** Messages that were no longer there: somebody else was faster. */
  readonly gone: number
  /** Detail of the request that failed, at which the run ends; null where none did. */
  readonly failed: string | null
}

export const NO_RUN: RetryRun = {
  of: 0,
  done: 0,
  accepted: 0,
  readings: 0,
  events: 0,
  rejected: 0,
  gone: 0,
  failed: null,
}

/** One click decodes so many messages again, and not more. */
export const RETRY_MAX = 1_000

/**
 * One after the other, the oldest first, until all are through, one cannot be asked, or `signal` is aborted. A step with
 * `null` is of a message that is no longer there.
 */
export async function retryAll(
  items: readonly QuarantineItem[],
  retry: (id: string) => Promise<Answer<RetryAnswer>>,
  onStep: (run: RetryRun, item: QuarantineItem, answer: RetryAnswer | null) => void,
  signal: AbortSignal,
): Promise<RetryRun> {
  const chosen = items.slice(0, RETRY_MAX).toReversed()
  let run: RetryRun = { ...NO_RUN, of: chosen.length }
  for (const item of chosen) {
    if (signal.aborted) break
    const answer = await retry(item.id)
    if (answer.kind === 'failed' && answer.status === 404) {
      run = { ...run, done: run.done + 1, gone: run.gone + 1 }
      onStep(run, item, null)
      continue
    }
    if (answer.kind !== 'loaded') return { ...run, failed: answer.kind === 'failed' ? answer.detail : '' }
    run = withAnswer(run, answer.value)
    onStep(run, item, answer.value)
  }
  return run
}

function withAnswer(run: RetryRun, { result, readings, events }: RetryAnswer): RetryRun {
  const isAccepted = result === 'accepted'
  return {
    ...run,
    done: run.done + 1,
    accepted: run.accepted + (isAccepted ? 1 : 0),
    readings: run.readings + readings,
    events: run.events + events,
    rejected: run.rejected + (isAccepted ? 0 : 1),
  }
}
