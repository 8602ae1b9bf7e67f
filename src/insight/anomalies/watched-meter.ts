import type { IntervalCalendar } from './interval-calendar.js'
import type { MachineSeries, MeterSeries } from './plant-history.js'
import { LEARNT_DAYS, WatchedSeries } from './watched-series.js'

/** A meter with what is expected of it, and the machines that it feeds. */
export class WatchedMeter {
  readonly of: MeterSeries
  readonly series: WatchedSeries
  readonly perHour: number
  readonly machines: readonly MachineSeries[]
  /** Days before this one are learnt from: a meter that came later has shown nothing before. */
  readonly judgedFromDay: number

  constructor(of: MeterSeries, calendar: IntervalCalendar, machines: readonly MachineSeries[]) {
    this.of = of
    this.series = new WatchedSeries(of.values, calendar)
    this.perHour = Math.max(1, Math.round(calendar.slots / 24))
    this.machines = machines.filter(({ device }) => of.machines.includes(device))
    const firstKnown = of.values.findIndex((value) => !Number.isNaN(value))
    this.judgedFromDay = LEARNT_DAYS + (calendar.dayOf[firstKnown] ?? 0)
  }

  /** False when it is known that none of its machines has made anything; true without machines. */
  hasWorked(from: number, to: number): boolean {
    if (this.machines.length === 0) return true
    return this.machines.some(({ cycles }) => cycles.subarray(from, to).some((count) => count > 0))
  }

  /** True when every machine is known to have made nothing in an interval. */
  isIdle(i: number): boolean {
    return this.machines.every(({ cycles }) => cycles[i] === 0)
  }
}
