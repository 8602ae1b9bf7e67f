// @module-tag slow

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { saveProgress } from '../../../src/archive/archive.js'
import { RULES_EDITION } from '../../../src/kpi/rules-edition.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** A start with a database whose figures an older edition of the rules has made. */

const HOUR = 3_600_000
const DAY = 24 * HOUR
const FROM_MS = Date.parse('2026-03-01T00:00:00Z')
const DAYS = 100
/** The last day is not final, and late data may still change the one before: that is no restatement. */
const LONG_OVER = DAYS - 2
const PLANT = plantOf({
  grid_region: 'CN-JS',
  kpis: ['energy_elec_import', 'scope2_lb'],
  devices: [{ id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }],
})

let bench: Bench

beforeEach(async () => {
  bench = await Bench.open([PLANT], FROM_MS)
  const readings = Array.from({ length: DAYS * 24 + 1 }, (_, i) => {
    return reading({ metric: 'elec_import_kwh', ts: FROM_MS + i * HOUR, value: 10 * i })
  })
  await bench.commit(readings)
  bench.tick(FROM_MS + DAYS * DAY + HOUR)
  await bench.settle()
})
afterEach(() => bench.close())

/** Puts figures as older rules had made them into the database: emissions half as high, for all time. */
async function byOlderRules(progress: Record<string, unknown> = {}): Promise<void> {
  await bench.database.transaction(async (connection) => {
    await connection.run(`UPDATE kpi_point SET "value" = "value" / 2, numerator = numerator / 2
      WHERE stream IN (SELECT id FROM kpi_stream WHERE kpi = 'scope2_lb')`)
    const { rules: _, factors: __, ...saved } = bench.engine.progress()
    await saveProgress(connection, 'kpi', { ...saved, ...progress })
  })
}

const figure = (start: string, window: '1d' | '1mo' = '1d') => bench.point({ kpi: 'scope2_lb', window, start })
const restated = () =>
  bench.engine.restatements.list({ plant: 'p', kpi: null, fromMs: 0, toMs: 2 ** 50, afterNumber: 0, limit: 10_000 })

