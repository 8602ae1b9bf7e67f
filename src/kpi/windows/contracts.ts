import { entryOf } from '../../base/entry-of.js'
import type { CarbonOptions, ContractOptions } from '../../base/options/factors.js'
import { regionChain } from '../factors/regions.js'
import type { TimeRange } from '../series/calendar.js'
import { type GenerationShape, generationOf } from '../settings/generation.js'
import type { PlantVersion } from '../settings/version.js'
import { PlantDays } from '../time/plant-days.js'
import { type Instrument, Shares } from './matching.js'
import type { Point } from './point.js'

/** Part of the import of a window that one contract covers. */
export interface CoveredBy {
  readonly id: string
  readonly kwh: number
  /** kgCO2e/kWh of what was bought. */
  readonly factor: number
  /** The factor is 0, and the technology is not nuclear: that emits nothing and is no renewable. */
  readonly isRenewable: boolean
}

/** Part of the import of a window that contracts cover; the rest of it is `importKwh` less `coveredKwh`. */
export interface Coverage {
  /** Contracts that cover something, in the order in which they are used. */
  readonly contracts: readonly CoveredBy[]
  /** Never above the import. */
  readonly coveredKwh: number
}

/** A contract with its time of delivery as instants. */
interface Delivery extends Instrument {
  readonly id: string
  readonly factor: number
  readonly isRenewable: boolean
  readonly shape: GenerationShape
  /** A meter says what is generated for it. */
  readonly isMetered: boolean
}

/** Deliveries of the contracts of a version, and what is made once of them. */
interface Made {
  readonly deliveries: readonly Delivery[]
  /** Weight of the whole period of each by `generationOf`; made when it is asked for. */
  readonly generation: Map<Delivery, number>
  shares: Shares | null
  /** Value of `ImportDays.changes` when the shares were made. */
  changes: number
}

/** Over the whole period of each contract, or hour by hour. */
export type Matching = CarbonOptions['matching']

const NOT_METERED: ReadonlyMap<string, number> = new Map()
const NOTHING: Coverage = { contracts: [], coveredKwh: 0 }
const MADE = new WeakMap<PlantVersion, Made>()

/**
 * Computes what the contracts of a plant cover of an import of [startMs, endMs), epoch ms; ask for an hour at a time. By default
 * each is matched over its vintage year in the plant's zone, or the days that it names, and covers the same part of every
 * hour of a period that is over; `hourly` covers of an hour what was generated in it, by the contract's meter where it
 * has one. Certificates are used before other contracts, those in order of id; a contract of another market never.
 * Source: KPI specification §2.3.
 *
 * @param matching that of the plant when absent
 * @param meteredKwh what meters counted in that time for contracts that have one, by id
 */
export function coveredKwh(
  version: PlantVersion,
  startMs: number,
  endMs: number,
  importKwh: number,
  matching: Matching = matchingOf(version),
  meteredKwh: ReadonlyMap<string, number> = NOT_METERED,
): Coverage {
  const { deliveries } = madeOf(version)
  if (deliveries.length === 0 || !(importKwh > 0)) return NOTHING
  const isHourly = version.edition < 2 || matching === 'hourly'
  const parts = isHourly ? null : sharesOf(version).at(version.calendar.day(startMs).startMs)
  const contracts: CoveredBy[] = []
  let leftKwh = importKwh
  for (const [i, delivery] of deliveries.entries()) {
    const span = { startMs: Math.max(startMs, delivery.fromMs), endMs: Math.min(endMs, delivery.toMs) }
    if (span.endMs <= span.startMs || leftKwh <= 0) continue
    const part = parts?.[i] ?? null
    const generated = () => {
      return isHourly && delivery.isMetered ? (meteredKwh.get(delivery.id) ?? 0) : generatedKwh(version, delivery, span)
    }
    const kwh = Math.min(leftKwh, part === null ? generated() : importKwh * part)
    if (kwh === 0 && version.edition >= 2) continue
    const { id, factor, isRenewable } = delivery
    contracts.push({ id, kwh, factor, isRenewable })
    leftKwh -= kwh
  }
  return contracts.length === 0 ? NOTHING : { contracts, coveredKwh: importKwh - leftKwh }
}

/** Electricity that contracts without emissions cover, kWh: their factor is 0. Source: KPI specification §2.3. */
export function cleanKwh({ contracts }: Coverage): number {
  return contracts.reduce((sum, one) => sum + (one.factor === 0 ? one.kwh : 0), 0)
}

