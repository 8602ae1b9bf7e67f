import { afterEach, beforeEach, expect, test } from 'vitest'
import { RemovalFailed } from '../../../src/archive/record/removal-search.js'
import { OperatorActions } from '../../../src/pipeline/operator-actions.js'
import { TRIES_MAX } from '../../../src/pipeline/removal-tries.js'
import type { IntakeContext } from '../../../src/runtime/intake/context.js'
import { OwnEntries } from '../../../src/runtime/intake/own-entries.js'
import { kwh, SealedData, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves that an order that fails, or that the journal does not take, keeps nobody else from going on. */

let data: SealedData
let removing: Removing
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
  await data.archived([kwh(TS, 1), kwh(TS, 2, { device: 'a' }), kwh(TS, 3, { device: 'b', plant: 'q' })])
  await data.sealing.catchUp()
})
afterEach(() => data.end())

/** Has every search for a device fail, until it is told that it does no longer. */
function failingFor(device: string, error: Error): () => void {
  const { database } = data.recorded.bench
  const { columns } = database
  let isFailing = true
  database.columns = async (sql, values) => {
    const found = await columns.call(database, sql, values)
    if (isFailing && sql.includes('FROM act') && JSON.stringify(found).includes(device)) throw error
    return found
  }
  return () => {
    isFailing = false
  }
}

async function steps(count = 60): Promise<void> {
  for (let i = 0; i < count && data.recorded.bench.accounting.forgetting.length > 0; i++) await removing.step()
}

test('one that fails for good is told with its reason, and the next one goes on', async () => {
  await removing.order({ devices: ['a'], id: 'first' })
  await removing.order({ devices: ['b'], plant: 'q', id: 'second' })
  failingFor('first', new RemovalFailed('x.parquet cannot be used'))
  await steps()
  expect(removing.failed).toEqual(['a: x.parquet cannot be used'])
  expect(await removing.rowsOfFiles()).toEqual(['a 2.0', 'm1 1.0'])
})

test('one that fails for now waits, says why, and lets the others go first', { tags: ['slow'] }, async () => {
  await removing.order({ devices: ['a'], id: 'first' })
  await removing.order({ devices: ['b'], plant: 'q', id: 'second' })
  const heal = failingFor('first', new Error('EIO: i/o error, read'))
  await steps()
  expect(await removing.rowsOfFiles()).toEqual(['a 2.0', 'm1 1.0'])
  expect(removing.tries.trouble).toBe('a of plant p cannot be removed yet: EIO: i/o error, read')
  heal()
  removing.clock.ms += 10_000
  await steps()
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0'])
  await removing.step()
  expect([removing.failed, removing.tries.trouble]).toEqual([[], ''])
})

test('and one that has failed so often is given up', async () => {
  await removing.order({ devices: ['a'], id: 'first' })
  failingFor('first', new Error('odd'))
  for (let i = 0; i < TRIES_MAX; i++) {
    expect(removing.failed).toEqual([])
    await removing.step()
    removing.clock.ms += 600_000
  }
  await steps()
  expect(removing.failed).toEqual(['a: odd'])
})

test('an order that the intake refuses is answered at once, and frees its plant', async () => {
  const sent: string[] = []
  const never = { nowMs: () => 0, sleep: (_: number, signal?: AbortSignal) => stopped(signal!) }
  const actions = new OperatorActions(never, (content) => sent.push(content))
  const journal = {
    stalledMs: 0,
    append: ({ kind }: { kind: string }, done?: (error: Error) => void) => {
      if (kind === 'act') done?.(new Error('the journal does not keep up'))
    },
  }
  const entries = new OwnEntries({
    journal,
    data: { version: '1', config: { hash: '', content: '' } },
    clock: never,
    log: { error: () => {} },
  } as unknown as IntakeContext)
  const submitted = actions.submit({ what: 'forget', plant: 'p', devices: ['a'], by: null })
  expect(actions.isRemoving('p')).toBe(true)
  entries.act(sent[0]!, (id) => actions.refused(id))
  expect(await submitted).toBe(false)
  expect(actions.isRemoving('p')).toBe(false)
})

const stopped = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
