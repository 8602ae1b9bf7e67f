// @module-tag slow

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { measure } from '../../../src/archive/record/files.js'
import type { RecordManifest } from '../../../src/archive/record/manifest.js'
import { DAY_MS } from '../archive/record/recorded.js'
import { kwh, SealedData, TODAY, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves that removals stay told, provable and out of the way of all else when something goes wrong beside them. */

let data: SealedData
let removing: Removing
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
})
afterEach(() => data.end())

const typo = (ms: number, value: number) => kwh(TS + ms, value, { device: 'typo' })
const manifest = () => data.recorded.record.manifest
const change = (by: (now: RecordManifest) => RecordManifest) =>
  data.recorded.record.change(async (now) => ({ next: by(now), made: [] }))
const accounts = () => data.recorded.bench.accounting

/** Steps until a day is noted. */
async function noted(): Promise<void> {
  for (let i = 0; manifest().removals?.note === undefined; i++) {
    if (i > 500) throw new Error('no day is noted')
    await removing.step()
  }
}

test('a day that is about to lose rows does not count as sealed: no file of it is merged, and it closes behind that', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  for (let i = 1; i < 8; i++) await data.archived([kwh(TS + i, i)])
  await removing.order()
  await noted()
  expect(manifest().days.map(data.sealing.isSealed)).not.toContain(true)
  // A ninth and tenth generation: without the removal the day would be merged now.
  const { record, bench } = data.recorded
  for (const ms of [8, 9]) {
    await bench.commit([kwh(TS + ms, ms)])
    await data.recorded.cut()
    while (await record.compact(bench.database, TODAY + 10, () => true));
  }
  await data.sealing.catchUp()
  expect(manifest().days.filter(({ kind }) => kind === 'reading')).toHaveLength(8)
  expect(await data.faults(true)).toEqual([])
  await removing.run()
  while (await record.compact(bench.database, TODAY + 10, () => true, data.sealing.isSealed));
  await data.sealing.catchUp()
  expect((await removing.rowsOfFiles()).toSorted()).toEqual([
    'm1 1.0',
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `m1 ${i}.0`),
  ])
  expect(await data.faults(true)).toEqual([])
})

describe('an order is refused as a whole before anything goes', () => {
  /** Alters rows of a sealed day and has the manifest name the altered file, as whoever has the disk but not the key can. */
  async function altered(device: string): Promise<void> {
    const { bench, record, dir } = data.recorded
    const file = manifest().days.find((one) => one.kind === 'reading' && one.day === TODAY)!
    const path = join(dir, file.name)
    await bench.database.write(async (connection) => {
      const rows = `SELECT * REPLACE (CASE WHEN device = '${device}' THEN value + 1 ELSE value END AS value) FROM ${record.source([file])}`
      await connection.run(`COPY (${rows}) TO '${path}.new' (FORMAT parquet, COMPRESSION zstd)`)
    })
    renameSync(`${path}.new`, path)
    const now = await measure(path)
    await change((of) => ({ ...of, days: of.days.map((one) => (one.name === file.name ? { ...one, ...now } : one)) }))
  }

  test.each(['m1', 'typo'])(
    'when rows of %s that were sealed have been altered on the disk since: nothing is laundered',
    async (device) => {
      await data.archived([kwh(TS, 1), typo(0, 5), typo(DAY_MS, 6)])
      await data.sealing.catchUp()
      await altered(device)
      const names = data.recorded.names().filter((name) => name.startsWith('reading'))
      await removing.order()
      await removing.run()
      // A manifest that names other files than were sealed: the ledger does not follow it, whatever the order waits.
      expect(accounts().readingsForgotten).toBe(0)
      expect(data.said('day').filter(({ removed }) => removed !== undefined)).toEqual([])
      expect(data.recorded.names().filter((name) => name.startsWith('reading'))).toEqual(names)
    },
  )

  test('when a file is damaged although it was found whole before: it is measured anew', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5), typo(DAY_MS, 6)])
    await data.sealing.catchUp()
    const [, second] = manifest().days.filter(({ kind }) => kind === 'reading')
    const path = join(data.recorded.dir, second!.name)
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(path, bytes)
    expect(await removing.forget()).toMatchObject({ steps: 0, failure: expect.stringContaining('put it back') })
    expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'typo 5.0', 'typo 6.0'])
  })

  test('when a file of the plant cannot be used: nobody knows what is in it', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5), kwh(TS + DAY_MS, 2)])
    await data.sealing.catchUp()
    const [, second] = manifest().days.filter(({ kind }) => kind === 'reading')
    rmSync(join(data.recorded.dir, second!.name))
    await data.recorded.reopen()
    expect(await removing.forget()).toMatchObject({ steps: 0, failure: expect.stringContaining(second!.name) })
    expect(removing.failed).toHaveLength(1)
  })
})

