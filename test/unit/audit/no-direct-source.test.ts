import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sourcelessScope1, sourcelessText } from '../../../src/audit/report/blocks/no-direct-source.js'
import { checkDocument } from '../../../src/audit/report/checks/all.js'
import type { PlantFacts } from '../../../src/audit/report/facts.js'
import { ReportFigures } from '../../../src/audit/report/figures.js'
import { periodStatements } from '../../../src/audit/report/green/period-statements.js'
import type { DeviceEvent } from '../../../src/base/reading.js'
import type { Report, ReportProfile } from '../../../src/base/report.js'
import { reportOf } from '../../support/bench-report.js'
import type { Bench } from '../../support/engine.js'
import { failing, frozenReportOf } from '../../support/frozen-report.js'
import { LOT_OPTIONS, lotPlant, said } from '../../support/lot-plant.js'
import { MARKET_DAYS, MARKET_OPTIONS } from '../../support/market-plant.js'

/** Proves that a plant without a direct source can state it: scope 1 is then 0 with its lineage, and nothing that is known is overruled. */

const NOW = '2026-10-07T00:00:00.000Z'
/** The plant buys electricity and heat, and burns nothing. */
const GAS = ['gas-1']
const OPTIONS = { ...MARKET_OPTIONS, devices: LOT_OPTIONS.devices.filter(({ id }) => !GAS.includes(id)) }
const WHOLE = { from: '2026-10-01', to: '2026-10-03' }

const dir = mkdtempSync(join(tmpdir(), 'sourceless-'))
const benches: Bench[] = []
afterAll(async () => {
  for (const bench of benches) await bench.close()
  rmSync(dir, { recursive: true, force: true })
})

function stated(days: { readonly from: string; readonly to: string }, id = 'n-1', more: object = {}): DeviceEvent {
  return said('period_statement', id, `${days.from}T04:00:00Z`, {
    ...{ measure: 'direct_sources', amount: 0, ...days, ...more },
  })
}

async function reportWith(events: readonly DeviceEvent[], profile: ReportProfile = 'ghg'): Promise<Report> {
  const bench = await lotPlant(events, OPTIONS, [], GAS)
  benches.push(bench)
  return reportOf(bench, { ...MARKET_DAYS, now: NOW, profile })
}

function tableOf({ sections }: Report, id: string) {
  return sections.flatMap(({ tables }) => tables).find((table) => table.id === id)!
}

function noticeOf(report: Report): string {
  return JSON.stringify(
    tableOf(report, 'notice').rows.filter(({ cells }) => JSON.stringify(cells[0]).includes('Scope 1')),
  )
}

test('nobody states it: scope 1 is not known, and totals are of scope 2 alone', async () => {
  const report = await reportWith([])
  expect(report.figures['p/scope1_co2e']).toMatchObject({ value: null, reason: 'not_configured' })
  expect(report.figures['p/total_lb']?.made).toEqual({ by: 'sum', of: ['p/scope2_lb'] })
  expect(noticeOf(report)).toContain('not a statement that there are none')
})

describe('it is stated for the whole period', () => {
  let report: Report
  let bench: Bench

  beforeAll(async () => {
    report = await reportWith([stated(WHOLE)])
    bench = benches.at(-1)!
  })

  test('scope 1 is 0, made of the statement, and part of the totals', () => {
    expect(report.figures['p/scope1_co2e']).toMatchObject({
      ...{ value: '0', reason: '' },
      made: { by: 'rule', formula: 'no_direct_source', of: ['p/green/statement/n-1'] },
    })
    expect(report.figures['p/green/statement/n-1']).toMatchObject({
      value: '0',
      made: { by: 'statement', source: 'paper n-1' },
    })
    expect(report.figures['p/total_lb']?.made).toEqual({ by: 'sum', of: ['p/scope1_co2e', 'p/scope2_lb'] })
    expect(report.formulas.map(({ id }) => id)).toContain('no_direct_source')
  })

  test('the first page and the table name who says so, for which days and on which paper', () => {
    for (const text of [noticeOf(report), tableOf(report, 'scope1').note!.en]) {
      expect(text).toContain('by statement (Li Na, 2026-10-01 to 2026-10-02, paper n-1)')
    }
    expect(tableOf(report, 'scope1').note!.zh).toContain(
      '据申报无直接排放源（Li Na，2026-10-01 至 2026-10-02，paper n-1）',
    )
    expect(tableOf(report, 'totals').note?.en).not.toContain('No direct source')
  })

  test('the document agrees with itself, and not when a gateway lies about the 0', () => {
    expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
    const scope1 = { ...report.figures['p/scope1_co2e']!, value: '1' }
    const lie = { ...report, figures: { ...report.figures, 'p/scope1_co2e': scope1 } }
    expect(checkDocument(lie).filter(({ ok }) => !ok)).not.toEqual([])
  })

  test('a month of a carbon market, indicators and a declaration have it', async () => {
    const ets = await reportOf(bench, { ...MARKET_DAYS, now: NOW, profile: 'ets-month' })
    const value = (id: string) => Number(ets.figures[id]?.value)
    expect(value('p/market/covered')).toBe(value('p/scope2_lb'))
    expect(value('p/scope2_lb')).toBeGreaterThan(0)
    const green = await reportOf(bench, { ...MARKET_DAYS, now: NOW, profile: 'zero-carbon-factory' })
    expect(green.figures['p/green/co2_lb']?.made).toEqual({ by: 'sum', of: ['p/scope1_co2e', 'p/scope2_lb'] })
    expect(tableOf(green, 'green-indicators').note?.en).toContain('Direct emissions: 0, as there is no direct source')
    const centre = await reportOf(bench, { ...MARKET_DAYS, now: NOW, profile: 'centre-declaration' })
    expect(centre.figures['p/total_lb']?.made).toEqual({ by: 'sum', of: ['p/scope1_co2e', 'p/scope2_lb'] })
  })
})

