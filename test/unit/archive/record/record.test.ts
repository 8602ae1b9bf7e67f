// @module-tag slow

import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MANIFEST_NAME, manifestText } from '../../../../src/archive/record/manifest.js'
import { readAlarmActions } from '../../../../src/archive/samples.js'
import type { Reading } from '../../../../src/base/reading.js'
import { utcDayOf } from '../../../../src/base/utc-day.js'
import type { DialectState } from '../../../../src/decode/dialect.js'
import { blockOf, reading } from '../../../support/engine.js'
import { DAY_MS, Recorded } from './recorded.js'

const TS = Date.parse('2026-01-05T10:00:00Z')
const TODAY = utcDayOf(TS)
const kwh = (ts: number, value: number, of: Partial<Reading> = {}) =>
  reading({ metric: 'elec_import_kwh', ts, value, ...of })

let recorded: Recorded
beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

/** Commits readings, cuts them, and compacts their days as over. */
async function sealed(...readings: readonly Reading[]): Promise<void> {
  await recorded.bench.commit(readings)
  await recorded.cut()
  await recorded.compact(TODAY + 10)
}

const contender = fc.record({
  device: fc.constantFrom('m1', 'm2'),
  plant: fc.constantFrom('p', 'q'),
  day: fc.integer({ min: 0, max: 2 }),
  at: fc.integer({ min: 0, max: 1 }),
  value: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom('Idle', 'Execute')),
  quality: fc.integer({ min: 0, max: 1 }),
  seq: fc.option(fc.integer({ min: 0, max: 2 })),
})
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(contender, { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constant('cut' as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      runningDay: fc.integer({ min: TODAY, max: TODAY + 3 }),
      manyRows: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
)

property.prop([fc.array(step, { minLength: 2, maxLength: 14 })], { numRuns: Number(process.env.PROPERTY_RUNS ?? 5) })(
  'a database that is rebuilt has every row and every count, whatever was replaced, cut and compacted when',
  async (steps) => {
    const life = await Recorded.begin()
    try {
      for (const next of [...steps, 'cut' as const]) {
        if (next === 'cut') await life.cut()
        else if (typeof next === 'number') await life.compact(TODAY + next)
        else if (!Array.isArray(next)) await life.cut(next)
        else {
          await life.bench.commit(
            next.map(({ day, at, ...one }) =>
              reading({ metric: 'state', class: 'robot', ts: TS + day * DAY_MS + at, ...one, receivedAt: TS }),
            ),
          )
        }
      }
      const before = await life.rows()
      await life.reopen()
      expect(life.record.problems).toEqual([])
      await life.rebuild()
      expect(await life.rows()).toEqual(before)
    } finally {
      await life.end()
    }
  },
  // Each life syncs dozens of files: on a busy disk they are slow, and one that was given up would disturb the tests after it.
  600_000,
)

test('what came after the newest delta is the journal’s to give: the rebuilt database ends where the delta does', async () => {
  await recorded.bench.commit([kwh(TS, 1)])
  await recorded.cut()
  const atTheCut = await recorded.rows()
  await recorded.bench.commit([kwh(TS + 1, 2), kwh(TS, 3)])
  await recorded.rebuild()
  expect(await recorded.rows()).toEqual(atTheCut)
  expect(await recorded.bench.commit([kwh(TS + 1, 2), kwh(TS, 3)])).toEqual({ archived: 1, duplicate: 0, conflict: 1 })
})

test('events, connections, configurations, facts about devices and acts of people are kept and rebuilt as well', async () => {
  const event = {
    plant: 'p',
    line: 'l',
    device: 'm1',
    id: 'e1',
    type: 'meter_replaced',
    ts: TS,
    receivedAt: TS,
    fields: { note: "it's new" },
  }
  const act = { id: 'a1', plant: 'p', alarm: 'r', what: 'ack', untilMs: null, note: "it's seen", by: 'Li' } as const
  await recorded.bench.archive.commit({
    readings: blockOf([], 0),
    events: [{ event, position: 0 }],
    connectionChanges: [
      { change: { plant: 'p', device: 'm1', at: TS, isUp: true }, position: 0 },
      { change: { plant: 'p', device: 'm1', at: TS, isUp: false }, position: 0 },
    ],
    configs: [{ version: { fromMs: TS, hash: 'h', content: '{}' } as never, position: 0 }],
    facts: [{ fact: { plant: 'p', device: 'm1', what: 'silence', atMs: TS, isBad: true, value: 90 }, position: 0 }],
    actions: [{ act, atMs: TS, position: 0 }],
    progress: () => ({ position: 0, nowMs: TS }),
  })
  const before = await recorded.rows()
  await recorded.cut()
  await recorded.compact(TODAY + 1)
  await recorded.rebuild()
  expect(await recorded.rows()).toEqual(before)
  expect((await readAlarmActions(recorded.bench.database)).map((timed) => timed.act)).toEqual([act])
  expect(recorded.names()).toEqual([
    'act/plant=p/day=2026-01-05/gen-1.parquet',
    'config/plant=_/day=2026-01-05/gen-1.parquet',
    'device_fact/plant=p/day=2026-01-05/gen-1.parquet',
    'event/plant=p/day=2026-01-05/gen-1.parquet',
    'link/plant=p/day=2026-01-05/gen-1.parquet',
  ])
})

describe('files of days', () => {
  test('a delta is taken apart by plant and day (UTC) when the day is over, and not before', async () => {
    await recorded.bench.commit([kwh(TS, 1), kwh(TS + DAY_MS, 2), kwh(TS, 1, { plant: 'q' })])
    await recorded.cut()
    await recorded.compact(TODAY)
    expect(recorded.names()).toEqual(['deltas/00000001-reading.parquet', 'senders/00000001.parquet'])
    await recorded.compact(TODAY + 1)
    expect(recorded.names()).toEqual([
      'deltas/00000001-reading.parquet',
      'reading/plant=p/day=2026-01-05/gen-1.parquet',
      'reading/plant=q/day=2026-01-05/gen-1.parquet',
      'senders/00000001.parquet',
    ])
    await recorded.compact(TODAY + 2)
    expect(recorded.names().filter((name) => name.startsWith('deltas/'))).toEqual([])
    expect(recorded.names()).toContain('reading/plant=p/day=2026-01-06/gen-1.parquet')
  })

  test('many readings of a day that is over become its file at once, in the order of a compacted one; the rest waits', async () => {
    await sealed(kwh(TS - DAY_MS, 1))
    const many = ['b', 'a', ''].flatMap((device) => [2, 1].map((at) => kwh(TS + at, at, { device, unit: '°C' })))
    await recorded.bench.commit([...many, kwh(TS + DAY_MS, 1), kwh(TS - DAY_MS, 7), kwh(TS, 3, { plant: "q'" })])
    await recorded.cut({ runningDay: TODAY + 1, manyRows: 2 })
    const name = 'reading/plant=p/day=2026-01-05/gen-1.parquet'
    expect(recorded.names()).toContain(name)
    const { days, deltas } = recorded.record.manifest
    const delta = deltas.find(({ kind }) => kind === 'reading')!
    expect(delta.parts.map(({ plant, day, rows }) => [plant, day - TODAY, rows])).toEqual([
      ['p', -1, 1],
      ['p', 1, 1],
      ["q'", 0, 1],
    ])
    const rows = await recorded.bench.database.columns(
      `SELECT device, ts::DOUBLE, unit FROM ${recorded.record.source(days.filter((day) => day.name === name))}`,
    )
    expect(rows).toEqual([
      ['', '', 'a', 'a', 'b', 'b'],
      [TS + 1, TS + 2, TS + 1, TS + 2, TS + 1, TS + 2],
      Array.from({ length: 6 }, () => '°C'),
    ])
    const before = await recorded.rows()
    await recorded.rebuild()
    expect(await recorded.rows()).toEqual(before)
  })

  test('as many new series as were forgotten are in the files, whether these are written one by one or many at once', async () => {
    const many = { manyRows: 1 }
    await recorded.bench.commit([kwh(TS, 1, { device: 'gone' }), kwh(TS, 1, { device: 'stays' })])
    await recorded.cut(many)
    const { position } = (await recorded.bench.archive.progress<{ position: number }>('journal'))!
    const order = { plant: 'p', devices: ['gone'], position }
    await recorded.bench.archive.forgetDay(order, { kind: 'reading', day: utcDayOf(TS) }, async () => {})
    await recorded.bench.archive.forgetSeries(order, async () => {})
    await recorded.bench.commit([kwh(TS, 5, { device: 'new' })])
    await recorded.cut(many)
    const delta = recorded.record.manifest.deltas.filter(({ kind }) => kind === 'reading').at(-1)!
    expect(
      await recorded.bench.database.columns(`SELECT device, value FROM ${recorded.record.source([delta])}`),
    ).toEqual([['new'], [5]])
  })

  test('late readings and corrections make a further generation; the sealed file is the same to the byte', async () => {
    await sealed(kwh(TS, 1), kwh(TS + 1000, 2))
    const before = recorded.files()
    const name = 'reading/plant=p/day=2026-01-05/gen-1.parquet'
    expect(before.has(name)).toBe(true)
    await sealed(kwh(TS + 500, 1.5), kwh(TS, 7))
    const after = recorded.files()
    expect(after.get(name)).toEqual(before.get(name))
    expect(after.has('reading/plant=p/day=2026-01-05/gen-2.parquet')).toBe(true)
    const rows = await recorded.rows()
    await recorded.rebuild()
    expect(await recorded.rows()).toEqual(rows)
    expect(await recorded.bench.archive.readingCount()).toBe(3)
  })

  test('late readings for ever do not make files for ever', async () => {
    for (let i = 0; i < 30; i++) await sealed(kwh(TS + i, i), kwh(TS, i))
    expect(recorded.names().filter((name) => name.startsWith('reading/')).length).toBeLessThanOrEqual(8)
    const rows = await recorded.rows()
    await recorded.rebuild()
    expect(await recorded.rows()).toEqual(rows)
  })

  test('files can be read without the gateway: key, unit and time stand in every row', async () => {
    await sealed(kwh(TS, 1))
    const file = join(recorded.dir, 'reading/plant=p/day=2026-01-05/gen-1.parquet')
    const columns = await recorded.bench.database.columns(
      `SELECT plant, line, device, class, metric, unit, ts::DOUBLE, value FROM read_parquet('${file}', hive_partitioning = false)`,
    )
    expect(columns.map(([first]) => first)).toEqual(['p', 'l', 'm1', 'energy', 'elec_import_kwh', 'kWh', TS, 1])
  })
})

describe('what the decoder remembers', () => {
  const remember = (position: number, states: readonly DialectState[]) =>
    recorded.bench.archive.commit({
      readings: blockOf([], position),
      events: [],
      states,
      progress: () => ({ position }),
    })

  test('is replaced and forgotten by its keys, and comes back from the record', async () => {
    await remember(1, [
      { key: 'sparkplug/node/g/a', content: '1' },
      { key: 'sparkplug/node/g/b', content: '1' },
    ])
    await remember(2, [
      { key: 'sparkplug/node/g/a', content: null },
      { key: 'sparkplug/node/g/b', content: '2' },
    ])
    const kept = [{ key: 'sparkplug/node/g/b', content: '2' }]
    expect(await recorded.bench.archive.decoderStates()).toEqual(kept)
    await recorded.cut()
    await recorded.rebuild()
    expect(await recorded.bench.archive.decoderStates()).toEqual(kept)
  })

  test('is nothing in a record of before it did', async () => {
    await recorded.bench.commit([kwh(TS, 1)])
    await recorded.cut()
    const { states: _, ...older } = recorded.record.manifest
    writeFileSync(join(recorded.dir, MANIFEST_NAME), manifestText(older))
    await recorded.reopen()
    await recorded.rebuild()
    expect(recorded.record.problems).toEqual([])
    expect(await recorded.bench.archive.decoderStates()).toEqual([])
  })
})

describe('after a kill', () => {
  test('what was written before its manifest does not count, and is removed', async () => {
    await sealed(kwh(TS, 1))
    const before = recorded.names()
    const rows = await recorded.rows()
    const dir = join(recorded.dir, 'reading/plant=p/day=2026-01-05')
    cpSync(join(dir, 'gen-1.parquet'), join(dir, 'gen-2.parquet'))
    mkdirSync(join(recorded.dir, 'deltas'), { recursive: true })
    writeFileSync(join(recorded.dir, 'deltas/00000002-reading.parquet.unfinished'), 'half')
    await recorded.reopen()
    expect(recorded.names()).toEqual(before)
    await recorded.rebuild()
    expect(await recorded.rows()).toEqual(rows)
  })

  test('files of the very first delta without a manifest are removed', async () => {
    mkdirSync(join(recorded.dir, 'deltas'))
    writeFileSync(join(recorded.dir, 'deltas/00000001-reading.parquet'), 'never named')
    await recorded.reopen()
    expect(recorded.names()).toEqual([])
    expect(recorded.record.problems).toEqual([])
  })
})

describe('what is damaged is told, and never taken for right', () => {
  const name = 'reading/plant=p/day=2026-01-06/gen-1.parquet'

  test.each([
    ['is missing', (path: string) => rmSync(path)],
    ['is cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    [
      'has one wrong bit',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes[bytes.length >> 1]! ^= 1
        writeFileSync(path, bytes)
      },
    ],
  ])('a file that %s is named on readiness, and the rest is used', async (_, damage) => {
    await sealed(kwh(TS, 1), kwh(TS + DAY_MS, 2), kwh(TS + 2 * DAY_MS, 3))
    damage(join(recorded.dir, name))
    await recorded.reopen()
    await recorded.rebuild()
    expect(recorded.record.problems).toEqual([expect.stringMatching(`${name} .*put the file back from a backup`)])
    expect(await recorded.bench.archive.readingCount()).toBe(2)
  })

  test('a delta with a wrong bit is not compacted away', async () => {
    await recorded.bench.commit([kwh(TS, 1)])
    await recorded.cut()
    const delta = join(recorded.dir, 'deltas/00000001-reading.parquet')
    const bytes = readFileSync(delta)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(delta, bytes)
    await recorded.compact(TODAY + 1)
    expect(recorded.names()).toContain('deltas/00000001-reading.parquet')
    expect(recorded.record.problems).toHaveLength(1)
  })

  test.each([
    ['damaged', (path: string) => appendFileSync(path, ' ')],
    ['missing', (path: string) => rmSync(path)],
  ])('a record whose manifest is %s is set aside whole, and written again from the database', async (_, damage) => {
    await sealed(kwh(TS, 1))
    await sealed(kwh(TS + 1, 1))
    const before = [await recorded.rows(), recorded.names().length]
    damage(join(recorded.dir, 'manifest.json'))
    await recorded.reopen(77)
    expect(recorded.record.problems).toEqual([expect.stringContaining('archive.broken-77')])
    expect(readdirSync(join(recorded.folder, 'archive.broken-77')).length).toBeGreaterThan(0)
    await recorded.cut()
    await recorded.reopen()
    await recorded.rebuild()
    expect(await recorded.rows()).toEqual(before[0])
  })

  test('a manifest that the disk does not give stops the start, and nothing is set aside', async () => {
    await sealed(kwh(TS, 1))
    const path = join(recorded.dir, 'manifest.json')
    renameSync(path, `${path}.kept`)
    mkdirSync(path)
    await expect(recorded.reopen(77)).rejects.toThrow('EISDIR')
    expect(readdirSync(recorded.folder)).toEqual(['archive'])
    rmSync(path, { recursive: true })
    renameSync(`${path}.kept`, path)
    await recorded.reopen()
    expect(recorded.record.problems).toEqual([])
  })

  test('after a commit that the disk refused no file that it may have named is written again', async () => {
    await sealed(kwh(TS, 1))
    await recorded.bench.commit([kwh(TS + 1, 1)])
    // The manifest is written and named, and the sync of its folder fails: here the next step sees the new one on the disk.
    const before = readFileSync(join(recorded.dir, MANIFEST_NAME))
    mkdirSync(join(recorded.dir, `${MANIFEST_NAME}.unfinished`))
    await expect(recorded.cut()).rejects.toThrow('EISDIR')
    const files = recorded.files()
    await recorded.bench.commit([kwh(TS + 2, 1)])
    await expect(recorded.cut()).rejects.toThrow('EISDIR')
    expect(recorded.files()).toEqual(files)
    expect(readFileSync(join(recorded.dir, MANIFEST_NAME))).toEqual(before)
    rmSync(join(recorded.dir, `${MANIFEST_NAME}.unfinished`), { recursive: true })
    await recorded.cut()
    const rows = await recorded.rows()
    await recorded.reopen()
    await recorded.rebuild()
    expect(recorded.record.problems).toEqual([])
    expect(await recorded.rows()).toEqual(rows)
  })

  test('a record of a newer program stops the start, and is left as it is', async () => {
    writeFileSync(join(recorded.dir, 'manifest.json'), `${JSON.stringify({ format: 3, sha256: '' })}\n{}`)
    await expect(recorded.reopen()).rejects.toThrow('this program reads 2')
    expect(readdirSync(recorded.dir)).toEqual(['manifest.json'])
  })
})
