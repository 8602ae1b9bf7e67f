import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ENERGY } from '../../integration/published/energy.js'
import { MACHINES } from '../../integration/published/machines.js'
import { STACKS } from '../../integration/published/stacks.js'

/**
 * Tests that prove a worked example of KPI specification §7. Each example is listed, and each trap of §8, so that none is lost
 * when a test is renamed or goes. `gateway` means: sent over MQTT and read over HTTP in test/integration/published.test.ts.
 */
interface Proof {
  readonly source: string
  /** Test files with a test that names the example. */
  readonly files: readonly string[]
  readonly gateway?: true
  /** Reason of a figure that is not the one printed, or the part of the example that is not a figure of ours. */
  readonly differs?: string
}

const SYNTHETIC = 'synthetic'
const EXAMPLES: Readonly<Record<string, Proof>> = {
  O1: { source: 'HJ 212-2017, annex', files: ['unit/base/hj212/frame.test.ts'] },
  O2: { source: 'public sample of a frame', files: ['unit/base/hj212/frame.test.ts'] },
  O3: { source: 'Vorne, oee.com', files: ['unit/kpi/oee.test.ts'], gateway: true },
  O4: { source: 'SMRP', files: ['unit/kpi/planned-busy-time.test.ts'], gateway: true },
  O5: { source: 'public test, shopfloor-copilot', files: ['unit/kpi/planned-busy-time.test.ts'], gateway: true },
  O6: { source: 'tutorial', files: ['unit/kpi/reliability.test.ts'] },
  O7: { source: 'AHU tutorial and exercise', files: ['unit/kpi/reliability.test.ts'] },
  O8: {
    source: 'Minitab; Six Sigma text',
    files: ['unit/kpi/quality.test.ts', 'unit/kpi/arithmetic/yield.test.ts'],
    gateway: true,
    differs: '0.702 where 0.70 is printed: the same with two decimals',
  },
  O9: {
    source: 'bettercostcontrol.com; utility guide',
    files: ['unit/kpi/intensity.test.ts', 'unit/kpi/tariffs.test.ts'],
    gateway: true,
  },
  O10: {
    source: 'GB/T 2589-2008 and a provincial guideline',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope1.test.ts'],
    differs: 'raw coal by arithmetic alone: there is no average coal, so a plant has to name its own',
  },
  O11: {
    source: 'pzacademy',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope1.test.ts'],
    gateway: true,
  },
  O12: {
    source: 'EPA emission factors hub 2024',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/totals.test.ts'],
    differs: 'by arithmetic alone: gross heating values are never used for a figure',
  },
  O13: {
    source: 'tutorial and test in public code',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope2.test.ts'],
    gateway: true,
  },
  O14: {
    source: 'EIA, frequently asked questions',
    files: ['unit/kpi/carbon/totals.test.ts'],
    differs: 'a quotient of a country, not of a plant: proved as the factor of a grid',
  },
  O15: { source: 'public test', files: ['unit/kpi/stacks.test.ts', 'unit/kpi/arithmetic/cems.test.ts'], gateway: true },
  O16: {
    source: 'public test',
    files: ['unit/kpi/carbon/totals.test.ts'],
    differs: 'as kg for each good unit; which goods carry which part is not a figure of telemetry',
  },
  O17: { source: 'Prometheus promqltest', files: ['unit/kpi/counter.test.ts'], gateway: true },
  O18: { source: 'Timescale, state_agg', files: ['unit/kpi/reliability.test.ts'], gateway: true },
  O19: { source: 'IANA time zones', files: ['unit/kpi/sums.test.ts'] },
  O20: {
    source: 'NIST handbook 6.1.6; u_analytics',
    files: ['unit/kpi/quality.test.ts', 'unit/kpi/arithmetic/spc.test.ts'],
    gateway: true,
    differs: 'the second with its spread given by arithmetic alone: eight values are too few for a figure',
  },
  O21: {
    source: 'GB/T 2589-2020 by a secondary source',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/comprehensive.test.ts'],
    gateway: true,
    differs: '0.1229 as published, not 3.6 / 29.307; 1.2143 for gas only by the heating value of 35,588 kJ behind it',
  },
  O22: {
    source: 'Streaming 102',
    files: ['integration/published.test.ts'],
    differs: 'scores add up in a register: until the late 9 comes it counts in the next window, 27 in place of 18',
  },
  O23: {
    source: 'Willmott, TPM text',
    files: ['unit/kpi/planned-busy-time.test.ts'],
    gateway: true,
    differs: '77.8 % where 77.7 is printed: 203 / 261 is cut off there and rounded here',
  },
  O24: {
    source: 'Tango documentation',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope2.test.ts'],
    gateway: true,
  },
  O25: { source: 'cal75.calculator.city', files: ['unit/kpi/figures.test.ts'], gateway: true },
  O26: {
    source: 'MEE and NBS',
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope2.test.ts'],
    gateway: true,
  },
  S1: { source: SYNTHETIC, files: ['unit/audit/stack-hours.test.ts', 'unit/kpi/arithmetic/substitution.test.ts'] },
  S2: { source: SYNTHETIC, files: ['unit/audit/stack-hours.test.ts', 'unit/kpi/arithmetic/substitution.test.ts'] },
  S3: { source: SYNTHETIC, files: ['unit/audit/stack-hours.test.ts', 'unit/kpi/arithmetic/substitution.test.ts'] },
  S4: { source: SYNTHETIC, files: ['unit/kpi/stacks.test.ts', 'unit/kpi/emissions.test.ts'], gateway: true },
  S5: {
    source: SYNTHETIC,
    files: ['unit/kpi/carbon/uncertainty.test.ts', 'unit/kpi/arithmetic/uncertainty.test.ts'],
  },
  S6: { source: SYNTHETIC, files: ['unit/kpi/sums.test.ts', 'integration/published.test.ts'], gateway: true },
  S7: { source: SYNTHETIC, files: ['unit/kpi/sums.test.ts', 'unit/kpi/machines.test.ts'], gateway: true },
  S8: { source: SYNTHETIC, files: ['unit/kpi/stacks.test.ts', 'unit/kpi/arithmetic/cems.test.ts'], gateway: true },
  S9: { source: SYNTHETIC, files: ['unit/kpi/stacks.test.ts', 'unit/kpi/arithmetic/cems.test.ts'], gateway: true },
  S10: {
    source: SYNTHETIC,
    files: ['unit/kpi/factors/examples.test.ts', 'unit/kpi/carbon/scope1.test.ts'],
    gateway: true,
  },
  S11: { source: SYNTHETIC, files: ['unit/kpi/stacks.test.ts', 'unit/kpi/carbon/scope1.test.ts'], gateway: true },
  S12: { source: SYNTHETIC, files: ['unit/kpi/oee.test.ts', 'unit/kpi/machines.test.ts'], gateway: true },
}