describe('figures that an older edition of the rules has made', () => {
  test('are made again, and every difference is a restatement with its reason', async () => {
    const right = (await figure('2026-03-10T00:00:00Z'))!
    await byOlderRules()
    await bench.restart()
    expect(bench.engine.redo.isPending).toBe(true)
    await bench.settle()
    const now = (await figure('2026-03-10T00:00:00Z'))!
    expect(now.value).toBe(right.value)
    expect(now.rev).toBe(right.rev + 1)
    expect((await figure('2026-04-01T00:00:00Z', '1mo'))!.value).toBeCloseTo(30 * right.value!, 6)
    const found = await restated()
    const ofDay = found.find(({ window, startMs }) => window === '1d' && startMs === Date.parse('2026-03-10T00:00:00Z'))
    expect(ofDay).toMatchObject({ kpi: 'scope2_lb', reason: 'rules', before: { value: right.value! / 2 } })
    expect(ofDay?.after.value).toBe(right.value)
    expect(new Set(found.map(({ kpi, reason }) => `${kpi} ${reason}`))).toEqual(new Set(['scope2_lb rules']))
    expect(found.filter(({ window }) => window === '1d').length).toBe(LONG_OVER)
    expect(found.filter(({ window }) => window === '1mo').length).toBe(3)
    expect(bench.engine.progress()).toMatchObject({ rules: RULES_EDITION })
    expect(bench.engine.progress().again).toBeUndefined()
  })

  test('are made again in pieces: a kill between two costs the piece at hand', async () => {
    await byOlderRules()
    await bench.restart()
    const { redo } = bench.engine
    await bench.engine.redoNext()
    while (bench.engine.isLatePending) await bench.cycleLate()
    const fromMs = redo.pendingFromMs('p')
    await bench.engine.redoNext()
    expect(redo.pendingFromMs('p')).toBeGreaterThan(fromMs)
    expect(redo.progressOf('p')?.part).toBeGreaterThan(0.2)
    expect(redo.editionAt('p', FROM_MS)).toBe(RULES_EDITION)
    expect(redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(1)
    await bench.database.transaction((connection) => saveProgress(connection, 'kpi', bench.engine.progress()))
    const before = (await restated()).length
    await bench.restart()
    expect(bench.engine.redo.pendingFromMs('p')).toBe(redo.pendingFromMs('p'))
    expect(bench.engine.redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(1)
    await bench.settle()
    const found = await restated()
    expect(before).toBeGreaterThan(0)
    expect(found.filter(({ window }) => window === '1d').length).toBe(LONG_OVER)
    expect(bench.engine.redo.isPending).toBe(false)
  })

  test('are said to be of edition 2 while they wait, where edition 2 made them', async () => {
    await byOlderRules({ rules: 2 })
    await bench.restart()
    expect(bench.engine.redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(2)
    await bench.settle()
    expect(bench.engine.redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(RULES_EDITION)
  })

  test('are said to be of edition 1 while they wait, where edition 2 had not got to them', async () => {
    await byOlderRules()
    await bench.restart()
    await bench.engine.redoNext()
    while (bench.engine.isLatePending) await bench.cycleLate()
    await bench.engine.redoNext()
    const { again } = bench.engine.progress()
    await bench.database.transaction((connection) =>
      saveProgress(connection, 'kpi', { ...bench.engine.progress(), rules: 2, again }),
    )
    await bench.restart()
    expect(bench.engine.redo.editionAt('p', FROM_MS)).toBe(2)
    expect(bench.engine.redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(1)
    await bench.settle()
    expect(bench.engine.redo.editionAt('p', FROM_MS + 90 * DAY)).toBe(RULES_EDITION)
  })

  test('keep their value where the readings are gone, and are of the older edition', async () => {
    const right = (await figure('2026-03-20T00:00:00Z'))!
    await byOlderRules()
    const keptFrom = { p: Date.parse('2026-03-15T00:00:00Z') / DAY }
    await bench.database.transaction(async (connection) => {
      await connection.run(`DELETE FROM reading WHERE ts < ${Date.parse('2026-03-15T00:00:00Z')}`)
      await saveProgress(connection, 'expired', { readings: 336, keptFrom })
    })
    await bench.restart()
    await bench.settle()
    expect((await figure('2026-03-10T00:00:00Z'))!.value).toBe(right.value! / 2)
    expect((await figure('2026-03-20T00:00:00Z'))!.value).toBe(right.value)
    // A month of which days are gone cannot be added up again.
    expect((await figure('2026-03-01T00:00:00Z', '1mo'))!.value).toBeCloseTo((31 * right.value!) / 2, 6)
    const { redo } = bench.engine
    expect(redo.editionAt('p', Date.parse('2026-03-10T00:00:00Z'))).toBe(1)
    expect(redo.editionAt('p', Date.parse('2026-03-20T00:00:00Z'))).toBe(RULES_EDITION)
    await bench.database.transaction((connection) => saveProgress(connection, 'kpi', bench.engine.progress()))
    await bench.restart()
    expect(bench.engine.redo.editionAt('p', Date.parse('2026-03-10T00:00:00Z'))).toBe(1)
  })

  test('live data go on between two pieces', async () => {
    await byOlderRules()
    await bench.restart()
    while (bench.engine.isLatePending) await bench.cycleLate()
    await bench.engine.redoNext()
    const ts = FROM_MS + DAYS * DAY + 3 * HOUR
    await bench.commit([reading({ metric: 'elec_import_kwh', ts, value: 10 * (DAYS * 24 + 3) })])
    bench.tick(ts + HOUR)
    await bench.cycle()
    const hour = new Date(FROM_MS + DAYS * DAY + HOUR).toISOString()
    expect((await bench.point({ kpi: 'energy_elec_import', window: '1h', start: hour }))?.value).toBe(10)
    expect(bench.engine.redo.isPending).toBe(true)
  })
})

test('how far it is is saved, though no figure differs', async () => {
  const { rules: _, ...saved } = bench.engine.progress()
  await bench.database.transaction((connection) => saveProgress(connection, 'kpi', saved))
  await bench.restart()
  await bench.settle()
  await bench.cycle()
  await bench.restart()
  expect(bench.engine.redo.isPending).toBe(false)
  expect(await restated()).toEqual([])
})

test('a newer table of factors makes the running year again, and nothing before it', async () => {
  const right = (await figure('2026-03-10T00:00:00Z'))!
  await byOlderRules({ rules: RULES_EDITION, factors: 'another table' })
  await bench.restart()
  await bench.settle()
  expect((await figure('2026-03-10T00:00:00Z'))!.value).toBe(right.value)
  expect(new Set((await restated()).map(({ reason }) => reason))).toEqual(new Set(['factors']))
})

test('a database of today has nothing made again', async () => {
  await bench.restart()
  expect(bench.engine.redo.isPending).toBe(false)
  await bench.settle()
  expect(await restated()).toEqual([])
})
