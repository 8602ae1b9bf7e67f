import { DAY_MS } from '../../../src/base/durations.js'
import type { DeviceStatesAnswer } from '../../../src/views/wire/states.js'
import type { Answer } from '../gateway/api.js'
import type { Span } from '../series/points.js'
import type { StateInterval } from './gantt.js'

/** A stop as it is seen: what of it lies in the time shown. */
export interface Stop {
  readonly device: string
  readonly interval: StateInterval
  /** It has not ended yet. */
  readonly isOpen: boolean
  /** The time shown. */
  readonly shown: Span
}

/** A stop from its beginning to its end, wherever these are. */
export interface WholeStop extends Span {
  readonly isOpen: boolean
  /** False where an edge could not be found: then it is the part that is shown. */
  readonly isWhole: boolean
}

/** So far beyond the time shown an edge is looked for: the gateway tells of 45 days at once. */
const NEAR_DAYS = 2
const FAR_DAYS = 42

/** Looks for the edges of a stop that lie beyond the time shown; `read` gives the states of its machine. */
export async function wholeStop(
  { interval, isOpen, shown }: Stop,
  nowMs: number,
  read: (span: Span) => Promise<Answer<DeviceStatesAnswer>>,
): Promise<WholeStop> {
  const { fromMs, toMs, state } = interval
  const isBegun = fromMs <= shown.fromMs
  const isCut = !isOpen && toMs >= shown.toMs
  if (!isBegun && !isCut) return { fromMs, toMs, isOpen, isWhole: true }
  for (const days of [NEAR_DAYS, isBegun && isCut ? FAR_DAYS / 2 : FAR_DAYS]) {
    const asked = {
      fromMs: isBegun ? fromMs - days * DAY_MS : fromMs,
      toMs: isCut ? Math.min(nowMs, toMs + days * DAY_MS) : toMs,
    }
    const answer = await read(asked)
    if (answer.kind !== 'loaded') break
    const { segments } = answer.value
    const found = segments.find(
      (one) => one.state === state && Date.parse(one.from) < toMs && Date.parse(one.to) > fromMs,
    )
    if (found === undefined) break
    const firstMs = isBegun ? Date.parse(found.from) : fromMs
    const lastMs = isCut ? Date.parse(found.to) : toMs
    const isOn = isCut && asked.toMs === nowMs && found === segments.at(-1)
    if (isBegun && firstMs <= asked.fromMs) continue
    if (isCut && !isOn && lastMs >= asked.toMs) continue
    return { fromMs: firstMs, toMs: lastMs, isOpen: isOpen || isOn, isWhole: true }
  }
  return { fromMs, toMs, isOpen, isWhole: false }
}
