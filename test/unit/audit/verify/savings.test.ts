/** Proves that a report states the savings that a plant claims, and that the verifier comes to the same and to nothing else. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inEarlierWords } from '../../../../src/audit/report/earlier-words.js'
import { liveSources } from '../../../../src/audit/report/live-sources.js'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { withOrigin } from '../../../../src/base/entry-origin.js'

import type { DeviceEvent, Reading } from '../../../../src/base/reading.js'
import type { Report, ReportProfile } from '../../../../src/base/report.js'
import { bundledLibrary } from '../../../../src/kpi/factors/bundled.js'
import { savingClaimSources } from '../../../../src/pipeline/saving-claims.js'
import { savingClaimsAnswer } from '../../../../src/views/wire/savings.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { missedMutations } from '../../../support/frozen-report.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FROM_MS = Date.parse('2026-06-01T00:00:00+08:00')
/** First day after the change. */
const CHANGE_MS = Date.parse('2026-09-20T00:00:00+08:00')
const TO_MS = Date.parse('2026-10-12T00:00:00+08:00')
const SAVED_SHARE = 0.1

const CLAIM = {
  id: 'compressor',
  measure: '=new compressor',
  baseline: { from: '2026-06-01', to: '2026-09-19' },
  reporting: { from: '2026-09-20' },
  temperature: { device: 'weather-1', metric: 'outdoor_temp_c' },
}
const PRESS = { ...CLAIM, id: 'press', line: 'press', outputs: [{ kpi: 'good_units' }], temperature: undefined }
const HOURLY = { period_s: 3600 }
const PLANT = plantOf({
  timezone: 'Asia/Shanghai',
  grid_region: 'CN-JS',
  shifts: [{ name: 'day', start: '08:00', end: '20:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }],
  devices: [
    { id: 'main-1', line: 'press', role: 'main', metrics: { elec_import_kwh: HOURLY } },
    { id: 'press-1', line: 'press', role: 'machine', counting_point: true, metrics: { parts_good: HOURLY } },
    { id: 'weather-1', line: 'yard', metrics: { outdoor_temp_c: HOURLY } },
  ],
  tariffs: [
    {
      ...{ id: 'flat', valid_from: '2020-01-01', currency: 'CNY' },
      periods: [{ name: 'flat', price_per_kwh: 0.8, from: '00:00', to: '24:00' }],
    },
  ],
  savings: [CLAIM, PRESS],
  report: { verify_url: 'https://example.com/check' },
})

let dir: string
let bench: Bench
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'savings-'))
  bench = await Bench.open([PLANT], FROM_MS - 30 * DAY_MS)
  await bench.commit(readings(), EVENTS)
  bench.tick(TO_MS + 3 * DAY_MS)
  await bench.settle()
  await bench.cycle()
})
afterAll(async () => {
  await bench.close()
  rmSync(dir, { recursive: true, force: true })
})

test('a report states the saving of its period, and the verifier comes to the same by the readings', {
  tags: ['slow'],
}, async () => {
  const { report, faults } = await verified('honest')
  expect(faults).toEqual([])
  const value = (of: string) => Number(report.figures[`p/saving/compressor/${of}`]!.value)
  const truth = withoutMeasure() * SAVED_SHARE
  expect(value('lower90')).toBeLessThan(truth)
  expect(value('upper90')).toBeGreaterThan(truth)
  expect(value('lower90')).toBeGreaterThan(0)
  expect(value('cost')).toBeCloseTo(value('saved') * 0.8, 0)
  expect(value('kgco2e')).toBeGreaterThan(0)
  expect(value('event/1')).toBe(240)
  // One is withdrawn, one begins after the period.
  expect(report.figures['p/saving/compressor/event/2']).toBeUndefined()
  const tables = report.sections.find(({ id }) => id === 'savings')!.tables
  expect(tables.map(({ id }) => id)).toEqual([
    ...['savings', 'saving-models', 'saving-coefficients', 'saving-events', 'saving-left-out'],
  ])
  expect(JSON.stringify(tables[1])).toMatch(/good_units, .*degree days below \d+ °C/)
  expect(JSON.stringify(tables[2])).toMatch(/one more of good_units.*每多一单位 good_units/)
  expect(JSON.stringify(tables[4])).toMatch(/2026-07-10.*temperature not known/)
  // The line has the same meter and the same output, and no temperature.
  expect(Number(report.figures['p/saving/press/days']!.value)).toBeGreaterThan(100)
})

