import type { ContractOptions } from '../base/options/factors.js'
import { regionChain } from './factors/regions.js'
import { PlantDays } from './plant-days.js'
import type { PlantVersion } from './version.js'

/** What one contract covers of the import of a window. */
export interface CoveredBy {
  readonly id: string
  readonly kwh: number
  /** kgCO2e/kWh of what was bought. */
  readonly factor: number
}

/** What contracts cover of the import of a window; the rest of it is `importKwh` less `coveredKwh`. */
export interface Coverage {
  /** Those that cover something, in the order in which they are used. */
  readonly contracts: readonly CoveredBy[]
  /** Never above the import. */
  readonly coveredKwh: number
}

/** A contract with its time of delivery as instants. */
interface Delivery {
  readonly id: string
  readonly factor: number
  readonly fromMs: number
  readonly toMs: number
  readonly kwhPerMs: number
}

const NOTHING: Coverage = { contracts: [], coveredKwh: 0 }
const DELIVERIES = new WeakMap<PlantVersion, readonly Delivery[]>()

/**
 * What the contracts of a plant cover of an import of [startMs, endMs), epoch ms; ask for an hour at a time. Each one
 * delivers evenly over its vintage year in the plant's zone, or over the days that it names, so that every kWh of it has
 * one hour and is used once. What an hour does not need is lost to the others: a plant cannot cover its nights with the
 * sun. Certificates are used before other contracts, those in order of id; a contract of another market never.
 * Source: KPI specification §2.3; GHG Protocol, scope 2 (from memory); even delivery hour by hour is a project decision.
 */
export function coveredKwh(version: PlantVersion, startMs: number, endMs: number, importKwh: number): Coverage {
  const deliveries = deliveriesOf(version)
  if (deliveries.length === 0 || !(importKwh > 0)) return NOTHING
  const contracts: CoveredBy[] = []
  let leftKwh = importKwh
  for (const { id, factor, fromMs, toMs, kwhPerMs } of deliveries) {
    const ms = Math.min(endMs, toMs) - Math.max(startMs, fromMs)
    if (ms <= 0 || leftKwh <= 0) continue
    const kwh = Math.min(leftKwh, kwhPerMs * ms)
    contracts.push({ id, kwh, factor })
    leftKwh -= kwh
  }
  return contracts.length === 0 ? NOTHING : { contracts, coveredKwh: importKwh - leftKwh }
}

function deliveriesOf(version: PlantVersion): readonly Delivery[] {
  let made = DELIVERIES.get(version)
  if (made === undefined) {
    made = deliveries(version)
    DELIVERIES.set(version, made)
  }
  return made
}

function deliveries({ options }: PlantVersion): readonly Delivery[] {
  if (options === null) return []
  const days = new PlantDays(options.timezone)
  const markets = [...regionChain(options.grid_region, options.carbon.regional_grid), 'GLOBAL']
  return options.contracts
    .filter(({ id }, i) => options.contracts.findIndex((other) => other.id === id) === i)
    .filter(({ market }) => market === undefined || markets.includes(market))
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
    .map(({ id, factor, kwh, vintage, valid_from, valid_to }) => {
      // Days outside the vintage year are refused with the configuration; here they would cover nothing.
      const fromMs = days.startMs(valid_from ?? `${vintage}-01-01`)
      const toMs = days.endMs(valid_to ?? `${vintage}-12-31`)
      return { id, factor, fromMs, toMs, kwhPerMs: kwh / (toMs - fromMs) }
    })
}

function rank({ certificates }: ContractOptions): number {
  return (certificates ?? []).length > 0 ? 0 : 1
}
