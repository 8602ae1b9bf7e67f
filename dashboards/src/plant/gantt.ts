import type { EventItem } from '../../../src/base/records.js'
import type { State } from '../../../src/base/states.js'
import type { StateSegment } from '../../../src/views/wire/states.js'
import type { Span } from '../series/points.js'

/** States of a machine over time, as they are drawn on a bar of so many pixels. */

/** [fromMs, toMs) in one state. */
export interface StateInterval extends Span {
  readonly state: State
}

/** Piece as it is drawn: one interval, or several too short to be seen alone, in the worst of their states. */
export interface Block extends StateInterval {
  readonly parts: readonly StateInterval[]
}

/** From what a person must look at to what is as it should be. UNKNOWN is not in it: it is never drawn as another state. */
const WORST_FIRST: readonly State[] = [
  'DOWN_FAULT',
  'HELD',
  'IDLE_BLOCKED',
  'IDLE_STARVED',
  'SETUP',
  'PM',
  'OFF',
  'IDLE_NO_ORDER',
  'PLANNED_STOP',
  'BREAK',
  'PRODUCING',
]

const STOPS: readonly State[] = ['DOWN_FAULT', 'IDLE_STARVED', 'IDLE_BLOCKED', 'HELD', 'UNKNOWN']

/** True for a state of which somebody may say why the machine stood. */
export const isStop = (state: State) => STOPS.includes(state)

/** Segments as the API gives them, without what lies outside the span. */
export function intervalsIn(segments: readonly StateSegment[], { fromMs, toMs }: Span): readonly StateInterval[] {
  return segments
    .map(({ from, to, state }) => ({
      fromMs: Math.max(fromMs, Date.parse(from)),
      toMs: Math.min(toMs, Date.parse(to)),
      state,
    }))
    .filter((interval) => interval.toMs > interval.fromMs)
}

/**
 * Intervals shorter than a pixel are joined with their short neighbours until they fill one, in the worst of their
 * states. What is unknown stays alone however short it is, and no time is lost or told twice.
 */
export function blocksOf(intervals: readonly StateInterval[], msPerPx: number): readonly Block[] {
  const blocks: Block[] = []
  let short: StateInterval[] = []
  const flush = () => {
    if (short.length > 0) blocks.push(joined(short))
    short = []
  }
  for (const interval of intervals) {
    if (interval.state === 'UNKNOWN' || interval.toMs - interval.fromMs >= msPerPx) {
      flush()
      blocks.push(joined([interval]))
      continue
    }
    if (short.length > 0 && short.at(-1)!.toMs !== interval.fromMs) flush()
    short.push(interval)
    if (interval.toMs - short[0]!.fromMs >= msPerPx) flush()
  }
  flush()
  return blocks
}

function joined(parts: readonly StateInterval[]): Block {
  const state = WORST_FIRST.find((worst) => parts.some((part) => part.state === worst)) ?? 'UNKNOWN'
  return { fromMs: parts[0]!.fromMs, toMs: parts.at(-1)!.toMs, state, parts }
}

/** The block at an instant, or the one nearest to it; -1 where there is none. */
export function blockAt(blocks: readonly Block[], ms: number): number {
  let nearest = -1
  let leastMs = Number.POSITIVE_INFINITY
  blocks.forEach(({ fromMs, toMs }, i) => {
    const offMs = ms < fromMs ? fromMs - ms : ms >= toMs ? ms - toMs + 1 : 0
    if (offMs < leastMs) {
      leastMs = offMs
      nearest = i
    }
  })
  return nearest
}

/** Remark of a person on a machine: why it stood, or a comment. */
export interface Remark extends Span {
  readonly id: string
  readonly device: string
  /** '' for a comment. */
  readonly code: string
  readonly text: string
  readonly by: string
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : '')

/** A name that a device gives is what the device says, and no person who has said something here. */
const namedBy = (device: string, name: string) => (name === '' ? device : `${device}: ${name}`)

/** Reasons of downtime and comments; a reason that is still open ends in infinity. */
export function remarkOf({ id, type, device, ts, fields, origin }: EventItem): Remark {
  const isReason = type === 'downtime_reason'
  const from = Date.parse(textIn(fields.from))
  const to = Date.parse(textIn(fields.to))
  const fromMs = Number.isNaN(from) ? Date.parse(ts) : from
  return {
    id,
    device,
    code: isReason ? textIn(fields.code) : '',
    text: textIn(isReason ? fields.comment : fields.text),
    by: origin?.kind === 'device' ? namedBy(device, textIn(fields.by)) : textIn(fields.by),
    fromMs,
    toMs: isReason ? (Number.isNaN(to) ? Number.POSITIVE_INFINITY : to) : fromMs,
  }
}

/**
 * Remarks on an interval: a reason of a stop that begins in it, or that it lies in; a comment at a time in it. A reason
 * without an end is of the stop in which it begins, and of no later one: nobody knows how long it held.
 */
export function remarksOn(remarks: readonly Remark[], { fromMs, toMs, state }: StateInterval): readonly Remark[] {
  return remarks.filter((remark) => {
    if (remark.fromMs >= fromMs && remark.fromMs < toMs) return true
    const isOverlapping = Number.isFinite(remark.toMs) && remark.fromMs < toMs && remark.toMs > fromMs
    return remark.code !== '' && isStop(state) && isOverlapping
  })
}
