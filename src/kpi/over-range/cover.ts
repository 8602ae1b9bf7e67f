import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { KpiInfo, KpiPoint, Window } from '../../base/kpi.js'
import type { RangeTime, WindowShare } from './combine.js'
import { rangeRule } from './rules.js'

/** Sizes from the longest on, each with how long one is at least and at most. A shift lies anywhere: none is used. */
const SIZES = [
  { window: '1mo', leastMs: 28 * DAY_MS, mostMs: 31 * DAY_MS },
  { window: '1d', leastMs: 23 * HOUR_MS, mostMs: 25 * HOUR_MS },
  { window: '1h', leastMs: 1_800_000, mostMs: HOUR_MS },
  { window: '15m', leastMs: 900_000, mostMs: 900_000 },
  { window: '1m', leastMs: 60_000, mostMs: 60_000 },
] as const satisfies readonly { window: Window; leastMs: number; mostMs: number }[]

/** Requests reach the gateway a moment after the clock of the page was looked at. */
const LIVE_MS = 60_000

/** Stored windows of one stream with a start in [fromMs, toMs), oldest first. */
export type ReadStoredWindows = (window: Window, fromMs: number, toMs: number) => Promise<readonly KpiPoint[]>

/** A KPI, or its windows from some size on. */
type Sized = Pick<KpiInfo, 'id' | 'shape' | 'windows'>

/** The same KPI without its windows that are finer than one size. */
export function notFiner(info: KpiInfo, finest: Window | null): Sized {
  const order = SIZES.map(({ window }): Window => window)
  const last = finest === null ? order.length : order.indexOf(finest) + 1
  const windows = info.windows.filter((window) => order.indexOf(window) < last)
  return { ...info, windows: windows.length === 0 ? info.windows : windows }
}

interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

/** A range on the boundaries of windows. */
export interface WholeRange extends RangeTime {
  /** It ends now: windows that go on belong to it. */
  readonly isLive: boolean
}

/**
 * Moves a range back to the boundary of the finest window where it begins inside of one, so that it is made of whole
 * windows and as long as it was asked for; of a peak its end stays, for the newest counts. A range that begins before
 * there was anything stays as it is.
 */
export async function aligned(info: Sized, range: RangeTime, read: ReadStoredWindows): Promise<WholeRange> {
  const isLive = range.toMs >= range.nowMs - LIVE_MS
  for (const { window, mostMs } of sizesOf(info).toReversed()) {
    // No day is taken of a KPI that has hours: where there is no hour yet, it begins later.
    if (mostMs > HOUR_MS && info.windows.includes('1h')) break
    // Nor the month that runs of one that has days: a week before its first day is not the week in which the month began.
    if (window === '1mo' && info.windows.includes('1d')) break
    const found = (await read(window, range.fromMs - mostMs + 1, range.fromMs + 1)).at(-1)
    if (found === undefined || Date.parse(found.end) <= range.fromMs) continue
    const backMs = range.fromMs - Date.parse(found.start)
    const fromMs = range.fromMs - backMs
    if (backMs === 0 || rangeRule(info) === 'max') return { ...range, fromMs, isLive }
    return { ...range, fromMs, toMs: range.toMs - backMs, isLive: false }
  }
  return { ...range, isLive }
}

/**
 * The windows that make up a range: the largest whole ones inside of it, then smaller ones in what is left at its ends.
 * Where the range reaches now, a window that goes on belongs to it as far as it has come.
 */
export async function windowsOfRange(
  info: Sized,
  range: WholeRange,
  read: ReadStoredWindows,
): Promise<readonly WindowShare[]> {
  const parts: WindowShare[] = []
  let gaps: readonly Gap[] = [range]
  let longerMs = Number.POSITIVE_INFINITY
  for (const { window, leastMs, mostMs } of sizesOf(info)) {
    const rest: Gap[] = []
    for (const gap of gaps) {
      const found = await windowsIn(gap, { window, leastMs, longerMs }, range, read)
      parts.push(...found)
      rest.push(...gapsBetween(gap, found))
    }
    gaps = rest
    longerMs = mostMs
  }
  return parts.sort((a, b) => Date.parse(a.point.start) - Date.parse(b.point.start))
}

function sizesOf({ windows }: Sized) {
  return SIZES.filter(({ window }) => windows.includes(window))
}

interface Size {
  readonly window: Window
  readonly leastMs: number
  /** Greatest length of a window of the next longer size: what is missing of that inside a gap is silence, not a remainder. */
  readonly longerMs: number
}

async function windowsIn(gap: Gap, size: Size, range: WholeRange, read: ReadStoredWindows): Promise<WindowShare[]> {
  const isLive = range.isLive && gap.toMs === range.toMs
  if (gap.toMs - gap.fromMs < size.leastMs && !isLive) return []
  const found = await Promise.all(endsOf(gap, size.longerMs).map(({ fromMs, toMs }) => read(size.window, fromMs, toMs)))
  return found.flat().flatMap((point) => {
    const [startMs, endMs] = [Date.parse(point.start), Date.parse(point.end)]
    const isInside = endMs <= gap.toMs || (isLive && point.provisional)
    if (startMs < gap.fromMs || !isInside) return []
    return [{ point, lengthMs: Math.max(0, Math.min(endMs, range.toMs, range.nowMs) - startMs) }]
  })
}

function endsOf({ fromMs, toMs }: Gap, longerMs: number): readonly Gap[] {
  if (toMs - fromMs <= 2 * longerMs) return [{ fromMs, toMs }]
  return [
    { fromMs, toMs: fromMs + longerMs },
    { fromMs: toMs - longerMs, toMs },
  ]
}

function gapsBetween(gap: Gap, parts: readonly WindowShare[]): Gap[] {
  const rest: Gap[] = []
  let fromMs = gap.fromMs
  for (const { point } of parts) {
    const startMs = Date.parse(point.start)
    if (startMs > fromMs) rest.push({ fromMs, toMs: startMs })
    fromMs = Math.max(fromMs, Date.parse(point.end))
  }
  if (fromMs < gap.toMs) rest.push({ fromMs, toMs: gap.toMs })
  return rest
}
