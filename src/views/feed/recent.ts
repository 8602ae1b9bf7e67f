import type { AlarmItem } from '../../base/alarm.js'
import type { ForecastChange } from '../../base/forecast.js'
import type { ReportItem } from '../../base/report.js'
import type { DeviceChange } from '../sources/news.js'
import { Newest, type Sequenced } from './newest.js'
import { alarmKey, deviceKey, forecastKey, type PublishedPoint, reportKey } from './publication.js'

/** Time that a client may have been away and still go on without a gap. */
export const RECENT_MS = 15 * 60_000
/** 15 minutes of a plant of 100 devices with 10 KPIs each, three times over. When there are more, it is fewer minutes. */
export const RECENT_FINALS_MAX = 50_000
/** Open windows of all plants; usually one or two a stream. */
export const RECENT_PROVISIONAL_MAX = 50_000
export const RECENT_DEVICES_MAX = 10_000
export const RECENT_ALARMS_MAX = 10_000
export const RECENT_FORECASTS_MAX = 1_000
export const RECENT_REPORTS_MAX = 1_000

interface Final {
  readonly publication: PublishedPoint
  readonly atMs: number
}

/** Updates that a client has not been sent while it was away. */
interface Missed {
  readonly points: PublishedPoint[]
  readonly devices: Sequenced<DeviceChange>[]
  readonly alarms: Sequenced<AlarmItem>[]
  readonly forecasts: Sequenced<ForecastChange>[]
  readonly reports: Sequenced<ReportItem>[]
}

/**
 * Updates published lately, for clients that come back: every final point, of an open window its newest value, of a
 * device, alarm, forecast or report its newest state. That is what they would have been sent, so nothing else is kept.
 */
export class RecentUpdates {
  readonly #finals: Final[] = []
  /** Finals before this position are gone; the array is cut when they are half of it. */
  #first = 0
  readonly #provisional = new Newest<PublishedPoint>(RECENT_PROVISIONAL_MAX)
  readonly #devices = new Newest<DeviceChange>(RECENT_DEVICES_MAX)
  readonly #alarms = new Newest<AlarmItem>(RECENT_ALARMS_MAX)
  readonly #forecasts = new Newest<ForecastChange>(RECENT_FORECASTS_MAX)
  readonly #reports = new Newest<ReportItem>(RECENT_REPORTS_MAX)
  /** The newest batch of which something is gone. */
  #goneSeq = 0

  add(publication: PublishedPoint, nowMs: number): void {
    const { key, item: point } = publication
    if (point.provisional) {
      this.#forget(this.#provisional.put(key, { seq: publication.seq, item: publication }))
      return
    }
    this.#provisional.delete(key)
    this.#finals.push({ publication, atMs: nowMs })
    if (this.#finals.length - this.#first > RECENT_FINALS_MAX) this.#dropFirst()
  }

  addDevice(seq: number, change: DeviceChange): void {
    this.#forget(this.#devices.put(deviceKey(change), { seq, item: change }))
  }

  addAlarm(seq: number, alarm: AlarmItem): void {
    this.#forget(this.#alarms.put(alarmKey(alarm), { seq, item: alarm }))
  }

  addForecast(seq: number, forecast: ForecastChange): void {
    this.#forget(this.#forecasts.put(forecastKey(forecast), { seq, item: forecast }))
  }

  addReport(seq: number, report: ReportItem): void {
    this.#forget(this.#reports.put(reportKey(report), { seq, item: report }))
  }

  /** `nowMs` is of the same clock as that of `add`. */
  expire(nowMs: number): void {
    while ((this.#finals[this.#first]?.atMs ?? nowMs) < nowMs - RECENT_MS) this.#dropFirst()
  }

  /**
   * A batch of points or the change of a device is not kept, nor is what came before: nobody who was there before it can go on
   * without a gap.
   */
  skip(seq: number): void {
    this.#finals.length = 0
    this.#first = 0
    this.#provisional.clear()
    this.#devices.clear()
    this.#goneSeq = seq
  }

  /** Updates after a batch, oldest first; undefined when some of them are gone. */
  since(seq: number): Missed | undefined {
    if (seq < this.#goneSeq) return undefined
    const finals: PublishedPoint[] = []
    for (let i = this.#finals.length - 1; i >= this.#first; i--) {
      const { publication } = this.#finals[i]!
      if (publication.seq <= seq) break
      finals.push(publication)
    }
    const provisional = this.#provisional.since(seq).map((entry) => entry.item)
    return {
      points: [...finals.reverse(), ...provisional],
      devices: this.#devices.since(seq),
      alarms: this.#alarms.since(seq),
      forecasts: this.#forecasts.since(seq),
      reports: this.#reports.since(seq),
    }
  }

  #dropFirst(): void {
    this.#forget(this.#finals[this.#first]?.publication)
    this.#first++
    if (this.#first * 2 > this.#finals.length) {
      this.#finals.splice(0, this.#first)
      this.#first = 0
    }
  }

  #forget(gone: Sequenced<unknown> | undefined): void {
    if (gone !== undefined && gone.seq > this.#goneSeq) this.#goneSeq = gone.seq
  }
}
