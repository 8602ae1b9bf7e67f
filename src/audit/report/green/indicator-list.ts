import { FACTORY_REFERENCES, type ReferencedIndicator, type ReferenceValue, referenceText } from './reference-values.js'

/** One indicator of a zero-carbon factory: its number in the self-assessments that were read, and its figures without the plant. */
export interface Indicator {
  /** '–' for one that these assessments do not have. */
  readonly number: string
  readonly figure: string
  readonly decimals: number
  readonly referenced?: ReferencedIndicator
  /** Figures that it is made of, with their decimals. */
  readonly parts?: readonly (readonly [figure: string, decimals: number])[]
}

/** In the order of these assessments. Of carbon removal, 2.3, nothing is known here. */
export const INDICATORS: readonly Indicator[] = [
  { number: '1.1', figure: 'green/carbon_per_tce_lb', decimals: 4, referenced: 'carbon_per_tce' },
  {
    ...{ number: '1.1', figure: 'green/carbon_per_tce_mb', decimals: 4, referenced: 'carbon_per_tce' },
    parts: [
      ['green/co2_lb', 3],
      ['green/co2_mb', 3],
      ['green/energy', 6],
    ],
  },
  {
    ...{ number: '1.2', figure: 'green/non_fossil_share', decimals: 2, referenced: 'non_fossil_share' },
    parts: [['green/non_fossil', 6]],
  },
  {
    ...{ number: '1.3', figure: 'green/physical_share', decimals: 2, referenced: 'physical_share' },
    parts: [
      ['green/own_kwh', 3],
      ['green/used_kwh', 3],
    ],
  },
  { number: '2.1', figure: 'green/energy_per_value_added', decimals: 6 },
  { number: '2.2', figure: 'green/efficient_share', decimals: 2 },
  { number: '3.1', figure: 'green/footprint_share', decimals: 2 },
  { number: '3.2', figure: 'green/supply_chain_measures', decimals: 0 },
  { number: '4.1', figure: 'green/collection_rate', decimals: 2, parts: [['green/collection_of_configured', 2]] },
  { number: '4.2', figure: 'centre/functions_in_use', decimals: 0 },
  { number: '5.1', figure: 'green/disclosures', decimals: 0 },
  { number: '–', figure: 'green/energy_per_output_value', decimals: 6 },
]

/** The bound that a public document states for an indicator, such as `<= 0.2 tCO2/tce`; null where none does. */
export function statedReference({ referenced }: Indicator, level: ReferenceValue['level']): string | null {
  const found = FACTORY_REFERENCES.find((one) => one.indicator === referenced && one.level === level)
  return found === undefined ? null : referenceText(found)
}
