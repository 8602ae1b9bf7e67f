/** Amounts of a period that no meter counts, as a person states them with a paper. */

/** Money of a plant in a period. */
export const MONEY_MEASURES = ['value_added', 'output_value'] as const
export type MoneyMeasure = (typeof MONEY_MEASURES)[number]

/** Counts that stand for a while: measures in the supply chain, and disclosures. */
export const COUNT_MEASURES = ['supply_chain_measures', 'disclosures'] as const
export type CountMeasure = (typeof COUNT_MEASURES)[number]

/** Statements that there is none of something: their amount is 0, as what there is comes from meters and other entries. */
export const NONE_MEASURES = ['direct_sources'] as const
export type NoneMeasure = (typeof NONE_MEASURES)[number]

export const PERIOD_MEASURES = [...MONEY_MEASURES, ...COUNT_MEASURES, ...NONE_MEASURES] as const
export type PeriodMeasure = (typeof PERIOD_MEASURES)[number]

export function isMoneyMeasure(measure: PeriodMeasure): measure is MoneyMeasure {
  return (MONEY_MEASURES as readonly string[]).includes(measure)
}

export function isNoneMeasure(measure: PeriodMeasure): measure is NoneMeasure {
  return (NONE_MEASURES as readonly string[]).includes(measure)
}
