import { Temporal } from 'temporal-polyfill'
import type { Scope } from '../../base/kpi.js'
import { ENPI_VARIABLES } from '../../base/options/enpi.js'
import type { SavingClaimOptions } from '../../base/options/savings.js'
import type { PlantOptions } from '../../base/plant.js'
import { BASELINE_DAYS_MIN, type BaselineReason, type SavingsBaseline, savingsBaseline } from './baseline.js'
import type { SavingsDay } from './day.js'
import { type EnergySaving, energySavingOf, type NonRoutineEvent } from './saving.js'
import { type WorkDay, workDays } from './work-days.js'

/** A series of days that a claim goes by: a KPI of a subject, or the daily mean of a metric of a device. */
export interface ClaimSeries {
  readonly of: Scope | 'reading'
  readonly id: string
  /** KPI or metric. */
  readonly name: string
}

/** Known final days by `claimSeriesKey`, then by the start of the day, epoch ms. */
export type ClaimDays = ReadonlyMap<string, ReadonlyMap<number, number>>

export function claimSeriesKey({ of, id, name }: ClaimSeries): string {
  return `${of}|${id}|${name}`
}

/** Days as dates of the plant: from the first to the day after the last. */
export interface DateRange {
  readonly from: string
  readonly to: string
}

/** A day that counts for nothing, and what was not known of it. */
export interface LeftOutDay {
  readonly day: string
  readonly period: 'baseline' | 'reporting'
  readonly why: 'no_energy' | 'no_output' | 'no_temperature'
}

/** A claim with the saving that its days show. */
export interface ClaimedSaving {
  readonly claim: SavingClaimOptions
  readonly reporting: DateRange
  /** `no_variable`: too few days have an output or the temperature that the claim names; `no_data`: no day after the change is known. */
  readonly reason: BaselineReason | 'no_variable' | 'no_data' | ''
  readonly baseline: SavingsBaseline | null
  readonly saving: EnergySaving | null
  readonly leftOut: readonly LeftOutDay[]
  readonly events: readonly NonRoutineEvent[]
  /** Mean of the plant's import on the known days of reporting, in the currency of its tariff; `null` when it is not known. */
  readonly pricePerKwh: number | null
  /** The same of location-based emissions, heat left out. */
  readonly kgCo2ePerKwh: number | null
}

const IMPORT = 'energy_elec_import'
const COST = 'energy_cost'
const EMISSIONS = 'scope2_lb'
const HEAT_EMISSIONS = 'scope2_heat'

/** Everything that a claim asks of a plant's days. */
export function claimSeries(claim: SavingClaimOptions, plant: string): readonly ClaimSeries[] {
  const worth = [IMPORT, COST, EMISSIONS, HEAT_EMISSIONS].map((name) => ({ of: 'plant', id: plant, name }) as const)
  const all = [energySeries(claim, plant), ...outputsOf(claim, plant).map(({ series }) => series), ...worth]
  const { temperature } = claim
  return temperature === undefined ? all : [...all, temperatureSeries(temperature)]
}

function energySeries({ energy, line, meter }: SavingClaimOptions, plant: string): ClaimSeries {
  return { ...subjectOf({ line, device: meter }, plant), name: energy }
}

function temperatureSeries({ device, metric }: NonNullable<SavingClaimOptions['temperature']>): ClaimSeries {
  return { of: 'reading', id: device, name: metric }
}

function subjectOf(
  { line, device }: { readonly line: string | undefined; readonly device: string | undefined },
  plant: string,
) {
  if (device !== undefined) return { of: 'device', id: device } as const
  return line === undefined ? ({ of: 'plant', id: plant } as const) : ({ of: 'line', id: line } as const)
}

function outputsOf({ outputs, line }: SavingClaimOptions, plant: string) {
  const all = outputs ?? ENPI_VARIABLES.map((kpi) => ({ kpi, line, device: undefined }))
  return all.map(({ kpi, line, device }) => {
    const of = device ?? line
    return {
      name: of === undefined ? kpi : `${kpi} ${of}`,
      series: { ...subjectOf({ line, device }, plant), name: kpi },
    }
  })
}

export function baselineRange({ baseline: { from, to } }: SavingClaimOptions): DateRange {
  return { from, to: dayAfter(to) }
}

/** The days of reporting that lie within a span; `to` is not after `from` where there are none. */
export function reportingRange({ reporting }: SavingClaimOptions, within: DateRange): DateRange {
  const end = reporting.to === undefined ? within.to : dayAfter(reporting.to)
  const [, from = ''] = [reporting.from, within.from].sort()
  const [to = ''] = [end, within.to].sort()
  return { from, to }
}

function dayAfter(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString()
}

/**
 * The saving of a claim on those of its days that lie within a span. Energy and output are taken to a millionth of their unit, as
 * reports add them, so that figures made from stored days and from readings are the same. Where a claim names what its energy
 * may go by, too few days of the baseline with it leave the saving unknown; what is tried without being named is left away then.
 */
