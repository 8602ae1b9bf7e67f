import { regionChain } from './factors/regions.js'
import { PlantDays } from './plant-days.js'
import type { PlantVersion } from './version.js'

/** What one contract covers of some consumption. */
export interface CoveredByContract {
  readonly id: string
  readonly kwh: number
  /** kgCO2e/kWh of what was bought. */
  readonly factor: number
}

/** What contracts cover of some consumption, in the order of the configuration. */
export interface Covered {
  readonly contracts: readonly CoveredByContract[]
  /** Of all of them together; never above the import. */
  readonly coveredKwh: number
}

/** A contract with its year as instants. */
interface Spread {
  readonly id: string
  readonly factor: number
  readonly fromMs: number
  readonly toMs: number
  readonly kwhPerMs: number
}

const NOTHING: Covered = { contracts: [], coveredKwh: 0 }
/** Contracts of a version: its zone and year are looked at once. */
const SPREADS = new WeakMap<PlantVersion, readonly Spread[]>()

/**
 * What the plant's contracts cover of the electricity it imported in [startMs, endMs), an hour or a part of one: each is
 * spread evenly over its vintage year in the plant's zone, and what an hour does not use is not carried into another. They
 * are used up in the order of the configuration, and together never above the import. A contract of another market than
 * the plant's covers nothing, and of two with one id the second does not. Additive over hours, not over longer windows.
 * Source: KPI specification §2.3; the even spread is a decision of this project.
 */
export function coveredKwh(version: PlantVersion, startMs: number, endMs: number, importKwh: number): Covered {
  const spreads = spreadsOf(version)
  if (spreads.length === 0 || !(importKwh > 0)) return NOTHING
  const contracts: CoveredByContract[] = []
  let leftKwh = importKwh
  for (const { id, factor, fromMs, toMs, kwhPerMs } of spreads) {
    const ms = Math.min(endMs, toMs) - Math.max(startMs, fromMs)
    if (ms <= 0 || leftKwh <= 0) continue
    const kwh = Math.min(leftKwh, kwhPerMs * ms)
    leftKwh -= kwh
    contracts.push({ id, kwh, factor })
  }
  // What is left is never negative, so that this is never above the import.
  return contracts.length === 0 ? NOTHING : { contracts, coveredKwh: importKwh - leftKwh }
}

function spreadsOf(version: PlantVersion): readonly Spread[] {
  const known = SPREADS.get(version)
  if (known !== undefined) return known
  const made = makeSpreads(version)
  SPREADS.set(version, made)
  return made
}

function makeSpreads({ options }: PlantVersion): readonly Spread[] {
  if (options === null || options.contracts.length === 0) return []
  const markets = [...regionChain(options.grid_region, options.carbon.regional_grid), 'GLOBAL']
  const days = new PlantDays(options.timezone)
  const seen = new Set<string>()
  return options.contracts.flatMap(({ id, kwh, factor, vintage, market }) => {
    if (seen.has(id) || (market !== undefined && !markets.includes(market))) return []
    seen.add(id)
    const fromMs = days.startMs(`${vintage}-01-01`)
    const toMs = days.endMs(`${vintage}-12-31`)
    return [{ id, factor, fromMs, toMs, kwhPerMs: kwh / (toMs - fromMs) }]
  })
}