test('a refused order can be given again, and its devices are known again', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  await data.sealing.catchUp()
  const { record, bench } = data.recorded
  const { isUnusable } = record
  record.isUnusable = () => true
  expect(await removing.forget()).toMatchObject({ steps: 0, failure: expect.any(String) })
  expect(bench.senders.find('p', 'typo')).toBeDefined()
  record.isUnusable = isUnusable
  expect(await removing.forget()).toMatchObject({ steps: 1 })
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
  expect(await data.faults(true)).toEqual([])
})

test('one that fails in the middle keeps what it has taken, and files, database and a rebuild agree on the rest', async () => {
  await data.archived([0, 1, 2].flatMap((day) => [typo(day * DAY_MS, 5 + day), kwh(TS + day * DAY_MS, 1)]))
  const order = await removing.order()
  while (accounts().readingsForgotten === 0) await removing.step()
  const last = manifest()
    .days.filter(({ kind }) => kind === 'reading')
    .sort((a, b) => a.day - b.day)
    .at(-1)!
  rmSync(join(data.recorded.dir, last.name))
  await data.recorded.reopen()
  await removing.start()
  await removing.run()
  const ended = manifest().removals!.ended
  expect(ended).toMatchObject([{ act: order.id, steps: 1, readings: 1, failure: expect.stringContaining(last.name) }])
  expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'm1 1.0', 'm1 1.0', 'typo 6.0', 'typo 7.0'])
  expect(data.recorded.bench.senders.find('p', 'typo')).toBeDefined()
  await data.recorded.rebuild()
  expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'm1 1.0', 'typo 6.0'])
  expect(accounts().readingsForgotten).toBe(1)
})

test('generations go on behind an order that takes no sealed row', async () => {
  // The row before the order lost against one behind it, in a later file: no line of the sealed day goes.
  await data.archived([typo(0, 5)])
  await removing.order()
  await data.archived([typo(0, 3)])
  await data.sealing.catchUp()
  await removing.run()
  await data.archived([typo(1, 4)])
  await data.sealing.catchUp()
  expect(await removing.rowsOfFiles()).toEqual(['typo 3.0', 'typo 4.0'])
  const generations = manifest()
    .days.filter(({ kind }) => kind === 'reading')
    .map(({ generation }) => generation)
  expect(new Set(generations).size).toBe(generations.length)
  expect(await data.faults(true)).toEqual([])
})

test('generations of a day go on when all its rows went, also after another removal', async () => {
  await data.archived([typo(0, 5)])
  await removing.forget()
  await data.archived([kwh(TS + DAY_MS, 5, { device: 'other' }), kwh(TS + DAY_MS, 1)])
  await removing.forget({ devices: ['other'] })
  await data.archived([typo(0, 8)])
  await data.sealing.catchUp()
  expect(manifest().days.find(({ day, kind }) => day === TODAY && kind === 'reading')?.generation).toBe(2)
  expect(await data.faults(true)).toEqual([])
})

describe('what comes behind the order and before it is done', () => {
  test.each([
    ['the same value', 5, { archived: 0, duplicate: 1, conflict: 0 }],
    ['a smaller one, which would lose against the one before', 3, { archived: 0, duplicate: 0, conflict: 1 }],
    ['a larger one', 9, { archived: 0, duplicate: 0, conflict: 1 }],
  ])('is kept: %s', async (_, value, outcome) => {
    const { bench } = data.recorded
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await removing.order()
    expect(await bench.commit([typo(0, value)])).toEqual(outcome)
    await data.recorded.cut()
    await removing.run()
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', `typo ${value}.0`])
    expect(await bench.archive.readingCount()).toBe(2)
    expect(accounts().readingsForgotten).toBe(0)
    const [losers] = await bench.database.columns('SELECT count(*)::DOUBLE FROM conflict')
    expect(losers).toEqual([0])
    await data.recorded.compact(TODAY + 10)
    await data.sealing.catchUp()
    expect(await data.faults(true)).toEqual([])
    const rows = await data.recorded.rows()
    await data.recorded.rebuild()
    expect(await data.recorded.rows()).toMatchObject({ reading: rows.reading, conflict: rows.conflict })
  })

  test('is kept beside what lost against it, when the order is refused', async () => {
    const { bench, record } = data.recorded
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await removing.order()
    await bench.commit([typo(0, 3)])
    record.isUnusable = () => true
    await removing.run()
    expect(removing.failed).toHaveLength(1)
    const [values] = await bench.database.columns('SELECT value FROM conflict')
    expect(values).toEqual([5])
    const rows = await data.recorded.rows()
    record.isUnusable = () => false
    await data.recorded.rebuild()
    expect(await data.recorded.rows()).toMatchObject({ reading: rows.reading, conflict: rows.conflict })
  })

  test('an event under an id of before is kept', async () => {
    const { bench } = data.recorded
    const event = { plant: 'p', line: 'l', device: 'typo', id: 'a', type: 'comment', ts: TS, receivedAt: TS }
    await data.archived([], [{ ...event, fields: { text: 'old' } }])
    await removing.order()
    await bench.commit([], [{ ...event, fields: { text: 'new' } }])
    await data.recorded.cut()
    await removing.run()
    const [fields] = await bench.database.columns('SELECT fields FROM event')
    expect(fields).toEqual([expect.stringContaining('new')])
  })
})

