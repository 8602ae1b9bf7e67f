import { Temporal } from 'temporal-polyfill'
import { addsUp } from '../../../base/kpi.js'
import { type MissedSide, missedSideOf } from '../../../base/missed-side.js'
import type { BudgetKind } from '../../../base/options/budgets.js'
import type { ReportFigure, ReportRow, Text } from '../../../base/report.js'
import { CATALOGUE } from '../../../kpi/catalogue.js'
import { CARRIERS } from '../../../kpi/formulas/carriers.js'
import { currencyOf } from '../../../kpi/settings/currency.js'
import { decimal, isNegative, subtract } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import { bilingual, figureCell, left, right, row, tableOf, textCell, wordCell } from '../words.js'
import type { ReportBlock } from './block.js'
import { carrierFigure, plantFigure } from './energy.js'
import { totalFigures } from './scope2.js'

/** An amount for a month or a year in which the whole period of a report lies. */
interface Amount {
  readonly kpi: string
  /** 2026 or 2026-10. */
  readonly span: string
  readonly kind: BudgetKind
  readonly amount: number
  readonly missed: MissedSide
}

/** Emissions of scopes 1 and 2 are a total of the report. */
const CARBON = 'carbon_total_lb'
/** KPIs whose days add up to a period, of those that the catalogue has. */
const REPORTED: ReadonlySet<string> = new Set(CATALOGUE.filter(addsUp).map(({ id }) => id))

/** Amounts of the month and the year that the period lies in, beside what the period came to. */
export const budgets: ReportBlock = (facts, figures) => {
  const rows = amountsOf(facts).flatMap((one) => amountRow(facts, figures, one) ?? [])
  if (rows.length === 0) return []
  const columns = [
    left('what', 'Figure', '指标'),
    left('span', 'Amount of', '额度期间'),
    left('kind', 'Kind', '类型'),
    right('amount', 'Amount', '额度'),
    right('measured', 'In the period of the report', '本报告期'),
    right('share', '% of the amount', '占额度 %'),
    left('kept', 'Kept', '是否达成'),
  ]
  const note = bilingual(
    'Amounts are those of the configuration at the end of the period. Whether one is kept is said where the report is of all its days; of a longer one the share is that of this period alone. Figures of which a report states no days are not listed.',
    '额度取自报告期末的配置。仅当报告覆盖额度的全部日期时才说明是否达成；更长期间的额度，占比只计本报告期。报告不列其日值的指标不在表中。',
  )
  return [tableOf('budgets', bilingual('Budgets, targets and allowances', '预算、目标与配额'), columns, rows, note)]
}

function amountsOf({ options: { budgets: listed, targets }, period }: PlantFacts): readonly Amount[] {
  const span = period.from.slice(0, 7)
  // A target says itself on which side it is missed.
  const monthly = targets
    .filter(({ window }) => window === '1mo')
    .flatMap(({ kpi, budget, max, min }): Amount[] => [
      ...(budget === undefined
        ? []
        : [{ kpi, span, kind: 'budget' as const, amount: budget, missed: missedSideOf(kpi, 'budget') }]),
      ...(max === undefined ? [] : [{ kpi, span, kind: 'target' as const, amount: max, missed: 'above' as const }]),
      ...(min === undefined ? [] : [{ kpi, span, kind: 'target' as const, amount: min, missed: 'below' as const }]),
    ])
  const own = listed.map(({ kpi, year, month, amount, kind }): Amount => {
    const of = month === undefined ? String(year) : `${year}-${String(month).padStart(2, '0')}`
    return { kpi, span: of, kind, amount, missed: missedSideOf(kpi, kind) }
  })
  return [...own, ...monthly].filter(({ kpi, span }) => {
    const { from, to } = daysOfSpan(span)
    return REPORTED.has(kpi) && from <= period.from && period.to <= to
  })
}

/** The first day of a month or a year, and the day behind its last. */
function daysOfSpan(span: string): { readonly from: string; readonly to: string } {
  const isYear = span.length === 4
  const from = Temporal.PlainDate.from(isYear ? `${span}-01-01` : `${span}-01`)
  return { from: from.toString(), to: from.add(isYear ? { years: 1 } : { months: 1 }).toString() }
}

/** Null for a figure of which the report has no days. */
function amountRow(facts: PlantFacts, figures: ReportFigures, of: Amount): ReportRow | null {
  const { kpi, span, kind, amount, missed } = of
  const measured = measuredFigure(facts, figures, kpi)
  if (measured === null) return null
  const { name, unit } = figures.get(measured)
  const stem = stemOf(figures, `${facts.plant.id}/budget/${kpi}/${span}/${kind}`)
  const source = 'configuration: budgets, targets'
  const stated = figures.statement(`${stem}/amount`, amountName(kpi, span), unit, decimal(amount), source)
  const shareName = bilingual(`${amountName(kpi, span).en}: share`, `${amountName(kpi, span).zh}：占比`)
  const share = figures.quotient(`${stem}/share`, shareName, '%', [measured, stated], 100)
  const { from, to } = daysOfSpan(span)
  const isWhole = from === facts.period.from && to === facts.period.to
  const decimals = unit === 'tce' ? 3 : 0
  return row(
    textCell(name),
    wordCell(span),
    textCell(KINDS[kind]),
    figureCell(stated, unit, decimals),
    figureCell(measured, unit, decimals),
    figureCell(share, '%', 1),
    textCell(isWhole ? keptText(figures.get(measured), amount, missed) : PART),
  )
}

/** Two amounts may be of one kind and span: each has figures of its own. */
function stemOf(figures: ReportFigures, stem: string): string {
  for (let number = 1; ; number++) {
    const own = number === 1 ? stem : `${stem}/${number}`
    if (!figures.has(`${own}/amount`)) return own
  }
}

/** The figure of the period as its own section has it; null for one of which the report has no days. */
function measuredFigure(facts: PlantFacts, figures: ReportFigures, kpi: string): string | null {
  if (kpi === CARBON) return totalFigures(facts, figures).lb
  const carrier = CARRIERS.find(({ id }) => `energy_${id}` === kpi)
  if (carrier !== undefined) return carrierFigure(facts, figures, carrier)
  if (kpi !== 'energy_cost') return plantFigure(facts, figures, kpi)
  const id = facts.plant.id
  if (facts.days(kpi, 'plant', id).length === 0) return null
  return figures.days(facts, `${id}/${kpi}`, { kpi, scope: 'plant', id, unit: currencyOf(facts.options) ?? '' })
}

function amountName(kpi: string, span: string): Text {
  const { name } = kpiOf(kpi)
  return bilingual(`${name.en}, amount of ${span}`, `${name.zh}，${span} 额度`)
}

const KINDS: Readonly<Record<BudgetKind, Text>> = {
  budget: bilingual('budget', '预算'),
  target: bilingual('target', '目标'),
  allowance: bilingual('allowance', '配额'),
}
const PART = bilingual('part of it', '部分期间')

function keptText({ value }: Pick<ReportFigure, 'value'>, amount: number, missed: MissedSide): Text {
  if (value === null) return bilingual('not known', '未知')
  const [least, most] = missed === 'above' ? [value, decimal(amount)] : [decimal(amount), value]
  const isMissed = isNegative(subtract(most, least))
  return isMissed ? bilingual('no', '否') : bilingual('yes', '是')
}
