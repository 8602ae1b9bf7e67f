import { coveredBy, kwhOf } from './contracts.js'
import { amountIn, coveredMs, type Rise } from './counters.js'
import {
  commonMs,
  type Figure,
  HOUR_MS,
  lengthMs,
  MINUTE_MS,
  type PlantInput,
  ratio,
  type Span,
  total,
} from './inputs.js'
import {
  type Amount,
  type Asked,
  amountOf,
  coverageOf,
  goodUnits,
  importMeters,
  importOf,
  membersOf,
  registerOf,
} from './members.js'
import { quartersOf } from './windows.js'

/** Energy, water and demand, KPI specification §2. */

/** Registers whose rise is the figure. */
const CARRIERS: Readonly<Record<string, string>> = {
  energy_natural_gas: 'ng_volume_nm3',
  energy_coal: 'coal_mass_t',
  energy_diesel: 'diesel_mass_t',
  energy_gasoline: 'gasoline_mass_t',
  energy_lpg: 'lpg_mass_t',
  energy_steam: 'steam_mass_t',
  energy_heat: 'heat_gj',
  energy_heat_gj: 'heat_gj',
  energy_water_fresh: 'water_fresh_m3',
  energy_water_reused: 'water_reused_m3',
  energy_comp_air: 'comp_air_nm3',
  energy_o2: 'o2_nm3',
  energy_n2: 'n2_nm3',
  energy_elec_export: 'elec_export_kwh',
  energy_elec_onsite: 'renew_onsite_kwh',
}

/** Heating values of the table, GJ a unit of the register. */
const HEATING: Readonly<Record<string, { readonly metric: string; readonly fuel: string; readonly per: number }>> = {
  energy_natural_gas_gj: { metric: 'ng_volume_nm3', fuel: 'natural_gas', per: 10_000 },
  energy_diesel_gj: { metric: 'diesel_mass_t', fuel: 'diesel', per: 1 },
  energy_gasoline_gj: { metric: 'gasoline_mass_t', fuel: 'gasoline', per: 1 },
  energy_lpg_gj: { metric: 'lpg_mass_t', fuel: 'lpg', per: 1 },
}

export function energyFigure(kpi: string, asked: Asked): Figure | undefined {
  const register = CARRIERS[kpi]
  if (register !== undefined) {
    if (membersOf(asked, register).length === 0) return undefined
    const amount = amountOf(asked, register)
    return total(amount.amount, coverageOf(amount))
  }
  if (HEATING[kpi] !== undefined) return heatFigure(HEATING[kpi], asked)
  switch (kpi) {
    case 'energy_elec_import': {
      const imported = importOf(asked)
      return imported === null ? undefined : total(imported.amount, coverageOf(imported))
    }
    case 'energy_elec_consumed': {
      const consumed = consumedOf(asked)
      return consumed === null ? undefined : total(consumed.amount, coverageOf(consumed))
    }
    case 'good_units': {
      const good = goodUnits(asked)
      return good === null ? undefined : total(good.amount, coverageOf(good))
    }
    case 'sec':
      return perUnit(asked, consumedOf(asked))
    case 'water_intensity':
      return perUnit(asked, membersOf(asked, 'water_fresh_m3').length === 0 ? null : amountOf(asked, 'water_fresh_m3'))
    case 'water_reuse': {
      if (membersOf(asked, 'water_fresh_m3').length * membersOf(asked, 'water_reused_m3').length === 0) return undefined
      const [fresh, reused] = [amountOf(asked, 'water_fresh_m3'), amountOf(asked, 'water_reused_m3')]
      return ratio(reused.amount, fresh.amount + reused.amount, coverageOf(fresh, reused))
    }
    case 'renewable_share':
      return renewableShare(asked)
    case 'power_factor':
      return powerFactor(asked, true)
    case 'power_factor_lag':
      return powerFactor(asked, false)
    case 'peak_demand_15':
    case 'load_factor':
      return demandFigure(kpi, asked)
    case 'peak_demand_15_sliding':
      return slidingFigure(asked)
    default:
      return undefined
  }
}

/** Electricity consumed: of a plant with everything behind the meter; of a line or device its own import alone. */
export function consumedOf(asked: Asked): Amount | null {
  const imported = importOf(asked)
  if (imported === null) return null
  const terms = (
    [
      ['renew_onsite_kwh', 1],
      ['elec_export_kwh', -1],
      ['storage_discharge_kwh', 1],
      ['storage_charge_kwh', -1],
    ] as const
  ).flatMap(([metric, sign]) => (membersOf(asked, metric).length === 0 ? [] : [{ ...amountOf(asked, metric), sign }]))
  return terms.reduce<Amount>(
    (sum, { amount, sign, coveredMs, expectedMs }) => ({
      amount: sum.amount + sign * amount,
      coveredMs: sum.coveredMs + coveredMs,
      expectedMs: sum.expectedMs + expectedMs,
    }),
    imported,
  )
}

function perUnit(asked: Asked, amount: Amount | null): Figure | undefined {
  const good = goodUnits(asked)
  if (good === null || amount === null) return undefined
  return ratio(amount.amount, good.amount, Math.min(coverageOf(amount), coverageOf(good)))
}

