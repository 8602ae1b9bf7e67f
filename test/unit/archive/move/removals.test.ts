import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { moveRecord } from '../../../../src/archive/move/move-record.js'
import { rebuild } from '../../../../src/archive/record/rebuild.js'
import { LastingRecord } from '../../../../src/archive/record/record.js'
import { Bench } from '../../../support/engine.js'
import { kwh, SealedData, TS } from '../../audit/ledger/sealed-data.js'
import { Removing } from '../../pipeline/removing.js'

/** Proves that a plant that is moved keeps what orders to remove devices had to leave, and is not moved while one goes on. */

let data: SealedData
let removing: Removing
let to: string
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
  to = mkdtempSync(join(tmpdir(), 'greengauge-moved-'))
  await data.archived([kwh(TS, 1), kwh(TS, 5, { device: 'typo' }), kwh(TS, 6, { device: 'other' })])
  await data.sealing.catchUp()
})
afterEach(async () => {
  await data.end()
  rmSync(to, { recursive: true })
})

const move = () =>
  moveRecord({
    parts: [{ dir: data.recorded.dir, counts: () => true }],
    to,
    progressOf: (_before, _moved, _figures, cursor) => ({ position: cursor.offset, nowMs: TS, forgetting: [] }),
    signal: new AbortController().signal,
    tell: () => undefined,
  })

test('what a refused order has left is there after the move, and what another has taken is not', async () => {
  const { isUnusable } = data.recorded.record
  data.recorded.record.isUnusable = () => true
  expect((await removing.forget())?.failure).toBeDefined()
  data.recorded.record.isUnusable = isUnusable
  expect((await removing.forget({ devices: ['other'] }))?.failure).toBeUndefined()
  await move()
  const bench = await Bench.open()
  const record = await LastingRecord.open(to, 1)
  await rebuild(bench.database, record, new AbortController().signal, () => undefined)
  const [devices] = await bench.database.columns('SELECT device FROM series ORDER BY device')
  expect([devices, await bench.archive.readingCount()]).toEqual([['m1', 'typo'], 2])
  await bench.close()
})

test('nothing is moved while an order waits', async () => {
  await removing.order()
  await data.recorded.cut()
  await expect(move()).rejects.toThrow('devices of p are still being removed')
})
