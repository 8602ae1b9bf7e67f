import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unitText } from '../../../../src/audit/render/language.js'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import type { PlantFacts } from '../../../../src/audit/report/facts.js'
import { ReportFigures } from '../../../../src/audit/report/figures.js'
import { indicatorNote } from '../../../../src/audit/report/green/indicator-tables.js'
import { periodStatements } from '../../../../src/audit/report/green/period-statements.js'
import { moneyFaults, statedMoney } from '../../../../src/audit/report/green/stated-amounts.js'
import type { DeviceEvent } from '../../../../src/base/reading.js'
import type { Report, ReportFigure } from '../../../../src/base/report.js'
import { reportOf } from '../../../support/bench-report.js'
import type { Bench } from '../../../support/engine.js'
import { GREEN_DAYS, GREEN_EVENTS, GREEN_OPTIONS, MORE_VALUE_ADDED, VALUE_ADDED } from '../../../support/green-plant.js'
import { LOT_OPTIONS, lotPlant, said } from '../../../support/lot-plant.js'

/** Proves the indicators of a zero-carbon factory by hand, and that each is unknown, with the reason, where its input lacks. */

const NOW = '2026-10-07T00:00:00.000Z'
const benches: Bench[] = []

async function reportWith(events: readonly DeviceEvent[], options: object = GREEN_OPTIONS): Promise<Report> {
  const bench = await lotPlant(events, options)
  benches.push(bench)
  return reportOf(bench, { ...GREEN_DAYS, now: NOW, profile: 'zero-carbon-factory' })
}

function figureOf({ figures }: Report, id: string): ReportFigure {
  const found = figures[`p/green/${id}`]
  if (found === undefined) throw new Error(`there is no ${id} among ${Object.keys(figures).join(' ')}`)
  return found
}

function tableOf({ sections }: Report, id: string) {
  return sections.flatMap(({ tables }) => tables).find((table) => table.id === id)!
}

let report: Report

beforeAll(async () => {
  report = await reportWith(GREEN_EVENTS)
})
afterAll(async () => {
  for (const bench of benches) await bench.close()
})

/** A day, tce: 4,800 kWh · 0.1229, 24 GJ · 34.12, 240 Nm3 · 40,000 / 29,307 kgce; rounded to a millionth. 1,200 kWh of the roof beside. */
const DAY_TCE = Math.round(4800 * 122.9 + 24 * 34_120 + (240 * 40_000_000) / 29_307) / 1e6
const ENERGY = 2 * (DAY_TCE + 0.14748)

describe('worked by hand', () => {
  test.each([
    ['energy', ENERGY],
    // 48 h · (22 kg of gas + 100 kg of electricity + 110 kg of heat); by what was bought 4,800 kWh at 0 and 4,800 at 0.6.
    ['co2_lb', 11_136],
    ['co2_mb', 48 * (22 + 110) + 2880],
    ['carbon_per_tce_lb', 11.136 / ENERGY],
    ['carbon_per_tce_mb', 9.216 / ENERGY],
    // Roof 2,400 kWh and contract 4,800 kWh, each · 0.1229.
    ['non_fossil', 0.29496 + 0.58992],
    ['non_fossil_share', (0.88488 / ENERGY) * 100],
    // The contract is traded: 2,400 of 12,000 kWh.
    ['own_kwh', 2400],
    ['used_kwh', 12_000],
    ['physical_share', 20],
    ['energy_per_value_added', ENERGY / 150],
    ['energy_per_output_value', ENERGY / 600],
    // 2 · 90 of 180 + 55 + 45 kW; what is out of service counts nowhere.
    ['efficient_share', (180 / 280) * 100],
    // Bracket and plate have a lot with a footprint, gear has none.
    ['footprint_share', (2 / 3) * 100],
    // Six of seven meters send; eight there have to be.
    ['collection_rate', 75],
    ['collection_of_configured', (6 / 7) * 100],
  ])('%s is %d', (id, value) => {
    const { value: text, reason } = figureOf(report, id)
    expect(reason).toBe('')
    expect(Math.abs(Number(text) - value)).toBeLessThan(1e-9)
  })

  test('functions in use are those that were found last', () => {
    expect(report.figures['p/centre/functions_in_use']).toMatchObject({
      value: '1',
      made: { by: 'statement', source: 'g-4' },
    })
  })

  test('energy of money is told for ten thousand of its currency', () => {
    const { unit } = figureOf(report, 'energy_per_value_added')
    expect(['en', 'zh'].map((language) => unitText(unit, language as 'en' | 'zh'))).toEqual([
      'tce/10,000 CNY',
      'tce/万元',
    ])
  })

  test('a count that nobody stated is not known', () => {
    expect(figureOf(report, 'disclosures')).toMatchObject({ value: null, reason: 'not_configured' })
  })

  test('figures lead to days of readings, entries and registers', () => {
    expect(figureOf(report, 'covered_kwh').made).toMatchObject({
      by: 'days',
      kpi: 'clean_energy_matched_annual',
      days: 2,
    })
    expect(figureOf(report, 'value_added').made).toMatchObject({
      ...{ by: 'rule', formula: 'green_stated_money', of: ['p/green/statement/g-1', 'p/green/statement/g-2'] },
    })
  })

  test('clean energy stands by both ways of matching, and the first edition of the form has neither', async () => {
    // By the period 2,400 of each day's 4,800 kWh; a flat profile covers the same part of every hour.
    for (const way of ['annual', 'hourly']) {
      expect(report.figures[`p/clean/${way}/covered_kwh`]?.value).toBe('4800')
      expect(report.figures[`p/clean/${way}/share`]?.value).toBe('50')
    }
    const used = tableOf(report, 'clean-energy').rows.map(({ cells }) => JSON.stringify(cells.at(-1)))
    expect(used).toEqual([expect.stringContaining('yes'), expect.stringContaining('no'), 'null'])
    const order = { ...GREEN_DAYS, now: NOW, profile: 'zero-carbon-factory' as const }
    const first = await reportOf(benches[0]!, { ...order, form: 1 })
    expect([report.form, first.form, tableOf(first, 'clean-energy')]).toEqual([2, undefined, undefined])
  })

  test('the document agrees with itself', () => {
    expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
  })

  test('CO2 is told in tonnes, as the ratio that it goes into', () => {
    const table = tableOf(report, 'green-indicators')
    const [cell] = table.rows.flatMap(({ cells }) =>
      cells.filter((one) => one !== null && 'figure' in one && one.figure === 'p/green/co2_lb'),
    )
    expect(cell).toMatchObject({ unit: 'tCO2', scale: 0.001 })
    expect(table.note?.en).not.toContain('No direct source')
  })

  test('it quotes values to compare with, each with its source', () => {
    const table = tableOf(report, 'green-references')
    expect(table.rows).toHaveLength(5)
    for (const { cells } of table.rows) expect(JSON.stringify(cells.at(-1))).toContain('not opened')
  })
})

