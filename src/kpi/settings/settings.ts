import { HOUR_MS } from '../../base/durations.js'
import { metricOf } from '../../base/events.js'
import type { Metric } from '../../base/metrics.js'
import { type SeriesTimes, seriesTimes } from '../../base/plant.js'
import type { ConnectionHistory } from '../series/connection-history.js'
import { EXPORT_METRIC } from '../series/export-power.js'
import type { FoldRules } from '../series/fold.js'
import { retiredFromMs } from '../time/plant-days.js'
import type { Corrections } from './corrections.js'
import type { IdealCycles } from './products.js'
import type { PlantVersion, WorkPlan } from './version.js'

/** The metric that says what a machine does. */
export const STATE_METRIC = 'state'
/** The metric that says who has the say over a robot. Source: OPC 40010, OperationalMode. */
export const MODE_METRIC = 'op_mode'

/** Settings of one series by one configuration. */
export interface SeriesSettings {
  readonly isConfigured: boolean
  readonly times: SeriesTimes
  /** It sends when something changes: nothing is due in between, and what it says holds as long as its connection. */
  readonly isOnChange: boolean
  /** Sums of minutes are needed for a whole shift: some shift begins or ends off the quarters. */
  readonly hasRaggedShifts: boolean
  /** See `PlantVersion.slowestIdleMs`. */
  readonly slowestIdleMs: number
  /** Its highest demand is looked for minute by minute. */
  readonly slidesDemand: boolean
  /** Expected from this instant on even without a sample, epoch ms; Infinity when only samples make it a member. */
  readonly expectedFromMs: number
  /** Its device is out of service from this instant on, epoch ms; Infinity while it is not. */
  readonly retiredFromMs: number
  readonly rules: FoldRules
}

/** Facts about a series from outside the configuration in hand, of which its settings are made too. */
export interface SeriesFacts {
  readonly device: string
  readonly metric: string
  /** Event times at which its register started anew, ascending. */
  readonly replacedAt: readonly number[]
  /** Values that count instead of its readings. */
  readonly corrections: Corrections
  /** The connection behind its device. */
  readonly connections: ConnectionHistory
  /** Instant from which a configuration first expected it, epoch ms; Infinity when none does. */
  readonly configuredSinceMs: number
  /** Plan of work over time, by the configuration of the time. */
  readonly plan: WorkPlan
  readonly cycles: IdealCycles
}

/** Metrics that demand is made of. */
const DEMANDING = new Set(['elec_import_kwh', 'elec_import_kw', 'elec_submeter_kwh'])

/** Counts of finished pieces: those that an ideal cycle is compared with. */
const RATED = new Set(['parts_total', 'parts_good', 'parts_reject'])

export function settingsOf(version: PlantVersion, facts: SeriesFacts): SeriesSettings {
  const device = version.device(facts.device)
  const options = device?.metrics[facts.metric]
  const metric = known(facts.metric)
  const times = seriesTimes(options)
  const multiplier = version.multiplier(facts.device, facts.metric)
  const isOnChange = device?.on_change ?? false
  const effective = device?.effective_from
  const isExpected = version.expects(facts.device, facts.metric)
  return {
    isConfigured: device !== undefined,
    times,
    isOnChange,
    hasRaggedShifts: version.schedule.isRagged,
    slowestIdleMs: version.slowestIdleMs,
    slidesDemand: version.slidesDemand && DEMANDING.has(facts.metric),
    expectedFromMs: !isExpected ? Infinity : effective === undefined ? facts.configuredSinceMs : Date.parse(effective),
    retiredFromMs: retiredFromMs(device, version.options?.timezone),
    rules: {
      kind: metric.kind,
      min: metric.min ?? -Infinity,
      max: metric.max ?? Infinity,
      multiplier,
      maxGapMs: times.maxGapMs,
      // A stack sample is valid for at most one period. Source: KPI specification §1.4, gauge.
      maxHoldMs: isStackGauge(metric) ? Math.min(times.maxHoldMs, times.periodMs) : times.maxHoldMs,
      interpolation: options?.interpolation ?? 'hold',
      modulus: options?.modulus === undefined ? null : options.modulus * multiplier,
      maxRatePerMs: options?.max_rate === undefined ? null : options.max_rate / HOUR_MS,
      replacedAt: facts.replacedAt,
      corrections: facts.corrections,
      connections: isOnChange ? facts.connections : null,
      holdLink: isOnChange && (metric.kind === 'switch' || metric.kind === 'state') ? facts.connections : null,
      idealMsAt: RATED.has(facts.metric) ? (ms) => facts.cycles.at(ms) : null,
      tellsStops: isStackGauge(metric),
      states:
        facts.metric === STATE_METRIC
          ? {
              maxHoldMs: times.maxHoldMs,
              connections: isOnChange ? facts.connections : null,
              plan: facts.plan,
              microstopMs: (device?.microstop_s ?? DEFAULT_MICROSTOP_S) * 1000,
            }
          : null,
      isExport: facts.metric === EXPORT_METRIC,
    },
  }
}

const DEFAULT_MICROSTOP_S = 300

function isStackGauge({ kind, classes }: Metric): boolean {
  return kind === 'gauge' && classes.includes('emissions')
}

function known(name: string): Metric {
  const metric = metricOf(name)
  if (metric === undefined) throw new Error(`${name} is not in the table of metrics`)
  return metric
}
