import type { KpiInfo, Scope, Window } from '../base/kpi.js'
import type { RangeFigure, RangePeak } from '../base/range-figure.js'
import { combined, type RangeTime, type WindowShare } from '../kpi/over-range/combine.js'
import { aligned, notFiner, type ReadStoredWindows, type WholeRange, windowsOfRange } from '../kpi/over-range/cover.js'
import { besideOf } from '../kpi/over-range/rules.js'
import type { KpiFigures } from './sources/kpis.js'

/** Windows of one size that are read for one figure: a year of hours. */
const READ_MAX = 10_000

export interface RangeAsked {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly range: RangeTime
  /** Size of the windows of which the highest is named; null for none. */
  readonly highest: Window | null
  /** This many windows of that size are told from the highest down; null means the highest alone. */
  readonly peaks?: number | null
  /** No window finer than this is used, so that figures of several KPIs begin at one instant; null for any. */
  readonly finest: Window | null
}

type Sources = Pick<KpiFigures, 'points' | 'catalogue'>

/** A KPI over any range of time, out of the stored windows: the one place where windows are put together. */
export async function rangeFigure(info: KpiInfo, asked: RangeAsked, sources: Sources): Promise<RangeFigure> {
  const { plant, scope, id, highest, finest, peaks = null } = asked
  const read = (kpi: string): ReadStoredWindows => {
    return (window, fromMs, toMs) =>
      sources.points({ plant, scope, id, kpi, window, fromMs, toMs, afterMs: null, limit: READ_MAX })
  }
  const range = await aligned(notFiner(info, finest), asked.range, read(info.id))
  const beside = new Map<string, readonly WindowShare[]>()
  for (const kpi of besideOf(info.id)) {
    const other = sources.catalogue.find((one) => one.id === kpi)
    if (other !== undefined) beside.set(kpi, await windowsOfRange(notFiner(other, finest), range, read(kpi)))
  }
  const own = await windowsOfRange(notFiner(info, finest), range, read(info.id))
  const most = highest === null || !info.windows.includes(highest) ? [] : await peaksIn(highest, range, read(info.id))
  return {
    plant,
    scope,
    id,
    ...combined(info, { own, beside }, range),
    from: new Date(range.fromMs).toISOString(),
    to: new Date(Math.max(range.fromMs, Math.min(range.toMs, range.nowMs))).toISOString(),
    highest: most[0] ?? null,
    ...(peaks === null ? {} : { peaks: most.slice(0, peaks) }),
  }
}

/** Windows with a value from the highest down, of equals the earlier first. */
async function peaksIn(
  window: Window,
  { fromMs, toMs }: WholeRange,
  read: ReadStoredWindows,
): Promise<readonly RangePeak[]> {
  const points = await read(window, fromMs, toMs)
  return points
    .flatMap(({ value, start, end }) => (value === null ? [] : [{ value, start, end }]))
    .sort((a, b) => b.value - a.value)
}