test('without a direct source it says that CO2 is that of purchased energy alone; generation is never primary', () => {
  const note = indicatorNote('primary', false)
  expect(note.en).toContain('No direct source of CO2 is configured or reported')
  expect(note.zh).toContain('未配置任何 CO2 直接排放源')
  expect(note.en).toContain('generation on site at its equivalent value')
  expect(indicatorNote('equivalent', true).en).not.toContain('No direct source')
})

const MONEY_WORDS: Readonly<Record<string, RegExp>> = {
  low_coverage: /^Value added does not count: its statements do not cover the period/,
  bad_config: /^Value added does not count: (two statements are of the same days|it is stated in several currencies)/,
}

describe('is not known, with the reason,', () => {
  test('without registers and statements', async () => {
    const bare = await reportWith([], LOT_OPTIONS)
    for (const id of ['efficient_share', 'collection_rate', 'energy_per_value_added', 'supply_chain_measures']) {
      expect(figureOf(bare, id)).toMatchObject({ value: null, reason: 'not_configured' })
    }
  })

  const more = (event: DeviceEvent, fields: Record<string, unknown>): DeviceEvent => ({
    ...event,
    id: `${event.id}-2`,
    fields: { ...event.fields, ...fields },
  })
  test.each([
    ['when nobody stated it', [], 'not_configured'],
    ['when a day has none', [VALUE_ADDED], 'low_coverage'],
    [
      'when two statements are of the same day',
      [VALUE_ADDED, MORE_VALUE_ADDED, more(MORE_VALUE_ADDED, {})],
      'bad_config',
    ],
    ['in two currencies', [VALUE_ADDED, more(MORE_VALUE_ADDED, { currency: 'EUR' })], 'bad_config'],
    ['when one reaches beyond the period', [VALUE_ADDED, more(MORE_VALUE_ADDED, { to: '2026-11-01' })], 'low_coverage'],
    ['when one begins before it', [more(VALUE_ADDED, { from: '2026-09-01' }), MORE_VALUE_ADDED], 'low_coverage'],
  ] as const)('value added %s', (_, events, reason) => {
    const facts = {
      ...{ plant: { id: 'p' }, period: GREEN_DAYS },
      statements: periodStatements(events.map((event, position) => ({ ...event, position }))),
    } as unknown as PlantFacts
    const figures = new ReportFigures()
    expect(figures.get(statedMoney(facts, figures, 'value_added').id)).toMatchObject({ value: null, reason })
    const said = moneyFaults(facts).map(({ en }) => en)
    expect(said).toEqual(events.length === 0 ? [] : [expect.stringMatching(MONEY_WORDS[reason] ?? /^$/)])
  })
})

test('a plant without contracts has its roof alone, and a withdrawn statement counts no more', async () => {
  const withdrawn = said('withdrawn', 'g-4/withdrawn', '2026-10-05T02:00:00Z', {
    of: 'g-4',
    at: '2026-10-05T02:00:00Z',
    reason: 'wrong',
  })
  const other = await reportWith([...GREEN_EVENTS, withdrawn], { ...GREEN_OPTIONS, contracts: [] })
  expect(figureOf(other, 'non_fossil').value).toBe('0.29496')
  expect(other.figures['p/centre/functions_in_use']?.value).toBeNull()
})

test('a park adds up what its plants divide', async () => {
  const bench = await lotPlant(GREEN_EVENTS, GREEN_OPTIONS, [{ id: 'q', ...GREEN_OPTIONS, contracts: [] }])
  benches.push(bench)
  const plants = ['p', 'q']
  const { figures, ...park } = await reportOf(bench, {
    ...GREEN_DAYS,
    now: NOW,
    profile: 'zero-carbon-factory',
    plants,
  })
  const value = (id: string) => Number(figures[`group/green/${id}`]?.value)
  expect(value('energy')).toBeCloseTo(2 * ENERGY, 9)
  expect(value('carbon_per_tce_lb')).toBeCloseTo(22.272 / (2 * ENERGY), 9)
  expect(value('non_fossil_share')).toBeCloseTo(((0.88488 + 0.29496) / (2 * ENERGY)) * 100, 9)
  expect(value('physical_share')).toBe(20)
  expect(checkDocument({ figures, ...park }).filter(({ ok }) => !ok)).toEqual([])
})

test('a report of another form has no indicators', async () => {
  const bench = benches[0]!
  const other = await reportOf(bench, { ...GREEN_DAYS, now: NOW, profile: 'ghg' })
  expect(Object.keys(other.figures).filter((id) => id.includes('/green/'))).toEqual([])
})
