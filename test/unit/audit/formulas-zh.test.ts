import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formulaInChinese } from '../../../src/audit/report/formulas-zh.js'
import { formulaOf } from '../../../src/audit/report/rules.js'
import { sourceInChinese } from '../../../src/kpi/catalogue-zh.js'
import type { RulesEdition } from '../../../src/kpi/rules-edition.js'

/** A report in Chinese has no English sentence: each formula that one can hold, of any edition, has Chinese words. */

function idsIn(file: string, pattern: RegExp): string[] {
  return [...readFileSync(`src/audit/report/${file}`, 'utf8').matchAll(pattern)].map(([, id]) => id!)
}

const ids = [
  ...idsIn('first-edition.ts', /^ {2}([a-z0-9_]+): \[/gm),
  ...idsIn('rules.ts', /rule\(\n\s+'([a-z0-9_]+)'/g),
]
const formulas = ([1, 2, 3] as const).flatMap((edition: RulesEdition) => ids.map((id) => formulaOf(id, edition)))

/** Ids, units, functions and names of standards; everything else of three letters and more is an English word. */
const SIGNS =
  /[a-z0-9]+[_.][a-z0-9_.]+|kgce\/kWh|kWh|fuel_used|stack_running|min|max|pcs|GWP|NCV|SEE|IPCC|MRR|EF_\w+|IAPWS-IF97|C_ref|H_\w+|ΔE_\w+|Δ\w+|CO2|CH4|N2O|GHG Protocol|ASHRAE Guideline|IPMVP|ISO|GB\/T|CBAM|PACT|IAPWS/g
const english = (text: string) => text.replaceAll(SIGNS, '').match(/[A-Za-z]{3,}/g) ?? []

test('there are formulas', () => expect(formulas.length).toBeGreaterThan(120))

test.each([...new Set(formulas.map(({ formula }) => formula))])('%s', (formula) => {
  expect(english(formulaInChinese(formula))).toEqual([])
})

test.each([...new Set(formulas.map(({ source }) => source))])('the source %s', (source) => {
  expect(english(sourceInChinese(source))).toEqual([])
})
