import { HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { Scope } from '../../base/kpi.js'
import { type DeviceOptions, expectedMetrics, type PlantOptions } from '../../base/plant.js'
import type { MachineSeries, MeterPart, MeterSeries, PlantHistory } from './plant-history.js'

/** A stored figure of one window, as far as anomalies need it. */
export interface ReadFigure {
  readonly startMs: number
  readonly value: number | null
  readonly numerator: number | null
  readonly denominator: number | null
  readonly coverage: number
  readonly estimatedShare: number
  readonly provisional: boolean
}

/** A series of figures of which a period is read. */
export interface FigureName {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: '15m' | '1h' | '1d'
}

/** Gives the figures of a series whose start lies in a period, ascending and page by page, with their unit. */
export type FigurePages = (
  name: FigureName,
  period: FigurePeriod,
) => AsyncIterable<{ readonly unit: string; readonly figures: readonly ReadFigure[] }>

/** [from, to), local midnights, epoch ms. */
export interface FigurePeriod {
  readonly fromMs: number
  readonly toMs: number
}

/** A history without its calendar, which a thread makes of the plan of work. */
export type ReadHistory = Omit<PlantHistory, 'days'>

/** Figures of a plant as the watch for anomalies takes them, and what is missing in them. */
export interface PlantFigures {
  readonly history: ReadHistory
  /** Devices of the configuration that have no figure in the period. */
  readonly silent: readonly string[]
  /** Intervals of all series whose figure is not known, or comes from readings of another one. */
  readonly intervalsUnknown: number
}

/** KPIs that a device's metrics make, the first that it has. */
const KPI_OF_METRIC: ReadonlyMap<string, { readonly kpi: string; readonly isWeatherDriven: boolean }> = new Map([
  ['elec_import_kwh', { kpi: 'energy_elec_import', isWeatherDriven: false }],
  ['elec_submeter_kwh', { kpi: 'energy_elec_import', isWeatherDriven: false }],
  ['ng_volume_nm3', { kpi: 'energy_natural_gas', isWeatherDriven: true }],
  ['heat_gj', { kpi: 'energy_heat', isWeatherDriven: true }],
  ['steam_mass_t', { kpi: 'energy_steam', isWeatherDriven: true }],
  ['water_fresh_m3', { kpi: 'energy_water_fresh', isWeatherDriven: false }],
  ['comp_air_nm3', { kpi: 'energy_comp_air', isWeatherDriven: false }],
])
/** A figure counts when so much of its interval is covered, and no more than this was made from readings far apart. */
const COVERAGE_LEAST = 0.95
const ESTIMATED_MOST = 0.05
/** Meters of compressors are known by their names: no setting says so. */
const COMPRESSOR = /compress|comp-air|空压/i

/** Reads what there is of a plant's meters and machines, by quarters of an hour; of `devices` alone where they are given. */
export async function plantFigures(
  pages: FigurePages,
  plan: PlantOptions,
  period: FigurePeriod,
  devices: readonly DeviceOptions[] = plan.devices,
): Promise<PlantFigures> {
  const reader = new FigureReader(pages, plan.id, period)
  const meters: MeterSeries[] = []
  const machines: MachineSeries[] = []
  const silent: string[] = []
  for (const device of devices) {
    const isMachine = device.role === 'robot' || device.role === 'machine'
    const meter = await meterOf(reader, device, plan)
    const machine = isMachine ? await machineOf(reader, device) : null
    if (meter !== null) meters.push(meter)
    if (machine !== null) machines.push(machine)
    if (meter === null && machine === null && (isMachine || seriesOf(device) !== null)) silent.push(device.id)
  }
  const { pricePerKwh, kgCo2ePerKwh } = await reader.means()
  const history: ReadHistory = {
    plant: plan.id,
    startMs: period.fromMs,
    stepMs: QUARTER_HOUR_MS,
    intervals: reader.intervals,
    meters,
    machines,
    pricePerKwh,
    kgCo2ePerKwh,
  }
  return { history, silent, intervalsUnknown: reader.unknown }
}

function seriesOf(device: DeviceOptions): { readonly kpi: string; readonly isWeatherDriven: boolean } | null {
  for (const metric of expectedMetrics(device)) {
    const known = KPI_OF_METRIC.get(metric)
    if (known !== undefined) return known
  }
  return device.role === 'sub' ? { kpi: 'energy_elec_import', isWeatherDriven: false } : null
}

async function meterOf(reader: FigureReader, device: DeviceOptions, plan: PlantOptions): Promise<MeterSeries | null> {
  const { id, line = null, role, parent } = device
  const part: MeterPart = role === 'main' ? 'main' : role === 'pv' ? 'generation' : 'part'
  // Export and own generation are figures of the plant, by hours: they are those of a meter when it is the only one.
  if (part === 'generation') {
    const isOnly = plan.devices.filter((one) => one.role === role).length === 1
    const made = isOnly ? await reader.series('plant', plan.id, 'energy_elec_onsite', '1h') : null
    return made === null ? null : { ...plain(id, line, made), part, isWeatherDriven: true }
  }
  const of = seriesOf(device)
  if (of === null || role === 'stack') return null
  const found = await reader.series('device', id, of.kpi)
  if (found === null) return null
  const isGrid = (one: DeviceOptions) => one.role === 'main' && seriesOf(one)?.kpi === 'energy_elec_import'
  const isOnlyGrid = isGrid(device) && plan.devices.filter(isGrid).length === 1
  const sold = isOnlyGrid ? await reader.series('plant', plan.id, 'energy_elec_export', '1h') : null
  const values = sold === null ? found.values : found.values.map((value, i) => value - sold.values[i]!)
  const machines = plan.devices.filter((one) => one.role === 'robot' || one.role === 'machine')
  const fed = machines.filter((one) => one.energy_meter === id)
  const inLine = role === 'sub' && line !== null ? machines.filter((one) => one.line === line) : []
  return {
    ...plain(id, line, { ...found, values }),
    part,
    behind: parent ?? null,
    isCompressedAir: of.kpi === 'energy_comp_air' || COMPRESSOR.test(id),
    isWeatherDriven: of.isWeatherDriven,
    machines: (fed.length > 0 ? fed : inLine).map((one) => one.id),
  }
}

function plain(
  device: string,
  line: string | null,
  { unit, values }: Pick<ReadSeries, 'unit' | 'values'>,
): MeterSeries {
  const none = { behind: null, isCompressedAir: false, isWeatherDriven: false, machines: [] }
  return { device, line, unit, values, part: 'part', ...none }
}

/** Null without counted cycles. The time that work should have taken is known where its products have an ideal cycle. */
async function machineOf(reader: FigureReader, device: DeviceOptions): Promise<MachineSeries | null> {
  const { id, line = null } = device
  const cycles = await reader.series('device', id, 'cycles')
  if (cycles === null) return null
  const speed = await reader.series('device', id, 'effectiveness')
  const nothing = new Float64Array(reader.intervals).fill(Number.NaN)
  return {
    device: id,
    line,
    cycles: cycles.values,
    executeS: speed?.denominators ?? nothing,
    standardS: speed?.numerators ?? nothing,
  }
}

interface ReadSeries {
  readonly unit: string
  readonly values: Float64Array
  readonly numerators: Float64Array
  readonly denominators: Float64Array
}

/** Reads figures of one plant in one period. */
class FigureReader {
  readonly intervals: number
  unknown = 0
  readonly #pages: FigurePages
  readonly #plant: string
  readonly #period: FigurePeriod

  constructor(pages: FigurePages, plant: string, period: FigurePeriod) {
    this.#pages = pages
    this.#plant = plant
    this.#period = period
    this.intervals = Math.round((period.toMs - period.fromMs) / QUARTER_HOUR_MS)
  }

  /** Null when there is no figure in the period. Of an hour each quarter has a fourth. */
  async series(scope: Scope, id: string, kpi: string, window: '15m' | '1h' = '15m'): Promise<ReadSeries | null> {
    const series = ['values', 'numerators', 'denominators'].map(() =>
      new Float64Array(this.intervals).fill(Number.NaN),
    ) as [Float64Array, Float64Array, Float64Array]
    const [values, numerators, denominators] = series
    const quarters = window === '1h' ? HOUR_MS / QUARTER_HOUR_MS : 1
    let known = 0
    let unit = ''
    for await (const page of this.#pages({ plant: this.#plant, scope, id, kpi, window }, this.#period)) {
      unit = page.unit
      for (const { startMs, value, numerator, denominator, coverage, estimatedShare, provisional } of page.figures) {
        const isOwn = coverage >= COVERAGE_LEAST && estimatedShare <= ESTIMATED_MOST && !provisional
        if (value === null || !isOwn) continue
        const i = Math.round((startMs - this.#period.fromMs) / QUARTER_HOUR_MS)
        values.fill(value / quarters, i, i + quarters)
        numerators.fill(numerator ?? Number.NaN, i, i + quarters)
        denominators.fill(denominator ?? Number.NaN, i, i + quarters)
        known += quarters
      }
    }
    if (known === 0) return null
    this.unknown += this.intervals - known
    return { unit, values, numerators, denominators }
  }

  /** Cost and emissions of a kWh of import, each by the days that have both figures; null where none has. */
  async means(): Promise<Pick<PlantHistory, 'pricePerKwh' | 'kgCo2ePerKwh'>> {
    const days = async (kpi: string) => {
      const found = new Map<number, number>()
      const name = { plant: this.#plant, scope: 'plant', id: this.#plant, kpi, window: '1d' } as const
      for await (const { figures } of this.#pages(name, this.#period)) {
        for (const { startMs, value } of figures) if (value !== null) found.set(startMs, value)
      }
      return found
    }
    const kwh = await days('energy_elec_import')
    const perKwh = (amounts: ReadonlyMap<number, number>): number | null => {
      const both = [...kwh].filter(([day]) => amounts.has(day))
      const energy = both.reduce((sum, [, value]) => sum + value, 0)
      return energy > 0 ? both.reduce((sum, [day]) => sum + amounts.get(day)!, 0) / energy : null
    }
    return { pricePerKwh: perKwh(await days('energy_cost')), kgCo2ePerKwh: perKwh(await days('scope2_lb')) }
  }
}
