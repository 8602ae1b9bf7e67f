import { LOT_UNITS } from '../../../base/production-lots.js'
import type { LotInput } from '../../footprint/lots-on-record.js'
import { decimal, multiply, quotient } from '../decimal.js'
import { knownValue, type RuleAnswer, unknownValue } from '../figures.js'
import type { InputFigures, LotContext } from './lot.js'

/** Makes the figures of an input: its amount times the footprint that its supplier declares. @param number of the input in its lot, from 1 */
export function inputFigures(context: LotContext, input: LotInput, number: number): InputFigures {
  const { figures, stem, title, lot } = context
  const { material, amount: count, unit } = input.said
  const { declared, count: times } = LOT_UNITS[unit]
  const id = (name: string) => `${stem}/input/${number}/${name}`
  const named = (en: string, zh: string) => title(`${material}, ${en}`, `${material}，${zh}`)
  const source = input.document ?? input.entry
  const amount = figures.statement(
    id('amount'),
    named('amount', '用量'),
    declared,
    multiply(decimal(count), times),
    source,
  )
  const eachOf = (key: 'kgCo2e' | 'fossilKgCo2e', name: string, en: string, zh: string) =>
    figures.rule(id(name), named(en, zh), `kgCO2e/${declared}`, {
      formula: 'lot_supplier_footprint',
      of: [],
      value: () => suppliedValue(input, lot, key),
    })
  const each = eachOf('kgCo2e', 'footprint', 'footprint by its supplier', '供应商碳足迹')
  const fossilEach = eachOf('fossilKgCo2e', 'fossil_footprint', 'fossil footprint by its supplier', '供应商化石碳足迹')
  const product = (name: string, of: string, en: string, zh: string) =>
    figures.rule(id(name), named(en, zh), 'kgCO2e', {
      formula: 'lot_input',
      of: [amount, of],
      value: (units, kg) => knownValue(multiply(units!, kg!)),
    })
  return {
    input,
    amount,
    each,
    co2e: product('co2e', each, 'emissions', '排放'),
    fossil: product('fossil', fossilEach, 'fossil emissions', '化石排放'),
  }
}

/** Footprint of one declared unit; unknown without a file on record, in another unit, or outside its validity. */
function suppliedValue(
  { said, footprint }: LotInput,
  lot: { readonly fromMs: number; readonly toMs: number },
  key: 'kgCo2e' | 'fossilKgCo2e',
): RuleAnswer {
  if (footprint === null) return unknownValue('no_factor')
  if (footprint.declaredUnit !== LOT_UNITS[said.unit].declared) return unknownValue('bad_config')
  if (footprint.validFromMs > lot.fromMs || footprint.validToMs < lot.toMs) return unknownValue('no_factor')
  const value = quotient(footprint[key], footprint.declaredAmount)
  return value === null ? unknownValue('no_denominator') : knownValue(value)
}
