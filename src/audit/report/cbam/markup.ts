import type { CbamPrecursor } from '../../../base/options/cbam.js'
import { add, decimal, multiply } from '../decimal.js'
import type { PlantFacts } from '../facts.js'

/** Mark-ups of default values by the year in which the report begins, %; the last holds on. Source: secondary sources, not the regulation. */
const MARKUP_PCT: Readonly<Record<number, number>> = { 2026: 10, 2027: 20, 2028: 30 }

/** The mark-up that is added to the default values of a precursor, %; 0 where they have it already, and for actual values. */
export function markupPct(
  { period }: Pick<PlantFacts, 'period'>,
  { is_default, markup_pct }: Pick<CbamPrecursor, 'is_default' | 'markup_pct'>,
): number {
  if (!is_default || markup_pct === undefined) return 0
  if (markup_pct !== 'by_year') return markup_pct
  return MARKUP_PCT[Math.min(Number(period.from.slice(0, 4)), 2028)] ?? 0
}

/** Specific embedded emissions of a precursor as they count, tCO2e a tonne: with the mark-up of default values. */
export function usedValue(
  facts: Pick<PlantFacts, 'period'>,
  precursor: CbamPrecursor,
  key: 'see_direct' | 'see_indirect',
): string {
  const stated = decimal(precursor[key])
  const pct = markupPct(facts, precursor)
  return pct === 0 ? stated : add(stated, multiply(stated, multiply(decimal(pct), '0.01')))
}
