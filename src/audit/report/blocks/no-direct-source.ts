import type { Text } from '../../../base/report.js'
import { lastDay } from '../../periods.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures, unknownValue } from '../figures.js'
import type { PeriodStatement } from '../green/period-statements.js'
import { statementFigure, touching } from '../green/stated-amounts.js'
import { bilingual, joinedTexts } from '../words.js'

/** Statements of people that a plant has no direct source of emissions. Meters and entries of such sources go before them. */
function statements(facts: PlantFacts): readonly PeriodStatement[] {
  return touching(facts, 'direct_sources')
}

/** Every day of the period is stated to be without a direct source; of a day that is stated twice both say the same. */
export function isStatedSourceless(facts: PlantFacts): boolean {
  let next = facts.period.from
  for (const { said } of statements(facts)) {
    if (said.from <= next && said.to > next) next = said.to
  }
  return next >= facts.period.to
}

/** Scope 1 of a plant of which no source is known: 0 where people state for each day that there is none, else not known. */
export function sourcelessScope1(
  facts: PlantFacts,
  figures: ReportFigures,
  { id, name, unit }: { readonly id: string; readonly name: Text; readonly unit: string },
): string {
  const of = statements(facts).map((one) => statementFigure(facts, figures, one))
  const unknown = unknownValue('not_configured')
  if (of.length === 0) return figures.rule(id, name, unit, { formula: 'no_source', of, value: () => unknown })
  const value = () => (isStatedSourceless(facts) ? knownValue('0') : unknown)
  return figures.rule(id, name, unit, { formula: 'no_direct_source', of, value })
}

/**
 * Sentence on what was stated and what becomes of it; null where nobody stated anything.
 *
 * @param hasSources meters or entries of the period know of direct sources
 */
export function sourcelessText(facts: PlantFacts, hasSources: boolean): Text | null {
  const found = statements(facts)
  if (found.length === 0) return null
  const { en } = joinedTexts(found.map(statedBy), '; ')
  const { zh } = joinedTexts(found.map(statedBy), '；')
  if (hasSources) {
    return bilingual(
      `That there is no direct source is stated (${en}), and meters or entries of the period say otherwise: the statement does not count.`,
      `有申报称无直接排放源（${zh}），但报告期内的计量或填报与之不符：该申报不计入。`,
    )
  }
  if (isStatedSourceless(facts)) {
    return bilingual(
      `0, as there is no direct source by statement (${en}); no meter and no entry of the period says otherwise.`,
      `为 0：据申报无直接排放源（${zh}）；报告期内的计量和填报均未与之不符。`,
    )
  }
  return bilingual(
    `Not known: that there is no direct source is stated for a part of the period alone (${en}).`,
    `未知：仅就报告期的一部分申报无直接排放源（${zh}）。`,
  )
}

function statedBy({ author, approver, document, sha256, said: { from, to } }: PeriodStatement): Text {
  const parts: readonly (readonly [string, string] | null)[] = [
    [author, author],
    [`${from} to ${lastDay(to)}`, `${from} 至 ${lastDay(to)}`],
    document === null ? null : [document, document],
    approver === null ? null : [`approved by ${approver}`, `复核人 ${approver}`],
    sha256 === null ? null : [`SHA-256 ${sha256}`, `SHA-256 ${sha256}`],
  ]
  const said = parts.filter((part) => part !== null)
  return bilingual(said.map(([en]) => en).join(', '), said.map(([, zh]) => zh).join('，'))
}
