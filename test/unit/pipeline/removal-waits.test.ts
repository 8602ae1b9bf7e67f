import { afterEach, beforeEach, expect, test } from 'vitest'
import { Upkeep, type UpkeepDeps } from '../../../src/pipeline/upkeep.js'
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
