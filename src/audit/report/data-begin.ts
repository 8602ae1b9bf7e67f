import type { Scope } from '../../base/kpi.js'
import type { PlantVersion } from '../../kpi/settings/version.js'
import { metricsOfKpi } from './kpi-metrics.js'
import type { FirstReading } from './sources.js'

/** Since when data of a plant are due: the first reading of a series, or the configuration that expects it where that is earlier. */
export class DataBegin {
  readonly #series: readonly FirstReading[]
  readonly #edition: number
  readonly #byKpi = new Map<string, number | null>()

  constructor(first: readonly FirstReading[], versions: readonly PlantVersion[], edition: number) {
    this.#edition = edition
    this.#series = first.map(({ device, metric, firstTs }) => {
      const expecting = versions.find((version) => version.expects(device, metric))
      return { device, metric, firstTs: Math.min(firstTs, expecting?.fromMs ?? Infinity) }
    })
  }

  /** When the data of a KPI begin, epoch ms; null when it is made of no series that has ever reported. */
  of(kpi: string, scope: Scope, id: string): number | null {
    const key = `${kpi}|${scope}|${id}`
    const known = this.#byKpi.get(key)
    if (known !== undefined) return known
    const metrics = metricsOfKpi(kpi, this.#edition)
    const own = this.#series.filter(({ device, metric }) => {
      return metrics.includes(metric) && (scope !== 'device' || device === id)
    })
    const found = own.length === 0 ? null : Math.min(...own.map(({ firstTs }) => firstTs))
    this.#byKpi.set(key, found)
    return found
  }
}
