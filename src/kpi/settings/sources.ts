import { type CarbonOptions, factorOptions } from '../../base/options/factors.js'
import type { FuelUnit } from '../factors/fuels.js'
import type { PlantVersion } from './version.js'

/** Registers of fuel: what they count, in the words of the tables, and in what. */
export const FUEL_METERS = [
  { metric: 'ng_volume_nm3', fuel: 'natural_gas', unit: 'Nm3' },
  { metric: 'coal_mass_t', fuel: 'coal', unit: 't' },
  { metric: 'diesel_mass_t', fuel: 'diesel', unit: 't' },
  { metric: 'gasoline_mass_t', fuel: 'gasoline', unit: 't' },
  { metric: 'lpg_mass_t', fuel: 'lpg', unit: 't' },
] as const satisfies readonly { metric: string; fuel: string; unit: FuelUnit }[]

/**
 * Use of a fuel: it is burnt in one place, it drives vehicles, or its CO2 is measured in a stack instead, so that of the
 * fuel only the gases count that no analyser of the stack reads.
 */
export type FuelUse = 'stationary' | 'mobile' | 'replaced'

/** Without a list of mobile devices: a factory burns these in vehicles. A project decision. */
const FUELS_OF_VEHICLES: ReadonlySet<string> = new Set(['diesel', 'gasoline', 'bioethanol', 'biodiesel'])

const NO_CARBON: CarbonOptions = factorOptions.carbon.parse(undefined)

/** Rules by which a plant computes its carbon; the defaults while nobody has configured it. */
export function carbonOf(version: PlantVersion): CarbonOptions {
  return version.options?.carbon ?? NO_CARBON
}

/** Use of a fuel that a device counts or reports: each has one use only. Source: KPI specification §2.2. */
export function useOf(fuel: string, device: string, { measured, mobile, method }: CarbonOptions): FuelUse {
  if (measured.some(({ replaces }) => replaces.includes(device))) return 'replaced'
  if (mobile === undefined ? FUELS_OF_VEHICLES.has(fuel) : mobile.includes(device)) return 'mobile'
  return method === 'measurement' ? 'replaced' : 'stationary'
}

/** The CO2 of this stack is measured, and that of its fuel not computed. */
export function isMeasured(stack: string, { measured, method }: CarbonOptions): boolean {
  return method === 'measurement' || measured.some((one) => one.stack === stack)
}

/** A term of a formula that is a metric of some sources alone: by the configuration of the plant, not by what they send. */
export interface SourceTerm {
  readonly metric: string
  isMember(device: string, version: PlantVersion): boolean
}

/** `stationary/coal_mass_t`, `mobile/…`, `replaced/…`: the registers of a fuel of which that becomes. */
export function fuelTerm(use: FuelUse, metric: string): string {
  return `${use}/${metric}`
}

/** Terms of `biogenic/coal_mass_t`, …: registers of fuel that grew, whatever it is used for. None before edition 3 of the rules. */
export function biogenicTerm(metric: string): string {
  return `biogenic/${metric}`
}

/** True for terms of fuel that grew. */
export function isBiogenicTerm(term: string): boolean {
  return term.startsWith(biogenicTerm(''))
}

/** Heating value of gas, by the meter's own analyser. */
export const NCV = 'ng_ncv_kj_nm3'
/** The same of gas that grew. */
export const BIOGENIC_NCV = biogenicTerm(NCV)

export const MEASURED_CO2 = 'measured/co2_pct'
export const PURCHASED_STEAM = 'purchased/steam_mass_t'

const SOURCE_TERMS: ReadonlyMap<string, SourceTerm> = new Map<string, SourceTerm>([
  ...(['stationary', 'mobile', 'replaced'] as const).flatMap((use) =>
    FUEL_METERS.map(({ metric, fuel }): [string, SourceTerm] => {
      const isMember: SourceTerm['isMember'] = (device, version) => {
        const carbon = carbonOf(version)
        // By carbon content fuel has CO2 alone: of one whose CO2 is measured nothing is left to be computed.
        return useOf(fuel, device, carbon) === use && (use !== 'replaced' || carbon.combustion === 'ipcc')
      }
      return [fuelTerm(use, metric), { metric, isMember }]
    }),
  ),
  ...FUEL_METERS.map(({ metric, fuel }): [string, SourceTerm] => {
    const isMember: SourceTerm['isMember'] = (device, version) => {
      const carbon = carbonOf(version)
      return version.edition >= 3 && carbon.biogenic.includes(fuel) && useOf(fuel, device, carbon) !== 'replaced'
    }
    return [biogenicTerm(metric), { metric, isMember }]
  }),
  [
    BIOGENIC_NCV,
    {
      metric: NCV,
      isMember: (_, version) => version.edition >= 3 && carbonOf(version).biogenic.includes('natural_gas'),
    },
  ],
  [MEASURED_CO2, { metric: 'co2_pct', isMember: (device, version) => isMeasured(device, carbonOf(version)) }],
  [
    PURCHASED_STEAM,
    { metric: 'steam_mass_t', isMember: (_, version) => carbonOf(version).purchased_steam !== undefined },
  ],
])

/** null for a term that is no choice of sources. */
export function sourceTerm(term: string): SourceTerm | null {
  return SOURCE_TERMS.get(term) ?? null
}
