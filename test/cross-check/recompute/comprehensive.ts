import { consumedOf } from './energy.js'
import { reportedT } from './events.js'
import { type Figure, ratio, total } from './inputs.js'
import { type Amount, type Asked, amountOf, coverageOf, goodUnits, importOf, membersOf, NOTHING } from './members.js'
import { hoursOf } from './windows.js'

/** Comprehensive energy, KPI specification §2.1, and what of it a good piece takes. */

const KGCE_PER_KWH = 0.1229
const KGCE_PER_GJ_OF_HEAT = 34.12
const GJ_PER_KWH = 0.0036
const KGCE_PER_TCE = 1000
/** kgce of a tonne of each fuel. */
const KGCE: Readonly<Record<string, number>> = { diesel: 1457.1, gasoline: 1471.4, lpg: 1714.3 }
const METERS: Readonly<Record<string, string>> = {
  diesel: 'diesel_mass_t',
  gasoline: 'gasoline_mass_t',
  lpg: 'lpg_mass_t',
}
/** With one of these there is more than this file knows. */
const OTHERS = ['coal_mass_t', 'steam_mass_t', 'ng_ncv_kj_nm3']

interface Sum {
  readonly amount: number
  readonly of: readonly Amount[]
}

/** Sum of all fuels in kgce or GJ; natural gas has a range, so that nothing is said without the plant's own value. */
function fuelsOf(asked: Asked, what: 'kgce' | 'gj'): Sum | undefined {
  if (OTHERS.some((metric) => membersOf(asked, metric).length > 0)) return undefined
  const of: Amount[] = []
  let amount = 0
  for (const [fuel, metric] of Object.entries(METERS)) {
    const used = membersOf(asked, metric).length > 0 ? amountOf(asked, metric) : NOTHING
    const t = used.amount + reportedT(asked, fuel)
    of.push(used)
    amount += t === 0 ? 0 : t * (what === 'kgce' ? KGCE[fuel]! : ncvOf(asked, fuel))
  }
  if (membersOf(asked, 'ng_volume_nm3').length > 0) {
    const gas = amountOf(asked, 'ng_volume_nm3')
    const own = asked.input.plant.factors?.find(({ activity }) => activity === 'coal_equivalent.natural_gas')?.value
    if (what === 'kgce' && own === undefined) return undefined
    of.push(gas)
    amount += gas.amount * (what === 'kgce' ? own! : ncvOf(asked, 'natural_gas') / 10_000)
  }
  return { amount, of }
}

function ncvOf({ input }: Asked, fuel: string): number {
  return input.factors.find(({ id }) => id === `cn.fuel.${fuel}.ncv`)?.value ?? Number.NaN
}

/** Energy that came in, kgce, less what went out beyond what was made; `withPv` adds what was made and used. */
function comprehensive(asked: Asked, withPv: boolean): Sum | undefined {
  const [imported, fuels] = [importOf(asked), fuelsOf(asked, 'kgce')]
  if (imported === null || fuels === undefined) return undefined
  const heat = amountOf(asked, 'heat_gj')
  const [made, sold] = [amountOf(asked, 'renew_onsite_kwh'), amountOf(asked, 'elec_export_kwh')]
  let kwh = imported.amount
  for (const span of hoursOf(asked.span, asked.input.plant.timezone)) {
    const surplus =
      amountOf({ ...asked, span }, 'renew_onsite_kwh').amount - amountOf({ ...asked, span }, 'elec_export_kwh').amount
    kwh += withPv ? surplus : Math.min(0, surplus)
  }
  const amount = fuels.amount + heat.amount * KGCE_PER_GJ_OF_HEAT + kwh * KGCE_PER_KWH
  return { amount, of: [imported, heat, made, sold, ...fuels.of] }
}

function ownGeneration(asked: Asked): Figure | undefined {
  if (membersOf(asked, 'renew_onsite_kwh').length === 0) return undefined
  const kwh = hoursOf(asked.span, asked.input.plant.timezone).reduce((sum, span) => {
    const at = { ...asked, span }
    return sum + Math.max(0, amountOf(at, 'renew_onsite_kwh').amount - amountOf(at, 'elec_export_kwh').amount)
  }, 0)
  const coverage = coverageOf(amountOf(asked, 'renew_onsite_kwh'), amountOf(asked, 'elec_export_kwh'))
  return total((kwh * KGCE_PER_KWH) / KGCE_PER_TCE, coverage)
}

function heatOf(asked: Asked): Sum | undefined {
  const [consumed, fuels] = [consumedOf(asked), fuelsOf(asked, 'gj')]
  if (consumed === null || fuels === undefined) return undefined
  const heat = amountOf(asked, 'heat_gj')
  return { amount: consumed.amount * GJ_PER_KWH + fuels.amount + heat.amount, of: [consumed, heat, ...fuels.of] }
}

export function comprehensiveFigure(kpi: string, asked: Asked): Figure | undefined {
  const tce = (sum: Sum | undefined) => sum && total(sum.amount / KGCE_PER_TCE, coverageOf(...sum.of))
  switch (kpi) {
    case 'energy_comprehensive':
    case 'energy_comprehensive_equivalent':
      return tce(comprehensive(asked, false))
    case 'energy_comprehensive_with_pv':
      return membersOf(asked, 'renew_onsite_kwh').length === 0 ? undefined : tce(comprehensive(asked, true))
    case 'energy_comprehensive_pv':
      return ownGeneration(asked)
    case 'sec_tce':
      return perUnit(asked, comprehensive(asked, false))
    case 'sec_gj':
      return perUnit(asked, heatOf(asked))
    default:
      return batchFigure(kpi, asked)
  }
}

function perUnit(asked: Asked, sum: Sum | undefined): Figure | undefined {
  const good = goodUnits(asked)
  if (sum === undefined || good === null) return undefined
  return ratio(sum.amount, good.amount, Math.min(coverageOf(...sum.of), coverageOf(good)))
}

/** Fuel that is reported counts beside its register; of fuel without one the specification does not say when it is known. */
function batchFigure(kpi: string, asked: Asked): Figure | undefined {
  const [, fuel, isHeat] = /^energy_(diesel|gasoline|lpg)(_gj)?$/.exec(kpi) ?? []
  if (fuel === undefined || membersOf(asked, METERS[fuel]!).length === 0) return undefined
  const metered = amountOf(asked, METERS[fuel]!)
  const t = metered.amount + reportedT(asked, fuel)
  return total(isHeat === undefined ? t : t * ncvOf(asked, fuel), coverageOf(metered))
}
