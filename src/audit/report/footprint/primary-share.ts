import type { PlantVersion } from '../../../kpi/settings/version.js'
import { add, isNegative, multiply, quotient, subtract } from '../decimal.js'
import { knownValue, unknownValue } from '../figures.js'
import type { LotContext, LotFigures, LotPart } from './lot.js'

type LotShares = Pick<LotFigures, 'parts' | 'share' | 'own' | 'inputs' | 'total'>

/**
 * Share of primary data in a footprint, %: Σ part · its share / footprint. A part of the line is primary where both are: its activity is
 * measured, and every emission factor is measured by the plant or stated by its supplier; with a factor of a table it counts as
 * secondary. Inputs have the share that their supplier declares, 0 where none is declared.
 * Source: PACT Methodology, primary data share (read in the descriptions of its data model).
 */
export function primaryShare({ facts, figures, stem, title }: LotContext, lot: LotShares): string {
  const { parts, share, inputs, total } = lot
  const isPrimary = parts.map((part) => hasPrimaryFactors(part, facts.versions))
  const of = [total, share, ...parts.map(({ co2e }) => co2e), ...inputs.map(({ co2e }) => co2e)]
  return figures.rule(`${stem}/primary_data_share`, title('share of primary data', '初级数据占比'), '%', {
    formula: 'lot_primary_share',
    of,
    value: (all, part, ...kg) => {
      const own = parts.map((_, i) => (isPrimary[i] === true ? multiply(multiply(kg[i]!, part!), '100') : '0'))
      const bought = inputs.map(({ input }, i) => {
        return multiply(kg[parts.length + i]!, input.footprint?.primaryDataShare ?? '0')
      })
      const value = quotient(add('0', ...own, ...bought), all!)
      if (value === null) return unknownValue('no_denominator')
      // Credits of suppliers that are below zero leave no share that means anything.
      return isNegative(value) || isNegative(subtract('100', value))
        ? unknownValue('no_denominator')
        : knownValue(value)
    },
  })
}

/** Share of the footprint that is made of the lot's own measured energy, whatever the factors, %. */
export function meteredShare({ figures, stem, title }: LotContext, { own, total }: LotShares): string {
  const name = title('share with measured energy', '实测能耗占比')
  return figures.quotient(`${stem}/metered_share`, name, '%', [own, total], 100)
}

function hasPrimaryFactors({ factors }: LotPart, versions: readonly PlantVersion[]): boolean {
  return factors.every((id) => {
    const found = versions.flatMap(({ plantFactors }) => plantFactors.factor(id) ?? [])
    if (found.length === 0) return false
    // A warming potential is no emission factor: it is the same for everybody.
    return found.every(({ activity, paramSource }) => {
      return activity.startsWith('gwp.') || paramSource === 'measured' || paramSource === 'supplier'
    })
  })
}