/** §2, hour by hour: what PV gave and nobody was sent, and what contracts without emissions cover, of what came in and did not go out. */
function renewableShare(asked: Asked): Figure | undefined {
  const imported = importOf(asked)
  if (imported === null) return undefined
  const [pv, sent] = [amountOf(asked, 'renew_onsite_kwh'), amountOf(asked, 'elec_export_kwh')]
  const hours = hoursWithin(asked)
  let used = 0
  for (const hour of hours) {
    const at = { ...asked, span: hour }
    const covered = coveredBy(at)
    if (covered === undefined) return undefined
    const surplus = amountOf(at, 'renew_onsite_kwh').amount - amountOf(at, 'elec_export_kwh').amount
    const stayed = Math.max(0, importOf(at)!.amount + Math.min(0, surplus))
    used +=
      Math.max(0, surplus) +
      Math.min(
        stayed,
        kwhOf(covered, ({ factor, technology }) => factor === 0 && !/nucle|核电|核能/i.test(technology)),
      )
  }
  const denominator = imported.amount + pv.amount - sent.amount
  const figure = ratio(used, denominator, coverageOf(imported, pv, sent))
  return denominator <= 0 ? { ...figure, value: null } : figure
}

function hoursWithin({ span }: Asked): readonly Span[] {
  const hours: Span[] = []
  for (let at = span.fromMs; at < span.toMs; at += HOUR_MS)
    hours.push({ fromMs: at, toMs: Math.min(span.toMs, at + HOUR_MS) })
  return hours
}

function powerFactor(asked: Asked, withLead: boolean): Figure | undefined {
  const imported = importOf(asked)
  if (imported === null || membersOf(asked, 'elec_reactive_kvarh').length === 0) return undefined
  const lag = amountOf(asked, 'elec_reactive_kvarh')
  const lead = amountOf(asked, 'elec_reactive_lead_kvarh')
  const reactive = lag.amount + (withLead ? lead.amount : 0)
  const root = Math.sqrt(imported.amount ** 2 + reactive ** 2)
  return ratio(imported.amount, root, Math.min(coverageOf(imported), coverageOf(lag)))
}

const BLOCK_H = 0.25
const BLOCK_MS = 15 * MINUTE_MS
const BRIDGE_MAX_MS = 20 * MINUTE_MS

/** Blocks of a quarter of an hour; one with a bridged interval of more than 20 minutes does not count. */
function demandFigure(kpi: string, asked: Asked): Figure | undefined {
  const meters = importMeters(asked)
  if (meters.length === 0 || lengthMs(asked.span) < HOUR_MS) return undefined
  const registers = meters.map(({ device, metric }) => registerOf(asked.input, device, metric))
  const blocks = quartersOf(asked.span)
  const counted = blocks.flatMap((block) => blockKwh(registers, block) ?? [])
  const coverage = counted.length / blocks.length
  const highest = Math.max(0, ...counted)
  if (kpi === 'peak_demand_15') return ratio(highest, BLOCK_H, counted.length === 0 ? 0 : coverage)
  const energy = counted.reduce((sum, one) => sum + one, 0)
  return ratio(energy, (highest / BLOCK_H) * counted.length * BLOCK_H, counted.length === 0 ? 0 : coverage)
}

/** The energy of a block that counts; null where some of its time is not known, or bridged for too long. */
function blockKwh(registers: readonly (readonly Rise[])[], block: Span): number | null {
  let kwh = 0
  for (const rises of registers) {
    const inside = rises.filter((rise) => commonMs(rise, block) > 0)
    if (coveredMs(inside, block) !== lengthMs(block) || inside.some((rise) => lengthMs(rise) > BRIDGE_MAX_MS))
      return null
    kwh += amountIn(inside, block)
  }
  return kwh
}

/** The same in steps of a minute: each quarter of an hour that ends with a minute of the window. */
function slidingFigure(asked: Asked): Figure | undefined {
  const meters = importMeters(asked)
  const { fromMs, toMs } = asked.span
  if (!slides(asked.input.plant) || meters.length === 0 || toMs - fromMs < HOUR_MS) return undefined
  let [highest, counted, due] = [0, 0, 0]
  for (const hour of hoursWithin(asked)) {
    const around = { fromMs: hour.fromMs - BLOCK_MS, toMs: hour.toMs }
    const registers = meters.map(({ device, metric }) =>
      registerOf(asked.input, device, metric).filter((rise) => commonMs(rise, around) > 0),
    )
    for (let end = hour.fromMs + MINUTE_MS; end <= hour.toMs; end += MINUTE_MS) {
      due++
      const kwh = blockKwh(registers, { fromMs: end - BLOCK_MS, toMs: end })
      if (kwh === null) continue
      counted++
      highest = Math.max(highest, kwh)
    }
  }
  return ratio(highest, BLOCK_H, counted / due)
}

/** §2: plants in China have it unless they say otherwise. */
function slides({ energy, grid_region: region, timezone }: PlantInput['plant']): boolean {
  const isInChina = region === undefined ? timezone === 'Asia/Shanghai' : region === 'CN' || region.startsWith('CN-')
  return (energy?.demand_mode ?? (isInChina ? 'sliding' : 'block')) === 'sliding'
}

function heatFigure(
  { metric, fuel, per }: { metric: string; fuel: string; per: number },
  asked: Asked,
): Figure | undefined {
  if (membersOf(asked, metric).length === 0) return undefined
  const ncv = asked.input.factors.find(({ id }) => id === `cn.fuel.${fuel}.ncv`)
  if (ncv === undefined) return undefined
  const amount = amountOf(asked, metric)
  return total((amount.amount * ncv.value) / per, coverageOf(amount))
}
