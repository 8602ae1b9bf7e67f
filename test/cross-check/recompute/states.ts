import { commonMs, type PlantInput, type Span, settingsOf, timesOf } from './inputs.js'
import { type Plan, planOf } from './plan.js'

/** States of machines, KPI specification §1.3: the words of a device, their time buckets, and the faults among them. */

export type Bucket =
  | 'producing'
  | 'setup'
  | 'idle_starved'
  | 'idle_blocked'
  | 'held'
  | 'down_fault'
  | 'idle_no_order'
  | 'planned_stop'
  | 'break'
  | 'pm'
  | 'off'
  | 'unknown'

export interface Stretch extends Span {
  readonly bucket: Bucket
}

/** Statement of a device that holds for a time: whether an order is running, or its mode. */
export interface Said extends Span {
  readonly value: number | string
}

/** Statements of the good readings of a metric, each until the next reading or as long as it holds. */
export function saidBy(input: PlantInput, device: string, metric: string): readonly Said[] {
  const samples = input.samplesOf(device, metric)
  const { maxHoldMs } = timesOf(settingsOf(input, device, metric))
  return samples.flatMap(({ ts, value, quality }, i) => {
    const next = samples[i + 1]?.ts ?? Number.POSITIVE_INFINITY
    return quality === 'good' ? [{ fromMs: ts, toMs: Math.min(next, ts + maxHoldMs), value }] : []
  })
}

export function isOrdered({ value }: Said): boolean {
  return value === 1 || value === 'true'
}

const WORDS: Readonly<Record<string, Bucket | 'idle' | 'stopped'>> = {
  execute: 'producing',
  completing: 'producing',
  running: 'producing',
  starting: 'setup',
  resetting: 'setup',
  idle: 'idle',
  ready: 'idle',
  suspended: 'idle_blocked',
  held: 'held',
  holding: 'held',
  unholding: 'held',
  stopped: 'stopped',
  stopping: 'stopped',
  suspending: 'stopped',
  unsuspending: 'stopped',
  aborting: 'down_fault',
  aborted: 'down_fault',
  clearing: 'down_fault',
  complete: 'idle_no_order',
  pm: 'pm',
  off: 'off',
}

/** An idle machine with an order, or without a word of it inside a shift, waits for parts; a planned stop is none of its own. */
function bucketAt(word: string, at: Span, { shifts, breaks, stops }: Plan, orders: readonly Said[]): Bucket {
  const meaning = WORDS[word.toLowerCase().replace(/[^a-z]/g, '')] ?? 'unknown'
  const isIn = (spans: readonly Span[]) => spans.some((one) => commonMs(one, at) > 0)
  if (meaning === 'idle') {
    const order = orders.find((one) => commonMs(one, at) > 0)
    const hasOrder = order === undefined ? shifts === null || isIn(shifts) : isOrdered(order)
    return hasOrder ? 'idle_starved' : 'idle_no_order'
  }
  if (meaning !== 'stopped') return meaning
  if (isIn(stops)) return 'planned_stop'
  return isIn(breaks) ? 'break' : 'held'
}

/** A word means one thing between two edges of the plan and of what is said of orders. */
function bucketsOf(word: string, span: Span, plan: Plan, all: readonly Said[]): readonly Stretch[] {
  const orders = all.filter((one) => commonMs(one, span) > 0)
  const edges = [...(plan.shifts ?? []), ...plan.breaks, ...plan.stops, ...orders].flatMap(({ fromMs, toMs }) => [
    fromMs,
    toMs,
  ])
  const inside = edges.filter((ms) => ms > span.fromMs && ms < span.toMs)
  const cuts = [...new Set([span.fromMs, ...inside, span.toMs])].toSorted((a, b) => a - b)
  return cuts.slice(1).map((toMs, i) => {
    const at = { fromMs: cuts[i]!, toMs }
    return { ...at, bucket: bucketAt(word, at, plan, orders) }
  })
}

const known = new WeakMap<object, Map<string, readonly Stretch[]>>()