/** Facts of a report in which nothing but statements is known. */
function factsOf(events: readonly DeviceEvent[]): PlantFacts {
  return {
    ...{ plant: { id: 'p' }, period: MARKET_DAYS },
    statements: periodStatements(events.map((event, position) => ({ ...event, position }))),
  } as unknown as PlantFacts
}

const WITHDRAWN = said('withdrawn', 'n-0/withdrawn', '2026-10-05T02:00:00Z', {
  ...{ of: 'n-0', at: '2026-10-05T02:00:00Z', reason: 'there is a boiler' },
})

test.each([
  [
    'by two that follow each other',
    [
      { from: '2026-09-01', to: '2026-10-02' },
      { from: '2026-10-02', to: '2027-01-01' },
    ],
    [],
    /^0, as there is no direct source by statement \(/,
  ],
  ['by two that overlap', [WHOLE, { from: '2026-10-02', to: '2026-10-03' }], [], /^0, as/],
  ['for a part alone', [{ from: '2026-10-01', to: '2026-10-02' }], [], /for a part of the period alone/],
  [
    'with a day between',
    [
      { from: '2026-09-01', to: '2026-10-01' },
      { from: '2026-10-02', to: '2026-10-03' },
    ],
    [],
    /for a part of the period alone/,
  ],
  ['and withdrawn', [WHOLE], [WITHDRAWN], null],
] as const)('it is stated %s', (_, days, more, text) => {
  const facts = factsOf([...days.map((one, i) => stated(one, `n-${i}`)), ...more])
  const figures = new ReportFigures()
  const name = { en: 'scope 1', zh: '范围一' }
  const { value, reason } = figures.get(sourcelessScope1(facts, figures, { id: 'p/scope1_co2e', name, unit: 'kgCO2e' }))
  expect([value, reason]).toEqual(text?.source.startsWith('^0') ? ['0', ''] : [null, 'not_configured'])
  const told = sourcelessText(facts, false)
  if (text === null) expect(told).toBeNull()
  else expect(told?.en).toMatch(text)
})

test('who approved it and the SHA-256 of the paper are named', () => {
  const event = stated(WHOLE, 'n-1', { document_sha256: 'ab'.repeat(32), approved_by: 'Wang' })
  const { en, zh } = sourcelessText(factsOf([event]), false)!
  expect(en).toContain(`paper n-1, approved by Wang, SHA-256 ${'ab'.repeat(32)})`)
  expect(zh).toContain('复核人 Wang')
})

test('what an entry or a meter says goes before it, and the contradiction is told', { tags: ['slow'] }, async () => {
  const refill = said('refrigerant_refill', 'r-1', '2026-10-01T04:00:00Z', { gas: 'HFC-134a', kg: 2 })
  const report = await reportWith([stated(WHOLE), refill])
  expect(Number(report.figures['p/scope1_co2e']?.value)).toBeGreaterThan(2000)
  expect(noticeOf(report)).toContain('the statement does not count')
  const bench = await lotPlant([stated(WHOLE)], MARKET_OPTIONS)
  benches.push(bench)
  const metered = await reportOf(bench, { ...MARKET_DAYS, now: NOW, profile: 'ghg' })
  // 48 h · 22 kg of gas.
  expect(metered.figures['p/scope1_co2e']?.value).toBe('1056')
  expect(noticeOf(metered)).toContain('the statement does not count')
  expect(tableOf(metered, 'scope1').note?.en).toContain('the statement does not count')
})

test('a frozen month is made again from the statement in its bundle', { tags: ['slow'] }, async () => {
  const request = { ...MARKET_DAYS, profile: 'ets-month' as const }
  const { report, verification } = await frozenReportOf(await lotPlant([stated(WHOLE)], OPTIONS, [], GAS), {
    dir,
    request,
  })
  expect(failing(verification)).toEqual([])
  expect(report.figures['p/scope1_co2e']?.value).toBe('0')
  const lie = ({ figures, ...rest }: Report): Report => {
    return { ...rest, figures: { ...figures, 'p/scope1_co2e': { ...figures['p/scope1_co2e']!, value: '1' } } }
  }
  const lied = await frozenReportOf(await lotPlant([stated(WHOLE)], OPTIONS, [], GAS), { dir, request, lie })
  expect(failing(lied.verification)).not.toEqual([])
})
