import type { AlarmItem } from '../../base/alarm.js'
import type { ForecastChange } from '../../base/forecast.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { DeviceChange } from '../sources/news.js'
import { Newest } from './newest.js'
import { alarmKey, deviceKey, forecastKey, type PublishedPoint, reportKey } from './publication.js'

/** Final points a client may be behind. The points are shared by all clients: a place here costs a pointer. */
export const OUTBOX_FINALS_MAX = 50_000
/** Open windows of all plants. */
export const OUTBOX_PROVISIONAL_MAX = 50_000
export const OUTBOX_DEVICES_MAX = 10_000
export const OUTBOX_ALARMS_MAX = 10_000
/** Two of each series; a forecast of a day is 15 kB, which all clients share. */
export const OUTBOX_FORECASTS_MAX = 1_000
export const OUTBOX_REPORTS_MAX = 1_000
/** Points of one message, some 2 MB. */
export const UPDATE_POINTS_MAX = 5_000

/** The next message's worth. */
export interface Update {
  readonly seq: number
  readonly points: readonly KpiPoint[]
  readonly devices: readonly DeviceChange[]
  readonly alarms: readonly AlarmItem[]
  readonly forecasts: readonly ForecastChange[]
  readonly reports: readonly ReportItem[]
}

/**
 * Updates that one client, or all that keep up with each other, have not seen yet: every final point, of an open window its
 * newest value, of a device, alarm, forecast or report its newest state.
 */
export class FeedOutbox {
  readonly #finals: PublishedPoint[] = []
  readonly #provisional = new Newest<PublishedPoint>(OUTBOX_PROVISIONAL_MAX)
  readonly #devices = new Newest<DeviceChange>(OUTBOX_DEVICES_MAX)
  readonly #alarms = new Newest<AlarmItem>(OUTBOX_ALARMS_MAX)
  readonly #forecasts = new Newest<ForecastChange>(OUTBOX_FORECASTS_MAX)
  readonly #reports = new Newest<ReportItem>(OUTBOX_REPORTS_MAX)

  get pointCount(): number {
    return this.#finals.length + this.#provisional.size
  }

  get isEmpty(): boolean {
    const others = this.#devices.size + this.#alarms.size + this.#forecasts.size + this.#reports.size
    return this.pointCount + others === 0
  }

  /** `overflow`: a final point found no room, and the client can no longer be given all. `dropped`: an open window went. */
  offer(publication: PublishedPoint): 'kept' | 'dropped' | 'overflow' {
    const { key, seq, item: point } = publication
    if (point.provisional) {
      return this.#provisional.put(key, { seq, item: publication }) === undefined ? 'kept' : 'dropped'
    }
    if (this.#finals.length === OUTBOX_FINALS_MAX) return 'overflow'
    this.#provisional.delete(key)
    this.#finals.push(publication)
    return 'kept'
  }

  offerDevice(seq: number, change: DeviceChange): 'kept' | 'dropped' {
    return this.#devices.put(deviceKey(change), { seq, item: change }) === undefined ? 'kept' : 'dropped'
  }

  offerAlarm(seq: number, alarm: AlarmItem): 'kept' | 'dropped' {
    return this.#alarms.put(alarmKey(alarm), { seq, item: alarm }) === undefined ? 'kept' : 'dropped'
  }

  offerForecast(seq: number, forecast: ForecastChange): 'kept' | 'dropped' {
    return this.#forecasts.put(forecastKey(forecast), { seq, item: forecast }) === undefined ? 'kept' : 'dropped'
  }

  offerReport(seq: number, report: ReportItem): 'kept' | 'dropped' {
    return this.#reports.put(reportKey(report), { seq, item: report }) === undefined ? 'kept' : 'dropped'
  }

  /**
   * Removes and answers the next message's worth, final points first. `seq` is the newest batch of which nothing is
   * left here, `publishedSeq` when all is taken: from there a client that is cut off now can go on.
   */
  take(publishedSeq: number): Update {
    const finals = this.#finals.splice(0, UPDATE_POINTS_MAX)
    const provisional = this.#provisional.take(UPDATE_POINTS_MAX - finals.length)
    const devices = this.#devices.take(OUTBOX_DEVICES_MAX)
    const alarms = this.#alarms.take(OUTBOX_ALARMS_MAX)
    const forecasts = this.#forecasts.take(OUTBOX_FORECASTS_MAX)
    const reports = this.#reports.take(OUTBOX_REPORTS_MAX)
    const nextFinal = this.#finals[0]?.seq ?? Infinity
    const nextProvisional = this.#provisional.oldestSeq ?? Infinity
    return {
      seq: Math.min(publishedSeq, nextFinal - 1, nextProvisional - 1),
      points: [...finals.map(({ item }) => item), ...provisional.map(({ item }) => item.item)],
      devices: devices.map(({ item }) => item),
      alarms: alarms.map(({ item }) => item),
      forecasts: forecasts.map(({ item }) => item),
      reports: reports.map(({ item }) => item),
    }
  }

  /** Becomes what another is. */
  copy(other: FeedOutbox): void {
    this.clear()
    for (const final of other.#finals) this.#finals.push(final)
    this.#provisional.copy(other.#provisional)
    this.#devices.copy(other.#devices)
    this.#alarms.copy(other.#alarms)
    this.#forecasts.copy(other.#forecasts)
    this.#reports.copy(other.#reports)
  }

  clear(): void {
    this.#finals.length = 0
    this.#provisional.clear()
    this.#devices.clear()
    this.#alarms.clear()
    this.#forecasts.clear()
    this.#reports.clear()
  }
}
