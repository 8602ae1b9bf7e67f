import { isPointSum, type ReportFigure } from '../../../base/report.js'
import { add, multiply, quotient, subtract } from '../decimal.js'
import { type Breach, breach, type Check, type CheckedReport, isNear } from './checked.js'

/** A figure that says of itself that it is a sum, a quotient or a product of other figures is one, to the last digit. */
export const madeOfOthers: Check = {
  id: 'made_of_others',
  *breaches(checked) {
    for (const [id, figure] of checked.figures) {
      if (isSummary(checked) && !hasParts(checked, figure)) continue
      const given = madeAgain(checked, figure)
      if (given === undefined || given === figure.value) continue
      yield breach(
        id,
        `says ${figure.value ?? 'not known'}, and what it is made of comes to ${given ?? 'not known'}`,
        `为 ${figure.value ?? '未知'}，由其组成计算得 ${given ?? '未知'}`,
      )
    }
  },
}

/** A summary shows figures without those that they are made of. */
function isSummary({ report }: CheckedReport): boolean {
  return report.profile === 'cbam-summary'
}

function hasParts(checked: CheckedReport, { made }: ReportFigure): boolean {
  if (isPointSum(made) || made.by === 'count' || made.by === 'statement') return true
  const parts = made.by === 'sum' ? [...made.of, ...(made.less ?? [])] : made.of
  return parts.every((id) => checked.figure(id) !== undefined)
}

function isKnown(values: readonly (string | null)[]): values is readonly string[] {
  return !values.includes(null)
}

/** Rules whose figure is the product of two others. */
const PRODUCTS: ReadonlySet<string> = new Set(['gas_times_gwp', 'lot_allocated', 'lot_input'])

/** The value by what the figure says of how it was made; undefined where it does not say enough. */
function madeAgain(checked: CheckedReport, { made, value }: ReportFigure): string | null | undefined {
  const valuesOf = (ids: readonly string[]): readonly (string | null)[] =>
    ids.map((id) => checked.figure(id)?.value ?? null)
  if (made.by === 'sum') {
    const of = valuesOf(made.of)
    const less = valuesOf(made.less ?? [])
    if (of.length + less.length === 0 || !isKnown(of) || !isKnown(less)) return null
    return less.reduce((left, one) => subtract(left, one), add(...of))
  }
  if (made.by === 'quotient') {
    const of = valuesOf(made.of)
    return isKnown(of) ? quotient(of[0]!, of[1]!, made.times) : null
  }
  if (made.by === 'rule' && made.formula === 'no_direct_source' && value !== null) {
    const of = valuesOf(made.of)
    return isKnown(of) && of.length > 0 ? add(...of) : null
  }
  if (made.by === 'rule' && PRODUCTS.has(made.formula) && made.of.length === 2 && value !== null) {
    const of = valuesOf(made.of)
    return isKnown(of) ? multiply(of[0]!, of[1]!) : null
  }
  return undefined
}

const KINDS = ['scope1_stationary', 'scope1_mobile', 'scope1_process', 'scope1_fugitive']

/** The sources of a kind come to what the plant has of it, the refills to its leaks, and the days to their total. */
export const partsOfTotals: Check = {
  id: 'parts_of_totals',
  *breaches(checked) {
    for (const { id: plant } of checked.report.plants) {
      for (const kind of KINDS) {
        const sources = [...checked.matching(new RegExp(`^${plant}/source/[^/]+/${kind}$`))].map(({ id }) => id)
        yield* unequal(checked, `${plant}/${kind}`, sources, 'sources of the kind', '该类排放源')
      }
      const leaks = [...checked.matching(new RegExp(`^${plant}/leaks/.+_co2e$`))].map(({ id }) => id)
      yield* unequal(checked, `${plant}/scope1_fugitive`, leaks, 'refills', '充注')
      yield* daysOf(checked, plant)
      yield* withPv(checked, plant)
    }
  },
}

function* unequal(
  checked: CheckedReport,
  total: string,
  parts: readonly string[],
  en: string,
  zh: string,
): Generator<Breach> {
  const [stated, made] = [checked.number(total), checked.figure(total)?.made]
  const values = parts.map((id) => checked.number(id))
  if (stated === null || parts.length === 0 || values.includes(null)) return
  const sum = values.reduce<number>((all, one) => all + (one ?? 0), 0)
  const days = made?.by === 'days' ? made.days : 400
  if (isNear(sum, stated, (parts.length + 1) * days)) return
  yield breach(total, `says ${stated}, and its ${en} come to ${sum}`, `为 ${stated}，而其${zh}合计为 ${sum}`)
}

/** Days that are all known and printed. */
function* daysOf(checked: CheckedReport, plant: string): Generator<Breach> {
  const byKpi = new Map<string, string[]>()
  for (const { id, caught } of checked.matching(new RegExp(`^${plant}/day/\\d{4}-\\d\\d-\\d\\d/(.+)$`))) {
    byKpi.set(caught[0]!, [...(byKpi.get(caught[0]!) ?? []), id])
  }
  for (const [kpi, ids] of byKpi) {
    const made = checked.figure(`${plant}/${kpi}`)?.made
    if (made?.by !== 'days' || made.days !== ids.length) continue
    yield* unequal(checked, `${plant}/${kpi}`, ids, 'days', '各日')
  }
}

function* withPv(checked: CheckedReport, plant: string): Generator<Breach> {
  const of = (name: string) => checked.number(`${plant}/energy_comprehensive${name}`)
  const [all, own, pv] = [of('_with_pv'), of(''), of('_pv')]
  if (all === null || own === null || pv === null || isNear(all, own + pv, 1200)) return
  yield breach(
    `${plant}/energy_comprehensive_with_pv`,
    `says ${all} tce, and its parts come to ${own + pv} tce`,
    `为 ${all} tce，而其组成合计为 ${own + pv} tce`,
  )
}

/** Emissions of purchased electricity are its kWh times a factor between the lowest and the highest that they name. */
export const gridFactor: Check = {
  id: 'grid_factor',
  *breaches(checked) {
    for (const { id, caught } of checked.matching(/^([^/]+)\/scope2_lb_electricity$/)) {
      const [kg, kwh] = [checked.number(id), checked.number(`${caught[0]}/energy_elec_import`)]
      const named = checked.figure(id)?.factors ?? []
      const factors = checked.report.factors.filter(({ id, unit }) => named.includes(id) && /^kgCO2e?\/kWh$/.test(unit))
      if (kg === null || kwh === null || factors.length === 0) continue
      const values = factors.map(({ value }) => Number(value))
      const [least, most] = [Math.min(...values) * kwh, Math.max(...values) * kwh]
      if (kg >= least - 1e-3 - 1e-9 * least && kg <= most + 1e-3 + 1e-9 * most) continue
      yield breach(
        id,
        `${kg} kg for ${kwh} kWh; by its factors it lies between ${least} and ${most} kg`,
        `${kwh} kWh 对应 ${kg} kg；按所列因子应在 ${least} 与 ${most} kg 之间`,
      )
    }
  },
}
