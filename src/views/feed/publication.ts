import type { AlarmItem } from '../../base/alarm.js'
import type { ForecastChange } from '../../base/forecast.js'
import { type KpiPoint, pointKey } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { DeviceChange } from '../sources/news.js'
import type { Sequenced } from './newest.js'

/** A point as the feed passes it on: numbered and keyed once for all clients. */
export interface PublishedPoint extends Sequenced<KpiPoint> {
  readonly key: string
}

export function publishedPoint(seq: number, point: KpiPoint): PublishedPoint {
  return { seq, item: point, key: pointKey(point) }
}

/** Device ids are unique in a plant. */
export function deviceKey(change: DeviceChange): string {
  return `${change.plant}|${change.device}`
}

/** Alarm ids are unique in a plant. */
export function alarmKey({ plant, id }: AlarmItem): string {
  return `${plant}|${id}`
}

/** One series and horizon: of several forecasts the newest counts. */
export function forecastKey({ plant, scope, id, kpi, horizon }: ForecastChange): string {
  return [plant, scope, id, kpi, horizon].join('|')
}

/** One version of a report. */
export function reportKey({ id, version }: ReportItem): string {
  return `${id}|${version}`
}
