import { afterAll, expect, test } from 'vitest'
import type { RulesEdition } from '../../../../src/kpi/rules-edition.js'
import { reportOf } from '../../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'

/** Tonnes of a good that are stated entry by entry, as the CBAM report adds them. */
const DAYS = { from: '2026-10-01', to: '2026-10-03' }
const [FIRST, SECOND, BOTH] = [
  { from: '2026-10-01', to: '2026-10-02', t: 10, source: 'day 1' },
  { from: '2026-10-02', to: '2026-10-03', t: 12, source: 'day 2' },
  { ...DAYS, t: 22, source: 'both days' },
]
const BEFORE = { from: '2026-09-01', to: '2026-10-02', t: 300, source: 'September and a day' }

const open: Bench[] = []
afterAll(() => Promise.all(open.map((bench) => bench.close())))

async function massOf(produced: readonly (typeof FIRST)[], edition?: RulesEdition) {
  const [cn_code, direct_share, electricity_share] = ['73269098', 1, 1]
  const good = { id: 'g', category: 'Steel', route: 'rolling', cn_code, direct_share, electricity_share, produced }
  const fromMs = Date.parse('2026-09-29T00:00:00Z')
  const bench = await Bench.open([plantOf({ report: { cbam: { goods: [good] } } })], fromMs)
  open.push(bench)
  await bench.commit([reading({ metric: 'elec_import_kwh', ts: fromMs, value: 1 })])
  bench.tick(Date.parse('2026-10-05T00:00:00Z'))
  await bench.settle()
  const of = { ...DAYS, profile: 'cbam', now: '2026-10-05T00:00:00.000Z' } as const
  const { figures } = await reportOf(bench, { ...of, ...(edition === undefined ? {} : { edition }) })
  return figures['p/cbam/g/mass']
}

test.each([
  ['day by day', [FIRST, SECOND], '22'],
  ['in any order', [SECOND, FIRST], '22'],
  ['as one', [BOTH], '22'],
  ['beside one that does not lie in the period', [BEFORE, BOTH], '22'],
])('are added once %s', async (_, produced, t) => {
  expect(await massOf(produced)).toMatchObject({ value: t, reason: '' })
})

test('are not known with a gap, and nothing is said to be wrong', async () => {
  expect(await massOf([FIRST])).toMatchObject({ value: null, reason: 'not_configured' })
})

test.each([
  ['days and both of them', [FIRST, SECOND, BOTH]],
  ['both days and the last of them', [BOTH, SECOND]],
])('are not known of %s: nobody said which counts, and the overlap is named', async (_, produced) => {
  const found = await massOf(produced)
  expect(found).toMatchObject({ value: null, reason: 'bad_config' })
  expect(JSON.stringify(found?.made)).toMatch(/both days \(2026-10-01\/2026-10-03\).* ∩ |∩ both days \(2026-10-01/)
})

test('were counted twice by edition 2, by which its reports are verified', async () => {
  expect(await massOf([FIRST, SECOND, BOTH], 2)).toMatchObject({ value: '44', reason: '' })
})
