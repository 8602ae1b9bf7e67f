import type { KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { shareText } from '../format.js'
import { timesOf } from '../series/points.js'
import type { RangePoint } from '../series/range-point.js'
import { dataSpan } from '../series/totals.js'
import { language, words } from '../settings.js'
import { minuteMs, newestMs, route } from '../state.js'
import { sumText } from '../time/range-text.js'
import { windowText } from '../time/time.js'

/** "today" or "this hour" while it runs, else which day or hour it was. */
export function whenText(point: KpiPoint, zone: string): string {
  const w = words()
  const place = { zone, language: language.value, nowMs: minuteMs.value }
  const { fromMs: startMs, toMs: endMs } = timesOf(point)
  const isRunning = minuteMs.value < endMs
  if (isRunning && point.window === '1d') return w.tile.today
  if (isRunning && point.window === '1h') return w.tile.thisHour
  return windowText(startMs, endMs, point.window, place)
}

/** Words for the time that a figure of the page's range is of, as far as there are data. */
export function rangeOf(point: RangePoint, plant: PlantNode): string {
  const place = { zone: plant.timezone, language: language.value, nowMs: minuteMs.value, newestMs: newestMs(plant) }
  return sumText(route.value.range, dataSpan(point.figure), place, words())
}

/** Never "0 %" where there is some. */
export function estimatedText(share: number): string {
  return share < 0.01 ? `< ${shareText(0.01, language.value, 0)}` : shareText(share, language.value, 0)
}