const FACTOR_TRAPS = 'unit/kpi/factors/traps.test.ts'
/** The trap, and the test that fails for whoever steps into it. */
const TRAPS: readonly (readonly [trap: string, file: string, test: string])[] = [
  ['national factors of 2021 and 2022 swapped', FACTOR_TRAPS, 'the national factors of 2021 and 2022 are not swapped'],
  ['AR6 with 28 and 265', FACTOR_TRAPS, 'AR6 holds 27.9 and 273, not the 28 and 265 of AR5'],
  ['methane of AR5 as 25', FACTOR_TRAPS, '25 for methane is AR4 and no other'],
  ['d2 of three as 1.1693', 'unit/kpi/arithmetic/spc.test.ts', 'd2 of three values is 1.693, not the 1.1693'],
  ['d2 of three in a figure', 'unit/kpi/quality.test.ts', 'd2 of three values is 1.693'],
  ['284.32 for 150 × 15 / 7.91', 'unit/kpi/stacks.test.ts', '150 at 13.09 % is 284.45 at 6 %, not the 284.32'],
  ['1.2143 with 38,931 kJ/m3', FACTOR_TRAPS, '1.2143 never stands beside 38,931 kJ/m3'],
  ['fresh water of 2008', FACTOR_TRAPS, 'fresh water is 0.2571 kgce/t since 2020, not 0.0857'],
  ['steam classes mixed', FACTOR_TRAPS, 'steam classes are not mixed'],
  ['vintages of grids mixed', FACTOR_TRAPS, 'the regional table is that of one announcement a year'],
  ['grids of NDRC 2012', FACTOR_TRAPS, 'no region mixes vintages'],
  ['PackML numbers of two specifications', 'unit/kpi/state.test.ts', 'so is a number: their numbers clash'],
  [
    'corrected concentration times flow',
    'unit/kpi/stacks.test.ts',
    'whatever O2 is: never the corrected concentration',
  ],
  ['gross heating value with net factors', FACTOR_TRAPS, 'a gross heating value is never multiplied'],
  ['life-cycle factor in scope 2', FACTOR_TRAPS, 'a life-cycle factor is never one of scope 2'],
  ['OEEs averaged', 'unit/kpi/oee.test.ts', 'not the mean of two OEEs'],
  ['utilizations averaged', 'unit/kpi/oee.test.ts', 'never averages: 350 of 500 min are 0.70, not 0.625'],
]

/** Names of tests and of groups of them: a text that is followed by a function. */
function testNames(file: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
  const named = /\(\s*(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1,\s*(?:\{[^}]*\},\s*)?(?:async\b|\()/g
  return [...text.matchAll(named)].map((match) => match[2]!)
}

const names = (text: string, id: string) => new RegExp(`\\b${id}\\b`).test(text)

describe('worked examples', () => {
  test('are 26 open and 12 synthetic ones', () => {
    const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
    expect(Object.keys(EXAMPLES)).toEqual([...numbered('O', 26), ...numbered('S', 12)])
  })

  test.each(Object.entries(EXAMPLES))('%s has a test that names it in each of its files', (id, { files }) => {
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(testNames(file).filter((name) => names(name, id)).length, file).toBeGreaterThan(0)
  })

  test('that are time series go through the real gateway', () => {
    const sent = new Set([...MACHINES, ...ENERGY, ...STACKS].map(({ id }) => id))
    const listed = Object.entries(EXAMPLES).flatMap(([id, { gateway }]) => (gateway === true ? [id] : []))
    expect([...sent].sort()).toEqual(listed.sort())
  })
})

test.each(TRAPS)('whoever steps into the trap "%s" fails in %s', (_trap, file, name) => {
  expect(testNames(file).filter((one) => one.includes(name))).toHaveLength(1)
})
