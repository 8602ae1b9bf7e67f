import type { AnomalyKind } from '../../../src/base/anomaly.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { anomaliesOf } from '../../../src/insight/anomalies/anomaly-watch.js'
import { ANOMALY_KINDS, type AnomalyFinding } from '../../../src/insight/anomalies/finding.js'
import type { PlantedHistory } from './planted.js'
import type { PlantedAnomaly } from './plot.js'

const MONTH_DAYS = 30

/** Fate of a planted anomaly. */
export interface PlantedOutcome {
  readonly planted: PlantedAnomaly
  /** Days from its beginning to the finding; null when it was not found within its stated time. */
  readonly days: number | null
}

/** A history judged: each planted anomaly, and findings that nothing was planted for. */
export interface JudgedHistory {
  readonly outcomes: readonly PlantedOutcome[]
  readonly falsely: readonly AnomalyFinding[]
  /** Devices that were watched, times months. */
  readonly deviceMonths: number
  readonly worstDeviceMonth: number
}

/** Runs the watch over a history and compares what it says with what was planted. */
export function judged({ history, planted, unusual }: PlantedHistory): JudgedHistory {
  const findings = anomaliesOf(history)
  const ms = (i: number) => history.startMs + i * history.stepMs
  const isOf = (one: PlantedAnomaly, { kind, device, foundMs }: AnomalyFinding) =>
    kind === one.kind && one.devices.includes(device) && foundMs >= ms(one.from)
  const outcomes = planted.map((one): PlantedOutcome => {
    const first = findings.find((finding) => isOf(one, finding))
    const dayOf = (atMs: number) => (atMs - history.startMs) / DAY_MS
    const lost = [...unusual].filter(
      (day) => day >= dayOf(ms(one.from)) && first !== undefined && day < dayOf(first.foundMs),
    )
    const days = first === undefined ? null : dayOf(first.foundMs) - dayOf(ms(one.from)) - lost.length
    return { planted: one, days: days !== null && days <= ANOMALY_KINDS[one.kind] ? days : null }
  })
  const falsely = findings.filter((finding) => !planted.some((one) => isOf(one, finding)))
  const perMonth = new Map<string, number>()
  for (const { device, foundMs } of falsely) {
    const key = `${device} ${Math.floor((foundMs - history.startMs) / (MONTH_DAYS * DAY_MS))}`
    perMonth.set(key, (perMonth.get(key) ?? 0) + 1)
  }
  const devices = history.meters.length + history.machines.length
  return {
    outcomes,
    falsely,
    deviceMonths: (devices * history.intervals * history.stepMs) / (MONTH_DAYS * DAY_MS),
    worstDeviceMonth: Math.max(0, ...perMonth.values()),
  }
}

/** Figures of a kind over many histories. */
export interface KindFigures {
  readonly kind: AnomalyKind
  readonly planted: number
  readonly found: number
  /** Median and highest of the days that it took. */
  readonly medianDays: number
  readonly worstDays: number
}

/** Figures by kind, in the order of the kinds. */
export function kindFigures(outcomes: readonly PlantedOutcome[]): readonly KindFigures[] {
  return (Object.keys(ANOMALY_KINDS) as AnomalyKind[]).map((kind) => {
    const own = outcomes.filter(({ planted }) => planted.kind === kind)
    const days = own.flatMap(({ days }) => (days === null ? [] : [days])).sort((a, b) => a - b)
    return {
      kind,
      planted: own.length,
      found: days.length,
      medianDays: days[days.length >> 1] ?? Number.NaN,
      worstDays: days.at(-1) ?? Number.NaN,
    }
  })
}
