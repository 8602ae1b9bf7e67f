import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import type { Report, ReportTable } from '../../../../src/base/report.js'
import { figureValue, reportOf } from '../../../support/bench-report.js'
import type { Bench } from '../../../support/engine.js'
import { LOT_OPTIONS, lotPlant, said } from '../../../support/lot-plant.js'
import { MARKET_DAYS, MARKET_EVENTS, MARKET_OPTIONS } from '../../../support/market-plant.js'

const NOW = '2026-10-07T00:00:00.000Z'

let bench: Bench
let report: Report

beforeAll(async () => {
  bench = await lotPlant(MARKET_EVENTS, MARKET_OPTIONS)
  report = await reportOf(bench, { ...MARKET_DAYS, now: NOW, profile: 'ets-month' })
})
afterAll(() => bench.close())

function tableIn({ sections }: Report, id: string): ReportTable {
  return sections.flatMap(({ tables }) => tables).find((one) => one.id === id)!
}

function words(table: ReportTable): readonly string[] {
  return table.rows.map(({ cells }) =>
    cells
      .map((cell) => (cell === null ? '' : 'word' in cell ? cell.word : 'text' in cell ? cell.text.en : cell.figure))
      .join(' | '),
  )
}

const value = (id: string) => figureValue(report, `p/market/${id}`)

describe('the document of a month of a carbon market', () => {
  it('has the covered emissions, worked by hand', () => {
    // Two days of 24 h: 10 Nm3/h · 400 GJ/1e4Nm3 · 0.015 tC/GJ · 44/12 = 22 kg; 200 kWh · 0.5 kg, 1 GJ · 110 kg.
    expect(value('covered')).toBe(String(48 * (22 + 100 + 110)))
  })

  it('has the allowances of its year as they stood at its end, and their value', () => {
    expect(value('held')).toBe('10250')
    expect(value('surrendered')).toBe('1000')
    expect(value('left')).toBe(String(10_250 - 11_136))
    expect(value('value')).toBe('-71.323')
    expect(words(tableIn(report, 'allowance-moves'))[0]).toContain('ab'.repeat(32))
  })

  it('names originals by their hash, and entries without one', () => {
    const rows = words(tableIn(report, 'originals'))
    expect(rows.find((row) => row.includes('bill'))).toContain('cd'.repeat(32))
    expect(rows.find((row) => row.includes('paper a-2'))).toContain('no original is named')
  })

  it('has the plan that was in force, with its measuring points', () => {
    expect(words(tableIn(report, 'plan-points'))).toContain(
      'main-1 | u | elec_import_kwh | kWh | 1800 | not configured | 2026-03-01 | CAL-7',
    )
    expect(tableIn(report, 'plan-versions').rows).toHaveLength(1)
  })

  it('has who attested the months before it', () => {
    const rows = words(tableIn(report, 'attestations'))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain('2026-09 | 2026-10-06T00:00:00+08:00 | Li Na | energy manager | li')
  })

  it('agrees in all its parts', () => expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([]))

  it('holds an unknown amount where what was sold never came, and names no original of what was withdrawn', {
    tags: ['slow'],
  }, async () => {
    const at = '2026-10-01T16:00:00Z'
    const sold = said('allowance', 's-1', at, { move: 'sold', tonnes: 2, year: 2026 })
    const wrong = said('allowance', 's-2', at, { move: 'bought', tonnes: 9, year: 2026 })
    const withdrawn = said('withdrawn', 's-2/withdrawn', at, { of: 's-2', at: Date.parse(at), reason: 'wrong' })
    const other = await lotPlant([sold, wrong, withdrawn], MARKET_OPTIONS)
    const of = { ...MARKET_DAYS, now: NOW, profile: 'ets-month' } as const
    const [made, before] = [await reportOf(other, of), await reportOf(other, { ...of, edition: 2 })]
    await other.close()
    expect(made.figures['p/market/held']).toMatchObject({ value: null, reason: 'not_configured' })
    expect(made.figures['p/market/left']).toMatchObject({ value: null, reason: 'not_configured' })
    expect(before.figures['p/market/held']?.value).toBe('-2000')
    expect(words(tableIn(made, 'originals')).map((row) => /paper \S+/.exec(row)?.[0])).toEqual(['paper s-1'])
    expect(checkDocument(made).filter(({ ok }) => !ok)).toEqual([])
  })

  it('holds an unknown amount where a surrender alone is on record, and 0 by edition 2', async () => {
    const gone = said('allowance', 'g-1', '2026-10-01T16:00:00Z', { move: 'surrendered', tonnes: 4, year: 2026 })
    const other = await lotPlant([gone], MARKET_OPTIONS)
    const of = { ...MARKET_DAYS, now: NOW, profile: 'ets-month' } as const
    const [made, before] = [await reportOf(other, of), await reportOf(other, { ...of, edition: 2 })]
    await other.close()
    expect(made.figures['p/market/held']).toMatchObject({ value: null, reason: 'not_configured' })
    expect(made.figures['p/market/left']).toMatchObject({ value: null, reason: 'not_configured' })
    expect(made.figures['p/market/surrendered']?.value).toBe('4000')
    expect(before.figures['p/market/held']?.value).toBe('0')
    expect(checkDocument(made).filter(({ ok }) => !ok)).toEqual([])
  })

  it('says what is not known where the plant takes part in no market and nothing is on record', async () => {
    const other = await lotPlant([], LOT_OPTIONS)
    const made = await reportOf(other, { ...MARKET_DAYS, now: NOW, profile: 'ets-month' })
    await other.close()
    for (const id of ['covered', 'held', 'surrendered', 'left', 'price', 'value']) {
      expect(made.figures[`p/market/${id}`]).toMatchObject({ value: null, reason: 'not_configured' })
    }
    expect(checkDocument(made).filter(({ ok }) => !ok)).toEqual([])
  })
})
