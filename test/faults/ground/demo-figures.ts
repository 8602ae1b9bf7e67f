import type { DeviceSamples } from '../../../simulators/device-samples.js'
import type { Sample, SampleEvent } from '../../../simulators/plant.js'
import { PlantPlan } from '../../../simulators/truth/shifts.js'
import type { Span } from '../../../simulators/truth/windows.js'
import type { PlantOptions } from '../../../src/base/plant.js'
import { standardOf } from '../../../src/kpi/settings/stack-limits.js'

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
const O2_OF_AIR_PCT = 21
/** Fewer values say nothing of a process. Source: KPI specification §4. */
const CPK_VALUES_MIN = 50
/** Constants d2 of the mean range of subgroups, by their size. Source: KPI specification §4. */
const D2 = [0, 0, 1.128, 1.693, 2.059, 2.326] as const

/** A figure as the samples have it, made without anything of the gateway; null where they have none. */
export type TrueFigure = (span: Span) => number | null

/** All that the devices of one plant have sampled in a run, and what follows from it. */
export class DemoFigures {
  readonly #options: PlantOptions
  readonly #byDevice: ReadonlyMap<string, readonly Sample[]>

  /** @param toMs end of the run, exclusive */
  constructor(options: PlantOptions, devices: readonly DeviceSamples[], toMs: number) {
    this.#options = options
    this.#byDevice = new Map(devices.map((samples) => [samples.device.path.device, [...samples.all(toMs)]]))
  }

  /** The figure of a KPI that the demo has rules on; undefined for one that it has none on. */
  of(kpi: string): TrueFigure | undefined {
    const figures: Readonly<Record<string, TrueFigure>> = {
      energy_elec_import: (span) => this.#mains('elec_import_kwh', span),
      peak_demand_15: (span) => this.#peak(span),
      power_factor: (span) => this.#powerFactor(span),
      pollutant_ref_mean_nox: (span) => this.#nox(span)?.mean ?? null,
      exceed_multiple_nox: (span) => {
        const nox = this.#nox(span)
        // Below the limit the gateway gives 0; how far below is needed here.
        return nox === null ? null : nox.mean / nox.limit - 1
      },
      oee: (span) => this.#oee(span),
      fpy: (span) => this.#firstPass(span),
      cpk: (span) => this.#cpk(span),
    }
    return figures[kpi]
  }

  #samples(device: string, { startMs, endMs }: Span): readonly Sample[] {
    return (this.#byDevice.get(device) ?? []).filter(({ ts }) => ts >= startMs && ts <= endMs)
  }

