import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDocument } from '../../../src/audit/report/checks/all.js'
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

test.each([
  [
    'by two that follow each other',
    [
      { from: '2026-09-01', to: '2026-10-02' },
      { from: '2026-10-02', to: '2027-01-01' },
    ],
    '0',
  ],
  ['by two that overlap', [WHOLE, { from: '2026-10-02', to: '2026-10-03' }], '0'],
  ['for a part alone', [{ from: '2026-10-01', to: '2026-10-02' }], null],
  [
    'with a day between',
    [
      { from: '2026-09-01', to: '2026-10-01' },
      { from: '2026-10-02', to: '2026-10-03' },
    ],
    null,
  ],
] as const)('it is stated %s', async (_, days, value) => {
  const report = await reportWith(days.map((one, i) => stated(one, `n-${i}`)))
  expect(report.figures['p/scope1_co2e']?.value).toBe(value)
  expect(report.figures['p/total_lb']?.made).toMatchObject({
    of: value === null ? ['p/scope2_lb'] : ['p/scope1_co2e', 'p/scope2_lb'],
  })
  expect(noticeOf(report)).toContain(value === null ? 'for a part of the period alone' : 'by statement (')
})

test('a statement that is withdrawn counts no more', async () => {
  const withdrawn = said('withdrawn', 'n-1/withdrawn', '2026-10-05T02:00:00Z', {
    ...{ of: 'n-1', at: '2026-10-05T02:00:00Z', reason: 'there is a boiler' },
  })
  const report = await reportWith([stated(WHOLE), withdrawn])
  expect(report.figures['p/scope1_co2e']?.value).toBeNull()
})

test('what an entry or a meter says goes before it, and the contradiction is told', async () => {
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
