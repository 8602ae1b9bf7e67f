import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { localMs } from '../time/time.js'

/** An hour of a day of the plant, by its wall clock. */
export interface HourCell {
  readonly startMs: number
  /** 0 to 23. */
  readonly hour: number
  /** First or second of an hour that the clocks repeat; null for any other. */
  readonly half: 1 | 2 | null
  readonly point: KpiPoint
}

export interface HourRow {
  /** The row begins with the first hour that is there, which need not be midnight; epoch ms. */
  readonly startMs: number
  readonly cells: readonly HourCell[]
}

/** Points of hours, oldest first, by days of the plant, the newest day last. */
export function hourRows(points: readonly KpiPoint[], zone: string): readonly HourRow[] {
  const days = new Map<number, HourCell[]>()
  for (const point of points) {
    const startMs = Date.parse(point.start)
    const local = localMs(startMs, zone)
    const day = Math.floor(local / DAY_MS)
    const hour = Math.floor((local - day * DAY_MS) / HOUR_MS)
    const cells = days.get(day) ?? []
    days.set(day, cells)
    const before = cells.at(-1)
    const isSecond = before?.hour === hour
    if (isSecond) cells[cells.length - 1] = { ...before, half: 1 }
    cells.push({ startMs, hour, half: isSecond ? 2 : null, point })
  }
  return [...days.values()].map((cells) => ({ startMs: cells[0]!.startMs, cells }))
}
