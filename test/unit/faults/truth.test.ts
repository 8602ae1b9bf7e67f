import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readingOf } from '../../bench/load/packets.js'
import { figureDifferences, readingDifferences } from '../../faults/ledger/truth.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 10_000
const MESSAGES = 1200
const metric = 'elec_import_kwh'
const meter = { device: 'm1', topic: '', metrics: [metric], samples: 1, window: 1, firstTs: FIRST_TS, stepMs: STEP_MS }
const plant = plantOf({
  kpis: ['energy_elec_import'],
  lines: [{ id: 'l' }],
  devices: [{ id: 'm1', line: 'l', metrics: { [metric]: { period_s: STEP_MS / 1000 } } }],
})

/** The ledger when all that was sent was acknowledged. */
const booked = new Map([['m1', { sent: MESSAGES, acknowledged: MESSAGES }]])

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open([plant], FIRST_TS)
  await bench.feed(
    Array.from({ length: MESSAGES }, (_, n) => reading({ metric, ts: FIRST_TS + n * STEP_MS, value: readingOf(n) })),
  )
})
afterEach(() => bench.close())

const change = (sql: string) => bench.database.write((connection) => connection.run(sql))

test('what is stored as it was sent, with its figures, is as the ledger says', async () => {
  expect(await readingDifferences(bench, [meter], booked)).toEqual([])
  expect(await figureDifferences(bench, [meter])).toEqual([])
})

test('a message whose answer was cut off may be stored or not', async () => {
  const cutOff = (sent: number, acknowledged: number) => new Map([['m1', { sent, acknowledged }]])
  expect(await readingDifferences(bench, [meter], cutOff(MESSAGES + 1, MESSAGES))).toEqual([])
  expect(await readingDifferences(bench, [meter], cutOff(MESSAGES, MESSAGES - 1))).toEqual([])
})

describe('is found:', () => {
  const at = `ts = ${FIRST_TS + 7 * STEP_MS}`
  test.each([
    ['a reading that is lost', `DELETE FROM reading WHERE ${at}`, 'reading 7 was acknowledged and is lost'],
    ['one that is there twice', `INSERT INTO reading FROM reading WHERE ${at}`, 'reading 7 is there twice'],
    ['one with another value', `UPDATE reading SET value = value + 1e-9 WHERE ${at}`, 'reading 7 is'],
    ['one that was not sent', `UPDATE reading SET ts = ts + 1 WHERE ${at}`, 'reading 7.0001 was never sent'],
  ])('%s', async (_, sql, said) => {
    await change(sql)
    expect(await readingDifferences(bench, [meter], booked)).toContainEqual(expect.stringContaining(said))
  })

  test.each([
    ['a figure that arithmetic makes another', 'numerator = numerator + 1e-6', '1m'],
    ['a coverage that is not whole', 'coverage = 0.5', '15m'],
    ['the last bit of an hour', 'numerator = numerator + 1e-14', '1h'],
  ])('%s', async (_, set, window) => {
    await change(
      `UPDATE kpi_point SET ${set} WHERE NOT provisional AND stream IN
       (SELECT id FROM kpi_stream WHERE scope = 'device' AND "window" = '${window}')`,
    )
    expect(await figureDifferences(bench, [meter])).not.toEqual([])
  })
})