/** One stretch behind the other, from the first word on; neighbours of one bucket are one. */
export function stretchesOf(input: PlantInput, device: string): readonly Stretch[] {
  const byDevice = known.get(input) ?? new Map<string, readonly Stretch[]>()
  known.set(input, byDevice)
  const before = byDevice.get(device)
  if (before !== undefined) return before
  const samples = input.samplesOf(device, 'state').filter(({ quality }) => quality === 'good')
  const { maxHoldMs } = timesOf(settingsOf(input, device, 'state'))
  const first = samples[0]?.ts ?? 0
  const last = (samples.at(-1)?.ts ?? 0) + maxHoldMs
  const plan = planOf(input, { fromMs: first, toMs: last })
  const orders = saidBy(input, device, 'order_active')
  const all = samples.flatMap(({ ts, value }, i): readonly Stretch[] => {
    const next = samples[i + 1]?.ts ?? Number.POSITIVE_INFINITY
    const until = Math.min(next, ts + maxHoldMs)
    const stretches = bucketsOf(String(value), { fromMs: ts, toMs: until }, plan, orders)
    return until < next && next < Number.POSITIVE_INFINITY
      ? [...stretches, { fromMs: until, toMs: next, bucket: 'unknown' }]
      : stretches
  })
  const merged: Stretch[] = []
  for (const one of all) {
    const previous = merged.at(-1)
    if (previous?.bucket === one.bucket && previous.toMs === one.fromMs)
      merged[merged.length - 1] = { ...previous, toMs: one.toMs }
    else merged.push(one)
  }
  byDevice.set(device, merged)
  return merged
}

/** Time in each bucket, ms; time that no word holds for is unknown. */
export function timesIn(stretches: readonly Stretch[], span: Span): Readonly<Record<Bucket, number>> {
  const times = {
    producing: 0,
    setup: 0,
    idle_starved: 0,
    idle_blocked: 0,
    held: 0,
    down_fault: 0,
    idle_no_order: 0,
    planned_stop: 0,
    break: 0,
    pm: 0,
    off: 0,
    unknown: 0,
  }
  let told = 0
  for (const one of stretches) {
    const common = commonMs(one, span)
    times[one.bucket] += common
    told += common
  }
  times.unknown += span.toMs - span.fromMs - told
  return times
}

/** Planned busy time, and what of the planned time is known, ms. */
export function plannedIn(
  input: PlantInput,
  stretches: readonly Stretch[],
  span: Span,
): { readonly busyMs: number; readonly plannedMs: number; readonly knownMs: number } {
  let [busyMs, plannedMs, knownMs] = [0, 0, 0]
  for (const slot of planOf(input, span).work) {
    const times = timesIn(stretches, slot)
    plannedMs += slot.toMs - slot.fromMs
    knownMs += slot.toMs - slot.fromMs - times.unknown
    busyMs += slot.toMs - slot.fromMs - times.unknown - times.planned_stop - times.pm - times.off
  }
  return { busyMs, plannedMs, knownMs }
}

/** Known time of some stretches in which one of some things is said, ms. */
export function togetherMs(stretches: readonly Stretch[], said: readonly Said[], span: Span): number {
  const known = stretches.filter((one) => one.bucket !== 'unknown' && commonMs(one, span) > 0)
  let ms = 0
  for (const one of said) {
    const inside = { fromMs: Math.max(one.fromMs, span.fromMs), toMs: Math.min(one.toMs, span.toMs) }
    if (inside.toMs > inside.fromMs) ms += known.reduce((sum, stretch) => sum + commonMs(stretch, inside), 0)
  }
  return ms
}

export interface Faults {
  /** Entries in the span. */
  readonly entries: number
  readonly ended: number
  /** Sum of the lengths of those that ended in it, each whole. */
  readonly endedMs: number
  readonly short: number
}

export function faultsIn(stretches: readonly Stretch[], span: Span, shortMs: number): Faults {
  const faults = stretches.flatMap((one, i) =>
    one.bucket === 'down_fault' ? [{ ...one, isEnded: i < stretches.length - 1, isEntered: i > 0 }] : [],
  )
  const isIn = (ms: number) => ms >= span.fromMs && ms < span.toMs
  const ended = faults.filter((one) => one.isEnded && isIn(one.toMs))
  return {
    entries: faults.filter((one) => one.isEntered && isIn(one.fromMs)).length,
    ended: ended.length,
    endedMs: ended.reduce((sum, one) => sum + one.toMs - one.fromMs, 0),
    short: ended.filter((one) => one.toMs - one.fromMs < shortMs).length,
  }
}