export function claimedSaving(of: {
  readonly claim: SavingClaimOptions
  readonly plant: Pick<PlantOptions, 'id' | 'timezone' | 'shifts' | 'calendar'>
  readonly within: DateRange
  readonly days: ClaimDays
  readonly events: readonly NonRoutineEvent[]
}): ClaimedSaving {
  const { claim, plant, events } = of
  const reporting = reportingRange(claim, of.within)
  const before = workDays(plant, baselineRange(claim))
  const after = workDays(plant, reporting)
  const table = tableOf(of, before)
  const [beforeDays, afterDays] = [before.map(table), after.map(table)]
  const found = savingsBaseline(beforeDays)
  const { value: baseline, reason } =
    found.value !== null && lacksVariable(of, before) ? { value: null, reason: 'no_variable' as const } : found
  const saving = baseline === null ? null : energySavingOf(baseline, afterDays, events)
  const isTemperature = beforeDays.some(({ outdoorC }) => outdoorC !== null)
  const outputs = Object.keys(beforeDays[0]?.outputs ?? {})
  const used = baseline?.model.outputs ?? outputs
  const isByDegrees = baseline !== null && (baseline.model.heatingBaseC ?? baseline.model.coolingBaseC) !== null
  const leftOut = [
    ...beforeDays.flatMap((day) => leftOutOf(day, 'baseline', outputs, isTemperature)),
    ...afterDays.flatMap((day) => leftOutOf(day, 'reporting', used, isByDegrees)),
  ]
  const base = { claim, reporting, baseline, saving, leftOut, events, ...worthOf(of, after) }
  return { ...base, reason: reason ?? (saving === null ? 'no_data' : '') }
}

function tableOf(
  { claim, plant, days }: Pick<Parameters<typeof claimedSaving>[0], 'claim' | 'plant' | 'days'>,
  before: readonly WorkDay[],
): (day: WorkDay) => SavingsDay {
  const valuesOf = (series: ClaimSeries) => days.get(claimSeriesKey(series)) ?? new Map<number, number>()
  const energies = valuesOf(energySeries(claim, plant.id))
  const outputs = outputsOf(claim, plant.id)
    .map(({ name, series }) => [name, valuesOf(series)] as const)
    .filter(([, values]) => isEnough(values, before))
  const measured = claim.temperature === undefined ? null : valuesOf(temperatureSeries(claim.temperature))
  const outdoor = measured !== null && isEnough(measured, before) ? measured : null
  return ({ startMs, ...day }) => ({
    ...day,
    energyKwh: rounded(energies.get(startMs)),
    outputs: Object.fromEntries(outputs.map(([name, values]) => [name, rounded(values.get(startMs))])),
    outdoorC: outdoor?.get(startMs) ?? null,
  })
}

/** Something that the claim names is not known of as many days as a baseline needs. */
function lacksVariable(
  { claim, plant, days }: Pick<Parameters<typeof claimedSaving>[0], 'claim' | 'plant' | 'days'>,
  before: readonly WorkDay[],
): boolean {
  const outputs = claim.outputs === undefined ? [] : outputsOf(claim, plant.id).map(({ series }) => series)
  const named = claim.temperature === undefined ? outputs : [...outputs, temperatureSeries(claim.temperature)]
  return named.some((series) => !isEnough(days.get(claimSeriesKey(series)) ?? new Map(), before))
}

function isEnough(values: ReadonlyMap<number, number>, before: readonly WorkDay[]): boolean {
  return before.filter(({ startMs }) => values.has(startMs)).length >= BASELINE_DAYS_MIN
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(6))
}

function leftOutOf(
  { day, energyKwh, outputs, outdoorC }: SavingsDay,
  period: LeftOutDay['period'],
  names: readonly string[],
  isTemperature: boolean,
): LeftOutDay[] {
  if (energyKwh === null) return [{ day, period, why: 'no_energy' }]
  if (names.some((name) => (outputs[name] ?? null) === null)) return [{ day, period, why: 'no_output' }]
  return isTemperature && outdoorC === null ? [{ day, period, why: 'no_temperature' }] : []
}

/** A kWh that is not imported is worth what those were worth that were. */
function worthOf(
  { plant, days }: Pick<Parameters<typeof claimedSaving>[0], 'plant' | 'days'>,
  after: readonly WorkDay[],
): Pick<ClaimedSaving, 'pricePerKwh' | 'kgCo2ePerKwh'> {
  const valuesOf = (name: string) => days.get(claimSeriesKey({ of: 'plant', id: plant.id, name }))
  const imports = valuesOf(IMPORT)
  const heat = valuesOf(HEAT_EMISSIONS)
  const rate = (values: ReadonlyMap<number, number> | undefined, less?: ReadonlyMap<number, number>) => {
    let [sum, kwh] = [0, 0]
    for (const { startMs } of after) {
      const [value, own] = [values?.get(startMs), imports?.get(startMs)]
      if (value === undefined || own === undefined) continue
      sum += value - (less?.get(startMs) ?? 0)
      kwh += own
    }
    return kwh > 0 ? sum / kwh : null
  }
  return { pricePerKwh: rate(valuesOf(COST)), kgCo2ePerKwh: rate(valuesOf(EMISSIONS), heat) }
}