  #events(type: string, { startMs, endMs }: Span): SampleEvent[] {
    return [...this.#byDevice.values()].flatMap((samples) =>
      samples
        .filter(({ ts }) => ts >= startMs && ts < endMs)
        .flatMap(({ events = [] }) => events.filter((event) => event.type === type)),
    )
  }

  #grown(device: string, metric: string, span: Span): number | null {
    const values = this.#samples(device, span).flatMap(({ metrics }) => {
      const value = metrics[metric]
      return typeof value === 'number' ? [value] : []
    })
    return values.length < 2 ? null : values.at(-1)! - values[0]!
  }

  #mains(metric: string, span: Span): number | null {
    const mains = this.#options.devices.filter(({ role }) => role === 'main')
    const all = mains.map(({ id }) => this.#grown(id, metric, span)).filter((one) => one !== null)
    return all.length === 0 ? null : all.reduce((sum, one) => sum + one, 0)
  }

  #peak({ startMs, endMs }: Span): number | null {
    const isSliding = this.#options.timezone.startsWith('Asia/')
    let highest: number | null = null
    for (let at = startMs; at + QUARTER_MS <= endMs; at += isSliding ? MINUTE_MS : QUARTER_MS) {
      const kwh = this.#mains('elec_import_kwh', { startMs: at, endMs: at + QUARTER_MS })
      if (kwh !== null) highest = Math.max(highest ?? 0, kwh / 0.25)
    }
    return highest
  }

  #powerFactor(span: Span): number | null {
    const [kwh, kvarh] = [this.#mains('elec_import_kwh', span), this.#mains('elec_reactive_kvarh', span)]
    return kwh === null || kvarh === null || kwh === 0 ? null : kwh / Math.hypot(kwh, kvarh)
  }

  #nox(span: Span): { readonly mean: number; readonly limit: number } | null {
    const rule = this.#options.limits.find(({ pollutant }) => pollutant === 'nox')
    if (rule === undefined) return null
    const standard = standardOf(rule.standard)
    const limit = rule.limit ?? standard?.limits.nox?.[0]
    const reference = rule.o2_ref ?? standard?.o2RefPct
    const running = this.#samples(rule.stack, span).filter(({ metrics, quality }) => {
      return metrics.stack_running === 1 && quality === undefined
    })
    if (limit === undefined || typeof reference !== 'number' || running.length === 0) return null
    const mean = (metric: string) => meanOf(running.map(({ metrics }) => Number(metrics[metric])))
    return { mean: (mean('nox_mgm3') * (O2_OF_AIR_PCT - reference)) / (O2_OF_AIR_PCT - mean('o2_pct')), limit }
  }

  #oee(span: Span): number | null {
    const plan = new PlantPlan(this.#options)
    let earnedS = 0
    let plannedS = 0
    for (const device of this.#options.devices.filter(({ role }) => role === 'machine' || role === 'robot')) {
      const samples = this.#samples(device.id, span)
      const [first] = samples
      if (first === undefined) continue
      let product = device.product
      for (let at = first.ts; at < span.endMs; ) {
        const part = plan.at(at)
        const endMs = Math.min(part.endMs, span.endMs)
        if (part.inShift && part.slot === null) plannedS += (endMs - at) / 1000
        at = endMs
      }
      let before: number | null = null
      for (const { metrics, events = [] } of samples) {
        for (const event of events) if (typeof event.product === 'string') product = event.product
        const good = metrics.parts_good
        if (typeof good !== 'number') continue
        earnedS += (before === null ? 0 : good - before) * this.#idealCycleS(product, device.id)
        before = good
      }
    }
    return plannedS === 0 ? null : earnedS / plannedS
  }

  #idealCycleS(product: string | undefined, device: string): number {
    const rates = this.#options.products.filter(({ id }) => id === product)
    return (
      (rates.find((one) => one.device === device) ?? rates.find((one) => one.device === undefined))?.ideal_cycle_s ?? 0
    )
  }

  #firstPass(span: Span): number | null {
    const first = new Map<string, boolean>()
    for (const { serial, op, result } of this.#events('serial_result', span)) {
      const key = `${op}|${serial}`
      if (!first.has(key)) first.set(key, result === 'pass')
    }
    if (first.size === 0) return null
    return [...first.values()].filter((passed) => passed).length / first.size
  }

  #cpk(span: Span): number | null {
    const [characteristic] = this.#options.characteristics
    const groups = new Map<string, number[]>()
    for (const { char, subgroup, value } of this.#events('measure', span)) {
      if (char !== characteristic?.id) continue
      groups.set(String(subgroup), [...(groups.get(String(subgroup)) ?? []), Number(value)])
    }
    const values = [...groups.values()].flat()
    if (characteristic === undefined || values.length < CPK_VALUES_MIN) return null
    const ranges = [...groups.values()].map(
      (group) => (Math.max(...group) - Math.min(...group)) / (D2[group.length] || 1),
    )
    const { lsl = Number.NEGATIVE_INFINITY, usl = Number.POSITIVE_INFINITY } = characteristic
    const mean = meanOf(values)
    return Math.min(usl - mean, mean - lsl) / (3 * meanOf(ranges))
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
