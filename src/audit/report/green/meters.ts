import { startOfDayIn } from '../../../base/days-in-zone.js'
import { METRICS } from '../../../base/metrics.js'
import { type DeviceOptions, expectedMetrics } from '../../../base/plant.js'
import { CARRIERS } from '../../../kpi/formulas/carriers.js'
import { COVERAGE_MIN } from '../../../kpi/formulas/recipe.js'
import { readingsDue, streamsOf } from '../blocks/completeness.js'
import type { PlantFacts } from '../facts.js'
import type { StreamQuality } from '../sources.js'

/** Registers of energy and its media, as meters send them. */
const ENERGY_REGISTERS: ReadonlySet<string> = new Set([
  ...['elec_import_kwh', 'elec_export_kwh', 'elec_submeter_kwh', 'renew_onsite_kwh'],
  ...['storage_charge_kwh', 'storage_discharge_kwh'],
  ...CARRIERS.map(({ metric }) => metric),
])

/** A meter of energy in service at the end of the period. */
export interface EnergyMeter {
  readonly device: DeviceOptions
  /** Registers that it is expected to send. */
  readonly metrics: readonly string[]
  /** Each register came by itself for the larger part of the period, without readings that people typed in. */
  readonly isAutomatic: boolean
}

/** Configured meters of energy, in the order of their ids. */
export function energyMeters(facts: PlantFacts): readonly EnergyMeter[] {
  const streams = new Map(streamsOf(facts).map((one) => [`${one.device}/${one.metric}`, one]))
  return facts.options.devices
    .filter(({ retired_from: day }) => day === undefined || instantOf(day, facts.plant.timezone) >= facts.endMs)
    .map((device) => ({ device, metrics: expectedMetrics(device).filter((metric) => ENERGY_REGISTERS.has(metric)) }))
    .filter(({ metrics }) => metrics.length > 0)
    .map(({ device, metrics }) => ({
      device,
      metrics,
      isAutomatic: metrics.every((metric) => isAutomatic(facts, streams.get(`${device.id}/${metric}`))),
    }))
    .sort((a, b) => (a.device.id < b.device.id ? -1 : 1))
}

function instantOf(day: string, zone: string): number {
  return day.includes('T') ? Date.parse(day) : startOfDayIn(zone, day)
}

function isAutomatic(facts: PlantFacts, stream: StreamQuality | undefined): boolean {
  if (stream === undefined) return false
  const received = stream.received - (stream.byQuality.manual ?? 0)
  const due = METRICS.has(stream.metric) ? readingsDue(facts, stream) : null
  return due === null ? received > 0 : due > 0 && received >= COVERAGE_MIN * due
}
