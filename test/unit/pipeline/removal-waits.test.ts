// @module-tag slow

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stateOfNote } from '../../../src/audit/ledger/removed-days.js'
import { Upkeep, type UpkeepDeps } from '../../../src/pipeline/upkeep.js'
import { DAY_MS } from '../archive/record/recorded.js'
import { kwh, SealedData, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves that an order that has to wait keeps nothing else of the record waiting, and does not wait for ever. */

let data: SealedData
let removing: Removing
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
})
afterEach(() => data.end())

const typo = (ms: number, value: number) => kwh(TS + ms, value, { device: 'typo' })
const manifest = () => data.recorded.record.manifest
const forgetting = () => data.recorded.bench.accounting.forgetting

/** Steps through so many turns, each behind the longest pause. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count && forgetting().length > 0; i++) {
    await removing.step()
    removing.clock.ms += 600_000
  }
}

test.each([
  'IO Error: Failed to create directory ".tmp": Read-only file system',
  'ENOSPC: no space left on device, write',
  'something odd',
])('an order that waits lets its day go: all is settled meanwhile, and then it goes on: %s', async (refusal) => {
  await data.archived([kwh(TS, 1), typo(0, 5), kwh(TS, 3, { device: 'b', plant: 'q' })])
  const { append } = data.ledger
  data.ledger.append = async (bodies) => {
    if (bodies.some((body) => body.kind === 'day' && body.removed !== undefined)) throw new Error(refusal)
    return append.call(data.ledger, bodies)
  }
  await removing.order()
  await removing.run()
  expect(removing.tries.trouble).toContain(refusal)
  expect(manifest().removals?.note).toBeUndefined()
  const { record, bench } = data.recorded
  const { isSealed } = data.sealing
  const accounting = { cursor: manifest().cursor } as UpkeepDeps['accounting']
  const deps = { clock: removing.clock, database: bench.database, record, accounting, isSealed }
  expect(await new Upkeep(deps as unknown as UpkeepDeps).settle()).toBe(true)
  expect(await removing.rowsOfFiles()).toEqual(['b 3.0', 'm1 1.0', 'typo 5.0'])
  expect(await data.faults(true)).toEqual([])
  data.ledger.append = append
  await turns(200)
  expect(await removing.rowsOfFiles()).toEqual(['b 3.0', 'm1 1.0'])
  expect(removing.failed).toEqual([])
  expect(await data.faults(true)).toEqual([])
})

test('a note that cannot be taken back either goes when the order fails the next time', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  await data.sealing.catchUp()
  const { record } = data.recorded
  const { change } = record
  const refused = () => Promise.reject(new Error('ENOSPC: no space left on device, write'))
  await removing.order()
  while (manifest().removals?.note === undefined) await removing.step()
  data.ledger.append = refused
  record.change = refused
  await removing.run()
  expect(manifest().removals?.note).toBeDefined()
  record.change = change
  await turns(3)
  expect(manifest().removals?.note).toBeUndefined()
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'typo 5.0'])
})

test.each([true, false])(
  'a file that goes bad behind the telling holds nothing up: one that is replaced: %s',
  async (isReplaced) => {
    await data.archived([kwh(TS, 1), typo(0, 5)])
    await data.archived([kwh(TS + 1, 1)])
    await removing.order()
    while (stateOfNote(manifest(), data.index) !== 'told') await removing.step()
    const { replaced } = manifest().removals!.note!
    const file = manifest().days.find(({ kind, name }) => kind === 'reading' && replaced.includes(name) === isReplaced)!
    const path = join(data.recorded.dir, file.name)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0x41, 4, bytes.length - 8))
    await removing.restart()
    await turns(20)
    expect(manifest().removals?.note).toBeUndefined()
    expect(manifest().days.map(({ name }) => name)).not.toContain(replaced[0])
  },
)

test('failures between days that are taken do not add up, and what was said of them goes', async () => {
  const days = Array.from({ length: 22 }, (_, i) => typo(-i * DAY_MS, i))
  await data.archived([kwh(TS, 1), ...days])
  await removing.start()
  const { append } = data.ledger
  let tellings = 0
  data.ledger.append = async (bodies) => {
    const isTelling = bodies.some((body) => body.kind === 'day' && body.removed !== undefined)
    if (isTelling && tellings++ % 2 === 0) throw new Error('something odd')
    return append.call(data.ledger, bodies)
  }
  await removing.order()
  for (let taken = 0; forgetting().length > 0; removing.clock.ms += 600_000) {
    await removing.step()
    const steps = manifest().removals?.going[0]?.steps ?? 0
    if (steps > taken) expect(removing.tries.trouble).toBe('')
    taken = steps
  }
  expect(tellings).toBe(44)
  expect(removing.failed).toEqual([])
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
})

test('a file that was damaged before it was sealed ends the order', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5)])
  const file = manifest().days.find(({ kind }) => kind === 'reading')!
  const path = join(data.recorded.dir, file.name)
  const bytes = readFileSync(path)
  // A letter of the name of the writer, which queries pass over.
  bytes[bytes.indexOf('DuckDB')]! ^= 0x20
  writeFileSync(path, bytes)
  await removing.order()
  await turns(50)
  expect(removing.failed.join()).toContain(`${file.name} is damaged`)
})