test('a saving for a bank says the claim first, and how to verify it; no other instructions go unseen', {
  tags: ['slow'],
}, async () => {
  const { report, faults } = await verified('bank', undefined, 'energy-saving')
  expect(faults).toEqual([])
  const tables = report.sections.find(({ id }) => id === 'summary')!.tables
  expect(tables.map(({ id }) => id)).toEqual(['loan-summary', 'loan-proof'])
  const saved = tables[0]!.rows.find(({ cells }) => JSON.stringify(cells[1]).includes('p/saving/compressor/saved'))
  expect(JSON.stringify(saved?.cells[2])).toContain('from 2026-10-01 to 2026-10-10')
  expect(report.sections.filter(({ id }) => id === 'savings')).toHaveLength(1)
  const cells = (of: string) =>
    tables[0]!.rows.find(({ cells: [what] }) => JSON.stringify(what).includes(`"${of}"`))?.cells
  const value = (of: string) => Number(report.figures[`p/saving/compressor/${of}`]!.value)
  expect(value('price')).toBeCloseTo(0.8, 6)
  expect(value('cost')).toBeCloseTo(value('saved') * value('price'), 2)
  expect(value('kgco2e')).toBeCloseTo(value('saved') * value('factor'), 1)
  expect(value('share')).toBeCloseTo((value('saved') / value('expected')) * 100, 9)
  expect(JSON.stringify(cells('Price of a kWh'))).toContain('tariff as the plant states it: flat')
  expect(JSON.stringify(saved?.cells[2])).toContain('10 days that are known, of 10; for these alone, not for a year')
  expect(JSON.stringify(cells('What counts against it'))).toContain(
    'no days lie beyond anything that the baseline has seen; one non-routine event counts',
  )
  // Both claims are of one measure.
  const claims = tables[0]!.rows.filter(({ cells }) => JSON.stringify(cells[0]).includes('=new compressor'))
  expect(claims.map(({ cells }) => JSON.stringify(cells[0]))).toEqual([
    expect.stringContaining('=new compressor（compressor，全厂）'),
    expect.stringContaining('=new compressor（press，产线 press）'),
  ])
  expect(JSON.stringify(tables[0])).not.toContain('认定')
  // Days of the baseline are no readings of the bundle: it must not say that nothing else has to be believed.
  expect(tables[1]!.note?.en).toMatch(/baseline, events, prices and factors are as p stated/)
  expect(report.instructions).toBe('https://example.com/check')
  const part = { isFigure: (id: string) => id.includes('/saving/'), isTable: (id: string) => id.startsWith('loan-') }
  expect(missedMutations(report, part, 113, 100)).toEqual([])
  const other = (told: Report) => ({ ...told, instructions: 'https://example.org/check' })
  expect((await verified('bank lie', other, 'energy-saving')).faults).not.toEqual([])
})

test('a saving for a bank of the first edition holds as it was made', { tags: ['slow'] }, async () => {
  const { report, faults } = await verified('bank first', undefined, 'energy-saving', 1)
  expect([report.form, faults]).toEqual([undefined, []])
  expect(report.sections.map(({ id }) => id)).toContain('claims')
  expect(JSON.stringify(report)).not.toContain('/saving/compressor/price')
  expect((await verified('bank none', undefined, 'energy-saving', 3).catch(String)) as unknown).toContain(
    'there is no edition 3',
  )
})

test('a saving for a bank differs after each of 1000 mutations', { tags: ['deep'] }, async () => {
  const { report } = await verified('bank deep', undefined, 'energy-saving')
  const part = { isFigure: (id: string) => id.includes('/saving/'), isTable: (id: string) => id.startsWith('loan-') }
  expect(missedMutations(report, part, 28, 1000)).toEqual([])
})

test('a report that says a saving is shown, as reports did before, holds', { tags: ['slow'] }, async () => {
  const { report, faults } = await verified('older words', inEarlierWords)
  expect(JSON.stringify(report)).toContain('可认定节能：偶然因素无法解释')
  expect(faults).toEqual([])
  expect(JSON.stringify((await verified('newer words')).report)).not.toContain('认定节能')
})

test('the API tells the same saving of the same days as the report', { tags: ['slow'] }, async () => {
  const { report } = await verified('told')
  const { database, store, archive } = bench
  const live = liveSources({
    ...{ library: bundledLibrary(), database, store, archive },
    versions: async () => [],
    rejected: async () => ({}),
  })
  const savings = PLANT.savings.map((claim) => ({ ...claim, reporting: { from: '2026-10-01', to: '2026-10-10' } }))
  const sources = savingClaimSources(live, { plant: () => ({ ...PLANT, savings }) }, () => bench.engine.nowMs)
  const [told, press] = savingClaimsAnswer.parse({ items: await sources.savingClaims('p') }).items
  const value = (of: string) => Number(report.figures[`p/saving/compressor/${of}`]!.value)
  expect(told!.saving!.saved_kwh).toBeCloseTo(value('saved'), 3)
  expect(told!.saving!.lower90_kwh).toBeCloseTo(value('lower90'), 3)
  expect(told!.saved_cost).toBeCloseTo(value('cost'), 2)
  expect(told).toMatchObject({ currency: 'CNY', to: '2026-10-10', line: null, left_out: [{ day: '2026-07-10' }] })
  expect(told!.events).toEqual([
    { from: '2026-09-20', to: null, kwh_per_day: 240, reason: 'a second hall', author: 'Li Na' },
    { from: '2026-10-11', to: null, kwh_per_day: 50, reason: 'a third hall', author: 'Li Na' },
  ])
  expect(told!.baseline!.coefficients[0]!.kwh).toBeCloseTo(value('coefficient/constant'), 6)
  expect(press).toMatchObject({ line: 'press', events: [] })
})

