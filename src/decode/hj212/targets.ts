import { HJ212_POLLUTANTS, type Hj212Pollutant } from '../../base/hj212/codes.js'
import type { Period } from '../../base/hj212/commands.js'
import { METRICS } from '../../base/metrics.js'
import { type Hj212Station, NORMAL_FLOW_UNITS } from '../../base/options/hj212.js'
import type { DevicePath } from '../../base/topic.js'
import { conversion } from '../../base/units.js'
import { type MetricTarget, metricTargetOf } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { quote } from '../text.js'

/** Kinds of fields of a factor: the value itself, or a figure over a period; with `Zs` before it that at the reference oxygen. */
const FIGURES = ['Rtd', 'Avg', 'Min', 'Max', 'Cou'] as const
type Figure = (typeof FIGURES)[number]
const FIELD = /^(Zs)?(Rtd|Avg|Min|Max|Cou)$/

/** Fields that say something of a value, and are read with it. */
const BESIDE_VALUES: ReadonlySet<string> = new Set(['Flag', 'SampleTime'])

/** Reason for which a field becomes no reading: it is read with the value beside it, nobody knows it, or the station leaves its code out. */
export type Hj212NoTarget = 'beside' | 'unknown_field' | 'unwanted'

/** Target of the values of one field, and the factor that brings them into its unit, 1 where a metric of our table does that itself. */
export interface Hj212Target {
  readonly target: MetricTarget
  readonly factor: number
}

/** Meaning of a code of a station: its metric, that of its values at the reference oxygen, the unit on the wire. */
interface Meaning {
  readonly metric: string
  readonly refMetric: string | null
  /** Undefined: that of the metric; null where the station has to say it. */
  readonly unit: string | null | undefined
}

/** Places of the values of one station, by code, field and period: each is found once. */
export class Hj212Targets {
  readonly path: DevicePath
  readonly #found = new Map<string, Hj212Target | Fault | Hj212NoTarget>()

  constructor(readonly station: Hj212Station) {
    const { plant, line, device } = station
    this.path = { plant, line, device }
  }

  of(code: string, field: string, period: Period): Hj212Target | Fault | Hj212NoTarget {
    const key = `${period} ${code}-${field}`
    let place = this.#found.get(key)
    if (place === undefined) {
      place = this.#find(code, field, period)
      // A logger that never repeats a code is no reason to remember them all.
      if (this.#found.size >= PLACES_MAX) this.#found.clear()
      this.#found.set(key, place)
    }
    return place
  }

  #find(code: string, field: string, period: Period): Hj212Target | Fault | Hj212NoTarget {
    const [, zs, figure] = (FIELD.exec(field) ?? []) as (Figure | 'Zs' | undefined)[]
    const own = Object.hasOwn(this.station.codes, code) ? this.station.codes[code] : undefined
    if (BESIDE_VALUES.has(field)) return 'beside'
    if (own === null) return 'unwanted'
    if (figure === undefined) return 'unknown_field'
    const meaning = own === undefined ? this.#meaningOf(code) : { ...own, refMetric: null, unit: own.unit }
    if (meaning.unit === null) return withoutUnit(code, meaning.metric)
    const isRef = zs !== undefined
    const metric = isRef ? (meaning.refMetric ?? inserted(meaning.metric, 'ref')) : meaning.metric
    const isReading =
      this.station.take === 'minute'
        ? period === 'minute' && figure === 'Avg'
        : period === 'real_time' && figure === 'Rtd'
    if (isReading) return placed(metricTargetOf(this.path, 'emissions', metric, meaning.unit), 1)
    return this.#aside(meaning, metric, period, figure as Figure)
  }

  /** A figure that is kept beside the readings, under a name that no KPI knows: so nothing counts twice. */
  #aside({ metric: base, unit }: Meaning, metric: string, period: Period, figure: Figure): Hj212Target | Fault {
    const stored = METRICS.get(base)?.unit
    if (figure === 'Cou') {
      // An amount, not a level: kg of a pollutant, m³ of gas in the code lists.
      const amount = stored === 'mg/Nm3' ? 'kg' : stored === 'Nm3/h' ? 'm3' : ''
      return placed(metricTargetOf(this.path, 'emissions', `${withoutUnitName(metric)}_${period}_total`, amount), 1)
    }
    const name = inserted(metric, figure === 'Rtd' ? period : `${period}_${figure.toLowerCase()}`)
    if (stored === undefined || unit == null)
      return placed(metricTargetOf(this.path, 'emissions', name, unit ?? stored), 1)
    const factor = conversion(unit, stored)?.factor
    if (factor === undefined) return metricTargetOf(this.path, 'emissions', base, unit) as Fault
    return placed(metricTargetOf(this.path, 'emissions', name, stored), factor)
  }

  #meaningOf(code: string): Meaning {
    const known = BY_CODE.get(code)
    if (known === undefined) {
      return { metric: `hj212_${code.toLowerCase().replaceAll('-', '_')}`, refMetric: null, unit: '' }
    }
    const { metric, refMetric } = known
    const listed = code === known.code ? known.unit : known.unit2005
    const { flow_unit, pressure_unit } = this.station
    if (metric === FLOW)
      return { metric, refMetric, unit: flow_unit === undefined ? null : NORMAL_FLOW_UNITS[flow_unit] }
    return { metric, refMetric, unit: metric === PRESSURE ? (pressure_unit ?? listed) : listed }
  }
}

const PLACES_MAX = 2000
const FLOW = 'stack_flow_nm3h'
const PRESSURE = 'stack_pressure_kpa'

const BY_CODE: ReadonlyMap<string, Hj212Pollutant> = new Map(
  HJ212_POLLUTANTS.flatMap((one) => [
    [one.code, one],
    [one.code2005, one],
  ]),
)

function placed(target: MetricTarget | Fault, factor: number): Hj212Target | Fault {
  return isFault(target) ? target : { target, factor }
}

function withoutUnit(code: string, metric: string): Fault {
  const setting = metric === FLOW ? 'flow_unit' : 'pressure_unit'
  return fault('bad_unit', `the unit of ${quote(code)} differs between devices: set ${setting} of the station`)
}

/** `so2_mgm3` and `hour_avg` make `so2_hour_avg_mgm3`; a metric that is not of our table has no unit in its name. */
function inserted(metric: string, what: string): string {
  const stem = withoutUnitName(metric)
  return `${stem}_${what}${metric.slice(stem.length)}`
}

const UNIT_NAME = /_(mgm3|pct|ms|c|kpa|nm3h)$/

function withoutUnitName(metric: string): string {
  return metric.replace(UNIT_NAME, '')
}