test('rows of no device stay', async () => {
  const { bench, record } = data.recorded
  await bench.commit([typo(0, 5)])
  const fact = `'silent' AS what, ${TS} AS at_ms, true AS is_bad, 1 AS value, 0 AS position`
  await bench.database.transaction(async (connection) => {
    await connection.run(
      `INSERT INTO device_fact BY NAME SELECT 'p' AS plant, NULL AS device, ${fact} UNION ALL SELECT 'p', 'typo', ${fact}`,
    )
  })
  await data.recorded.cut()
  for (const expected of [['null', 'typo'], ['null']]) {
    const files = [...record.manifest.deltas, ...record.manifest.days].filter(({ kind }) => kind === 'device_fact')
    const [devices = []] = await bench.database.columns(`SELECT device FROM ${record.source(files)} ORDER BY device`)
    expect(devices.map(String).sort()).toEqual(expected)
    await removing.forget()
  }
})

test('a disk without room is waited for, however long', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  const { record } = data.recorded
  const { change: original } = record
  let refusals = 0
  record.change = async (work) =>
    original.call(record, async (now) => {
      const next = await work(now)
      if (refusals++ < 30) throw new Error('IO Error: Could not write file "gen-2.parquet": No space left on device')
      return next
    })
  await removing.order()
  for (let i = 0; i < 100 && accounts().forgetting.length > 0; i++) {
    await removing.run()
    removing.clock.ms += 600_000
  }
  expect(removing.failed).toEqual([])
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
  expect(await data.faults(true)).toEqual([])
})

test('a ledger that cannot be written is waited for: until then the day is what it was', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  await data.sealing.catchUp()
  const { append } = data.ledger
  await removing.order()
  await noted()
  data.ledger.append = async (bodies) => {
    if (bodies.length > 0) throw new Error('ENOSPC: no space left on device, write')
    return append.call(data.ledger, bodies)
  }
  await removing.run()
  expect(removing.tries.trouble).toContain('ENOSPC')
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'typo 5.0'])
  expect(await data.faults(true)).toEqual([])
  await removing.restart()
  await removing.run()
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
  expect(await data.faults(true)).toEqual([])
})

test('a ledger that is begun anew seals what there is, and the order goes on', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  await removing.order()
  await noted()
  rmSync(join(data.dir, 'ledger'), { recursive: true })
  await removing.restart()
  await removing.run()
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
  await data.archived([kwh(TS + 1, 2)])
  await data.sealing.catchUp()
  expect(await data.faults(true)).toEqual([])
})

describe('a note is not believed', () => {
  const note = () => manifest().removals!.note!
  const forged = (of: Partial<ReturnType<typeof note>>) =>
    change((now) => ({ ...now, removals: { ...now.removals!, note: { ...now.removals!.note!, ...of } } }))

  test('of an order that nobody has given: it goes, and the day stays', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await removing.order()
    await noted()
    await forged({ act: 'never' })
    accounts().forgetting = []
    await removing.step()
    expect(manifest().removals?.note).toBeUndefined()
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'typo 5.0'])
    expect(await data.faults(true)).toEqual([])
  })

  test('of an order for other devices than the journal says', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await removing.order()
    accounts().forgetting = [{ ...accounts().forgetting[0]!, devices: ['m1'] }]
    await removing.run()
    expect(removing.failed).toEqual(['m1: no such order has come out of the journal'])
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'typo 5.0'])
  })

  test('with files that lack more than the order takes', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await removing.order()
    await noted()
    await forged({ made: [] })
    await removing.run()
    expect(removing.failed.join()).toContain('would have 0 rows, and 1 of 2 are to stay')
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'typo 5.0'])
    expect(data.said('day').filter(({ removed }) => removed !== undefined)).toEqual([])
    expect(await data.faults(true)).toEqual([])
  })

  test('of another plant', async () => {
    await data.archived([kwh(TS, 1), typo(0, 5), kwh(TS, 1, { plant: 'q' })])
    await removing.order()
    await noted()
    const other = manifest().days.find(({ plant, kind }) => plant === 'q' && kind === 'reading')!
    await forged({ plant: 'q', replaced: [other.name], made: [] })
    await removing.run()
    expect(removing.failed.join()).toContain('the note of it is of another order')
    expect(await data.faults(true)).toEqual([])
  })
})

test('nothing is begun while a report is being frozen', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  await data.sealing.catchUp()
  const release = data.sealing.hold()
  const { length } = data.entries
  await removing.order()
  await removing.run()
  expect(removing.tries.trouble).toContain('being frozen')
  expect([data.entries.length, accounts().readingsForgotten]).toEqual([length, 0])
  release()
  removing.clock.ms += 600_000
  for (let i = 0; i < 100 && accounts().forgetting.length > 0; i++) await removing.step()
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
})