/** Electricity that contracts of renewables cover, kWh. Source: project. */
export function renewableKwh({ contracts }: Coverage): number {
  return contracts.reduce((sum, one) => sum + (one.isRenewable ? one.kwh : 0), 0)
}

/** The rule by which contracts of a plant cover its consumption: over their period, or hour by hour. */
export function matchingOf({ options }: PlantVersion): Matching {
  return options?.carbon.matching ?? 'annual'
}

/** Ids of the contracts that a meter counts for and that deliver at an instant, epoch ms. */
export function meteredAt(version: PlantVersion, ms: number): readonly string[] {
  const { deliveries } = madeOf(version)
  return deliveries.flatMap(({ id, isMetered, fromMs, toMs }) => (isMetered && fromMs <= ms && ms < toMs ? id : []))
}

/** The figure by which the days of a plant are known. */
export const IMPORT_KPI = 'energy_elec_import'

/** Takes over what a day of the plant that is over has imported: contracts of it may come later than the day. */
export function noteImport(version: PlantVersion, { stream, startMs, endMs, numerator, provisional }: Point): void {
  if (stream.kpi !== IMPORT_KPI || stream.scope !== 'plant' || stream.window !== '1d' || provisional) return
  version.imports.note({ startMs, endMs }, numerator)
}

/** The periods of the contracts of a version, in the order in which they are used. */
export function instrumentsOf(version: PlantVersion): readonly Instrument[] {
  return version.edition < 2 ? [] : madeOf(version).deliveries
}

function sharesOf(version: PlantVersion): Shares {
  const made = madeOf(version)
  const { imports, calendar } = version
  if (made.shares === null || made.changes !== imports.changes) {
    made.shares = new Shares(made.deliveries, imports, calendar)
    made.changes = imports.changes
  }
  return made.shares
}

/** Energy that a contract delivers in a part of its period: evenly, or by the sun. The first edition of the rules knew no sun. */
function generatedKwh(version: PlantVersion, delivery: Delivery, span: TimeRange): number {
  const { kwh, fromMs, toMs, shape } = delivery
  if (version.edition < 2 || shape === 'flat') return (kwh / (toMs - fromMs)) * (span.endMs - span.startMs)
  const { calendar, options } = version
  const site = options?.report ?? {}
  const weightOf = (of: TimeRange) => generationOf(shape, of, site, calendar)
  const all = entryOf(madeOf(version).generation, delivery, () => {
    let sum = 0
    for (const hour of calendar.spans('1h', fromMs, toMs)) sum += weightOf(hour)
    return sum
  })
  return all > 0 ? (kwh * weightOf(span)) / all : 0
}

function madeOf(version: PlantVersion): Made {
  let made = MADE.get(version)
  if (made === undefined) {
    made = { deliveries: deliveries(version), generation: new Map(), shares: null, changes: 0 }
    MADE.set(version, made)
  }
  return made
}

/** As contracts name it; 核发, 核证 and their like (issued, certified) are words of certificates. */
const NUCLEAR = /nu[ck]l[eé]a|(?<![a-z])atom|kern(kraft|energie)|核(?!发(?!电)|证|准|查|实|定|销|算)/i

function deliveries({ options, edition }: PlantVersion): readonly Delivery[] {
  if (options === null) return []
  const days = new PlantDays(options.timezone)
  const markets = [...regionChain(options.grid_region, options.carbon.regional_grid), 'GLOBAL']
  return options.contracts
    .filter(({ id }, i) => options.contracts.findIndex((other) => other.id === id) === i)
    .filter(({ market }) => market === undefined || markets.includes(market))
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
    .map(({ id, factor, kwh, vintage, valid_from, valid_to, generation, technology = '' }) => {
      // Days outside the vintage year are refused with the configuration; here they would cover nothing.
      const fromMs = days.startMs(valid_from ?? `${vintage}-01-01`)
      const toMs = days.endMs(valid_to ?? `${vintage}-12-31`)
      return {
        id,
        factor,
        isRenewable: factor === 0 && !NUCLEAR.test(technology),
        kwh,
        fromMs,
        toMs,
        shape: /solar|sun|pv|photovolt|光伏|太阳/i.test(technology) ? 'solar' : 'flat',
        isMetered: generation !== undefined && edition >= 2,
      }
    })
}

function rank({ certificates }: ContractOptions): number {
  return (certificates ?? []).length > 0 ? 0 : 1
}
