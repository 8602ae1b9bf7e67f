import { type AllowanceEntry, addsAllowances } from '../../market/market-entries.js'
import { decimal, multiply } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures } from '../figures.js'
import { bilingual } from '../words.js'
import { MOVE_WORDS } from './market-words.js'

/** Figures of the allowance position, by id; amounts in kgCO2e. */
export interface AllowanceFigures {
  /** Year that the allowances are for: that in which the period begins. */
  readonly year: number
  readonly held: string
  readonly surrendered: string
  readonly covered: string
  readonly left: string
  readonly price: string
  readonly value: string
  /** ISO 4217; '1' where no price is on record. */
  readonly currency: string
  readonly entries: readonly { readonly entry: AllowanceEntry; readonly figure: string }[]
}

/** @param covered id of the emissions that are covered */
export function allowanceFigures(facts: PlantFacts, figures: ReportFigures, covered: string): AllowanceFigures {
  const stem = `${facts.plant.id}/market`
  const year = Number(facts.period.from.slice(0, 4))
  const entries = facts.market.entries.allowances
    .filter(({ said }) => said.year === year)
    .map((entry) => {
      const { said, document } = entry
      const name = bilingual(`Allowances, ${MOVE_WORDS[said.move].en}`, `${MOVE_WORDS[said.move].zh}配额`)
      const kg = multiply(decimal(said.tonnes), '1000')
      const source = document ?? entry.entry
      return { entry, figure: figures.statement(`${stem}/allowance/${entry.entry}`, name, 'kgCO2e', kg, source) }
    })
  const of = (isWanted: (one: AllowanceEntry) => boolean) =>
    entries.filter(({ entry }) => isWanted(entry)).map(({ figure }) => figure)
  const added = of(({ said }) => addsAllowances(said.move))
  const sold = of(({ said }) => said.move === 'sold')
  const gone = of(({ said }) => said.move === 'surrendered')
  // Nobody said that there are none: without an entry the position is not known, and who surrenders or sells some held some.
  const nothing = (id: string, name: ReturnType<typeof bilingual>, isNone: boolean) =>
    figures.statement(`${stem}/${id}`, name, 'kgCO2e', isNone ? '0' : null, 'allowance')
  const heldName = bilingual('Allowances held', '持有配额')
  const goneName = bilingual('Allowances surrendered', '已清缴配额')
  const held =
    (facts.edition < 3 ? added.length + sold.length : added.length) === 0
      ? nothing('held', heldName, facts.edition < 3 && entries.length > 0)
      : figures.sum(`${stem}/held`, heldName, 'kgCO2e', added, sold)
  const surrendered =
    gone.length === 0
      ? nothing('surrendered', goneName, entries.length > 0)
      : figures.sum(`${stem}/surrendered`, goneName, 'kgCO2e', gone)
  const left = figures.sum(
    `${stem}/left`,
    bilingual('Held less emissions of the period', '持有量减报告期排放'),
    'kgCO2e',
    [held],
    [covered],
  )
  const found = facts.market.entries.prices.at(-1)
  const currency = found?.said.currency ?? '1'
  const price = figures.statement(
    `${stem}/price`,
    bilingual('Price of one allowance', '配额单价'),
    `${currency}/tCO2e`,
    found === undefined ? null : decimal(found.said.price),
    found?.document ?? 'allowance_price',
  )
  const value = figures.rule(`${stem}/value`, bilingual('Value of what is left', '余量价值'), currency, {
    formula: 'allowance_value',
    of: [left, price],
    value: (kg, each) => knownValue(multiply(multiply(kg!, each!), '0.001')),
  })
  return { year, held, surrendered, covered, left, price, value, currency, entries }
}
