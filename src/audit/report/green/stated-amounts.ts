import { type CountMeasure, type MoneyMeasure, PERIOD_MEASURES } from '../../../base/period-statements.js'
import type { ReportPeriod, Text } from '../../../base/report.js'
import { add, decimal } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures, type RuleAnswer, unknownValue } from '../figures.js'
import { bilingual } from '../words.js'
import type { PeriodStatement } from './period-statements.js'

export const MEASURE_WORDS: Readonly<Record<(typeof PERIOD_MEASURES)[number], Text>> = {
  value_added: bilingual('Value added', '工业增加值'),
  output_value: bilingual('Output value', '产值'),
  supply_chain_measures: bilingual('Measures in the supply chain', '零碳供应链管理措施项数'),
  disclosures: bilingual('Disclosures of emissions', '碳排放信息披露份数'),
  direct_sources: bilingual('Direct sources of emissions', '直接排放源数量'),
}

/** An amount of money of the whole period, and the currency that it is in; '1' where nothing is stated. */
export interface StatedMoney {
  readonly id: string
  readonly currency: string
}

/** Statements that touch the period, of one measure, in order of their days. */
export function touching(
  { statements, period }: PlantFacts,
  measure: PeriodStatement['said']['measure'],
): readonly PeriodStatement[] {
  return statements.filter(({ said }) => said.measure === measure && said.from < period.to && said.to > period.from)
}

/** Statements that the period's figures can be made of. */
export function statementsOf(facts: PlantFacts): readonly PeriodStatement[] {
  return PERIOD_MEASURES.flatMap((measure) => touching(facts, measure))
}

/** One statement as a figure. */
export function statementFigure(facts: PlantFacts, figures: ReportFigures, one: PeriodStatement): string {
  const { measure, amount, currency = '1', from, to } = one.said
  const { en, zh } = MEASURE_WORDS[measure]
  const name = bilingual(`${en}, ${from} to ${to}`, `${zh}，${from} 至 ${to}`)
  const id = `${facts.plant.id}/green/statement/${one.entry}`
  return figures.statement(id, name, currency, decimal(amount), one.document ?? one.entry)
}

/**
 * Money of the whole period: statements that lie in it have to follow each other day by day, from its first to its last, in one
 * currency. A part of a statement is never taken: nobody knows how it is spread over its days.
 */
export function statedMoney(facts: PlantFacts, figures: ReportFigures, measure: MoneyMeasure): StatedMoney {
  const found = touching(facts, measure)
  const currency = found[0]?.said.currency ?? '1'
  const id = `${facts.plant.id}/green/${measure}`
  const name = MEASURE_WORDS[measure]
  if (found.length === 0) return { id: figures.statement(id, name, currency, null, 'period_statement'), currency }
  const fault = faultOf(found, facts.period)
  const of = found.map((one) => statementFigure(facts, figures, one))
  const value = (...amounts: readonly string[]) => fault ?? knownValue(add(...amounts))
  return { id: figures.rule(id, name, currency, { formula: 'green_stated_money', of, value }), currency }
}

/** Sentences on money that is stated and does not count, with why. */
export function moneyFaults(facts: PlantFacts): readonly Text[] {
  return (['value_added', 'output_value'] as const).flatMap((measure) => {
    const found = touching(facts, measure)
    const why = found.length === 0 ? null : faultText(found, facts.period)
    const { en, zh } = MEASURE_WORDS[measure]
    return why === null ? [] : bilingual(`${en} does not count: ${why.en}.`, `${zh}未计入：${why.zh}。`)
  })
}

function faultText(found: readonly PeriodStatement[], period: ReportPeriod): Text | null {
  if (new Set(found.map(({ said }) => said.currency)).size > 1)
    return bilingual('it is stated in several currencies', '币种不一致')
  const fault = faultOf(found, period)
  if (fault === null) return null
  return fault.reason === 'bad_config'
    ? bilingual('two statements are of the same days; withdraw one of them', '同一期间有两条申报，请撤回其一')
    : bilingual(
        'its statements do not cover the period from its first day to its last',
        '各段申报未覆盖报告期首日至末日',
      )
}

function faultOf(found: readonly PeriodStatement[], period: ReportPeriod): RuleAnswer | null {
  if (new Set(found.map(({ said }) => said.currency)).size > 1) return unknownValue('bad_config')
  let next = period.from
  for (const { said } of found) {
    if (said.from < next && said.from >= period.from) return unknownValue('bad_config')
    if (said.from !== next) return unknownValue('low_coverage')
    next = said.to
  }
  return next === period.to ? null : unknownValue('low_coverage')
}

/** A count that stands for a while: that of the last statement whose days touch the period. */
export function statedCount(facts: PlantFacts, figures: ReportFigures, measure: CountMeasure): string {
  const last = touching(facts, measure).at(-1)
  const id = `${facts.plant.id}/green/${measure}`
  const value = last === undefined ? null : decimal(last.said.amount)
  return figures.statement(id, MEASURE_WORDS[measure], '1', value, last?.document ?? last?.entry ?? 'period_statement')
}