test('the verifier sees a saving, a bound, a coefficient, an event or a day left out that was altered', {
  tags: ['slow'],
}, async () => {
  const lies: [string, number][] = [
    ['saved', 100],
    ['lower90', 1],
    ['coefficient/constant', 0.01],
    ['event/1', -1],
  ]
  const { faults } = await verified('lie', (report) => {
    const told = lies.reduce((one, [of, more]) => withValue(one, `p/saving/compressor/${of}`, more), report)
    const text = JSON.stringify(told).replaceAll('a second hall', 'a third hall').replaceAll('2026-07-10', '2026-07-11')
    return JSON.parse(text) as Report
  })
  const wrong = faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))
  expect(wrong).toEqual([
    ...lies.map(([of]) => `figure p/saving/compressor/${of}`).sort(),
    'table saving-events',
    'table saving-left-out',
  ])
})

function withValue(report: Report, id: string, more: number): Report {
  const figure = report.figures[id]!
  return { ...report, figures: { ...report.figures, [id]: { ...figure, value: String(Number(figure.value) + more) } } }
}

async function verified(name: string, lie?: (report: Report) => Report, profile: ReportProfile = 'ghg', form?: number) {
  const own = join(dir, name.replaceAll(' ', '-'))
  const { zip, report } = await evidenceBundle(bench, {
    dir: own,
    request: { profile, from: '2026-10-01', to: '2026-10-11', form },
    ...(lie === undefined ? {} : { lie }),
  })
  const { findings } = await verifyPath(zip)
  const faults = findings.filter(({ ok }) => !ok).map(({ code, subject, text }) => `${code} ${subject} ${text.en}`)
  return { report, faults }
}

const outdoorC = (day: number, hour: number) => 14 + 9 * Math.cos(day / 17) + 3 * Math.sin(hour / 4)
const piecesOf = (day: number) => (isSunday(day) ? 0 : 60 + ((day * 37) % 41))
const isSunday = (day: number) => new Date(FROM_MS + day * DAY_MS + 12 * HOUR_MS).getUTCDay() === 0
/** Energy of an hour without the measure, kWh. */
const kwhOf = (day: number, hour: number) =>
  40 + (piecesOf(day) * 0.5) / 24 + 1.5 * Math.max(0, 16 - outdoorC(day, hour)) + ((day * 29) % 11) * 0.05

/** Energy of the days of the report without measure and event, kWh. */
function withoutMeasure(): number {
  const first = (Date.parse('2026-10-01T00:00:00+08:00') - FROM_MS) / DAY_MS
  let sum = 0
  for (let day = first; day < first + 10; day++) for (let hour = 0; hour < 24; hour++) sum += kwhOf(day, hour)
  return sum
}

function readings(): Reading[] {
  let [kwh, pieces] = [1000, 0]
  const all: Reading[] = []
  for (let ts = FROM_MS; ts <= TO_MS; ts += HOUR_MS) {
    const day = Math.floor((ts - FROM_MS) / DAY_MS)
    const hour = (ts - FROM_MS - day * DAY_MS) / HOUR_MS
    const of = (device: string, line: string, metric: string, value: number) =>
      all.push(reading({ device, line, metric, ts, value, receivedAt: ts + 1000 }))
    of('main-1', 'press', 'elec_import_kwh', kwh)
    of('press-1', 'press', 'parts_good', pieces)
    const isSilent = day === 39 && hour > 3
    if (!isSilent) of('weather-1', 'yard', 'outdoor_temp_c', outdoorC(day, hour))
    kwh += kwhOf(day, hour) * (ts < CHANGE_MS ? 1 : 1 - SAVED_SHARE) + (ts < CHANGE_MS ? 0 : 10)
    pieces += piecesOf(day) / 24
  }
  return all
}

const EVENTS: DeviceEvent[] = [
  event('hall', { kwh_per_day: 240, reason: 'a second hall', author: 'Li Na' }),
  event('later', { from: '2026-10-11', kwh_per_day: 50, reason: 'a third hall', author: 'Li Na' }),
  event('wrong', { kwh_per_day: 9999, reason: 'mistyped', author: 'Li Na' }),
  {
    ...event('wrong/withdrawn', {}),
    type: 'withdrawn',
    fields: withOrigin(
      { of: 'wrong', at: '2026-09-20T00:00:00+08:00', author: 'Li Na', reason: 'mistyped' },
      { kind: 'person', account: null },
    ),
  },
]

function event(id: string, more: Record<string, unknown>): DeviceEvent {
  const fields = { saving: 'compressor', from: '2026-09-20', ...more }
  const at = { line: 'office', device: 'office', ts: CHANGE_MS, receivedAt: CHANGE_MS }
  return {
    plant: 'p',
    id,
    type: 'non_routine_event',
    ...at,
    fields: withOrigin(fields, { kind: 'person', account: null }),
  }
}
