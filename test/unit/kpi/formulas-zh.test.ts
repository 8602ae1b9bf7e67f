import { expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'

/** Every formula is said in Chinese too, with the symbols, settings and units of the English one. */

/** Names of settings, metrics and KPIs, states, symbols of standards, units and numbers: the same in both languages. */
const SYMBOLS =
  /[a-z][\w]*[_.][\w.]*\w|[A-Z_]{2,}\w*|Δ\w+|[ΣΠ√∫]|\d[\d,.e-]*\d|\b(?:kWh|kgce\/kWh|kgCO2e\/kWh|GJ|kg|approx|uᵢ|ŝ|x̄)\b/g

test.each(CATALOGUE.map((info) => [info.id, info] as const))('%s', (_id, { formula, formula_zh }) => {
  expect(formula_zh).toMatch(/[一-鿿]/)
  expect(formula_zh).not.toMatch(/\b(?:the|of|in|and|with|by|each|over|for|what|never|that)\b/)
  for (const symbol of formula.match(SYMBOLS) ?? []) expect(formula_zh).toContain(symbol)
})
