import { expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'

/** Proves that what the catalogue says of a KPI is said in Chinese too, with the symbols, settings and units of the English. */

/** Names of settings, metrics and KPIs, states, symbols of standards, units and numbers: the same in both languages. */
const SYMBOLS =
  /[a-z][\w]*[_.][\w.]*\w|[A-Z_]{2,}\w*|Δ\w+|[ΣΠ√∫]|\d[\d,.e-]*\d|\b(?:kWh|kgce\/kWh|kgCO2e\/kWh|GJ|kg|approx|uᵢ|ŝ|x̄)\b/g

test.each(CATALOGUE.map((info) => [info.id, info] as const))('%s', (_id, { formula, formula_zh }) => {
  expect(formula_zh).toMatch(/[一-鿿]/)
  expect(formula_zh).not.toMatch(/\b(?:the|of|in|and|with|by|each|over|for|what|never|that)\b/)
  for (const symbol of formula.match(SYMBOLS) ?? []) expect(formula_zh).toContain(symbol)
})

/** Names in English that stand in Chinese sentences as they are: ids, reasons, roles, qualities, units and bodies of rules. */
const NAMES =
  /[\w<>-]+[_.][\w.<>-]+(?:: (?:sliding|hourly|measurement))?|role: main|regime (?:cn|us)|KPI|GHG Protocol|NIST\/SEMATECH|ISO|IEC|IAPWS|IPCC|CFR|GB\/T|GB|HJ|OPC|IFR|SEC|FE|approx|mol|nox|so2|min|measure|state|stopped|employees|automation|carbon/g

test.each(CATALOGUE.map((info) => [info.id, info] as const))('the source, members and nulls of %s', (_id, info) => {
  for (const text of [info.source_zh, info.members_zh, info.nulls_zh]) {
    expect(text).toMatch(/[一-鿿]/)
    expect(text.replace(NAMES, '').match(/[A-Za-z]{3,}/g) ?? []).toEqual([])
  }
})
