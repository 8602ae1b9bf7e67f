import type { AlarmItem } from '../../base/alarm.js'
import type { ForecastChange } from '../../base/forecast.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { DeviceState } from '../../base/wire.js'

export interface DeviceChange {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly state: DeviceState
}

/** Changes as they happen. Each method answers how to stop listening. */
export interface News {
  /** Tells what the engine has just published, provisional included. */
  onPoints(listener: (points: readonly KpiPoint[]) => void): () => void
  onDevice(listener: (change: DeviceChange) => void): () => void
  /** Tells of alarms that have changed, once that is saved. */
  onAlarm(listener: (alarm: AlarmItem) => void): () => void
  /** Tells of forecasts that were issued. */
  onForecast(listener: (forecast: ForecastChange) => void): () => void
  /** Tells of versions of reports that are new or have become something else. */
  onReport(listener: (item: ReportItem) => void): () => void
}
