import { describe, expect, test } from 'vitest'
import type { ProofState } from '../../../src/base/management-centre.js'
import {
  centreFunctions,
  centreLookId,
  centreLookOf,
  type FoundProof,
  PROVING_FIGURES,
} from '../../../src/views/centre-functions.js'
import { isSilent } from '../../../src/views/read-centre-functions.js'

/** Proves that a function is in use where each of its needs is met, and says which is not. */

const found = (states: Readonly<Record<string, ProofState>>) =>
  new Map(
    Object.entries(states).map(([id, state]): [string, FoundProof] => {
      return [id, { state, value: null, unit: '', at: null, reason: '' }]
    }),
  )
const stateOf = (id: string, states: Readonly<Record<string, ProofState>>) =>
  centreFunctions(found(states)).find((one) => one.id === id)?.state

test('there are twelve, numbered, each with a name in both languages and a proof', () => {
  const functions = centreFunctions(new Map())
  expect(functions.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
  for (const { name, proofs } of functions) {
    expect(name.en).not.toBe(name.zh)
    expect(proofs.length).toBeGreaterThan(0)
  }
  expect(new Set(PROVING_FIGURES.map(({ kpi }) => kpi)).size).toBe(PROVING_FIGURES.length)
})

describe('a function', () => {
  test('is in use when each need has one proof that is', () => {
    expect(stateOf('monitoring', { energy_comprehensive: 'in_use', data_completeness: 'in_use' })).toBe('in_use')
    expect(stateOf('carbon_accounting', { carbon_total_lb: 'in_use', scope2_lb: 'missing', scope2_mb: 'in_use' })).toBe(
      'in_use',
    )
  })

  test('is in use in part when a need is not met, or cannot be by this version', () => {
    expect(stateOf('budget', { energy_budget: 'in_use', carbon_budget: 'missing' })).toBe('partly')
    expect(stateOf('product_footprint', { carbon_per_unit: 'in_use', co2e_per_good_part: 'missing' })).toBe('partly')
  })

  test('has stopped when what met a need has ended, and nothing else meets it', () => {
    expect(stateOf('monitoring', { energy_elec_import: 'stopped', data_completeness: 'in_use' })).toBe('stopped')
    expect(stateOf('intensity', { sec: 'stopped', sec_tce: 'missing', kwh_per_good_part: 'in_use' })).toBe('in_use')
  })

  test('is not in use when nothing meets a need, and not offered when nothing could', () => {
    expect(stateOf('energy_flow', { energy_unmetered_share: 'missing' })).toBe('not_in_use')
    expect(stateOf('supply_chain', {})).toBe('not_offered')
  })
})

test('a day of hours without data is silence, and one without output is none', () => {
  const no = (reason: 'no_data' | 'no_denominator') => ({ value: null, reason })
  expect(isSilent(Array.from({ length: 24 }, () => no('no_data')))).toBe(true)
  expect(isSilent([no('no_data'), { value: 0, reason: '' }, no('no_data')])).toBe(false)
  expect(isSilent([no('no_data'), no('no_denominator')])).toBe(false)
  expect(isSilent([])).toBe(true)
})

test('a look that is asked for again on its day is the same entry, until something else is found or somebody else says so', () => {
  const at = (time: string) => [['ledger', { state: 'in_use', value: 1, unit: '', at: time, reason: '' }]] as const
  const lookId = (of: readonly (readonly [string, FoundProof])[], author: string, time: string) =>
    centreLookId(centreLookOf({ in_use: 0, functions: [...centreFunctions(new Map(of))] }), {
      author,
      nowMs: Date.parse(time),
    })
  const first = lookId(at('2026-10-05T01:00:00Z'), '李娜', '2026-10-05T02:00:00Z')
  expect(first).toMatch(/^look-2026-10-05-[0-9a-f]{24}$/)
  expect(lookId(at('2026-10-05T03:00:00Z'), '李娜', '2026-10-05T04:00:00Z')).toBe(first)
  const others = [
    lookId([], '李娜', '2026-10-05T02:00:00Z'),
    lookId(at('2026-10-05T01:00:00Z'), 'Li Na', '2026-10-05T02:00:00Z'),
    lookId(at('2026-10-05T01:00:00Z'), '李娜', '2026-10-06T02:00:00Z'),
  ]
  expect(new Set([first, ...others]).size).toBe(4)
})
