import { expect, test } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import type { ReportRegister } from '../../../src/audit/reports/report-register.js'
import type { Clock } from '../../../src/base/clock.js'
import type { ReportItem } from '../../../src/base/report.js'
import { KnownNames } from '../../../src/decode/cardinality/known.js'
import { forgetOnRequest, isFreezing } from '../../../src/pipeline/forget-request.js'
import { OperatorActions } from '../../../src/pipeline/operator-actions.js'
import { liveRecord, type ReportMakingDeps } from '../../../src/pipeline/report-making.js'

/** Proves that an order to remove is handed in once, and that it and the freeze of a report exclude each other. */

const CLOCK: Clock = { nowMs: () => 0, sleep: async () => {} }
const QUERY = { plant: 'p', devices: null, silentSinceMs: null, isDryRun: false, by: 'wei', why: 'typo' }

function setUp({ frozen = new Map<string, string>(), freezing = false } = {}) {
  const sent: string[] = []
  const senders = new Senders()
  senders.touch('p', 'l', 'typo')
  const actions = new OperatorActions(CLOCK, (content) => sent.push(content))
  const deps = {
    senders,
    known: new KnownNames(),
    actions,
    isPlantConfigured: () => false,
    firstReadings: () => new Map([['typo', 1_000]]),
    isFreezing: () => freezing,
    onFrozenDays: async () => frozen,
  }
  return { sent, actions, ask: (of = {}) => forgetOnRequest(deps, { ...QUERY, ...of }) }
}

/** True when a freeze of the plant would wait. */
const waits = (deps: object) =>
  liveRecord({
    progress: { hasCaughtUp: true },
    engine: ENGINE,
    configs: { plant: () => undefined },
    accounting: { forgetting: [] },
    ...deps,
  } as unknown as ReportMakingDeps)
    .pending('p', 0)
    ?.en.includes('removed') ?? false
const ENGINE = { pending: () => null, redo: { pendingFromMs: () => Infinity } }

test('an order that the journal owes an answer for is not handed in again, and a freeze waits for it', async () => {
  const { sent, actions, ask } = setUp()
  expect(await ask()).toBeNull()
  expect(await ask()).toBeNull()
  expect(sent).toHaveLength(1)
  expect(waits({ actions })).toBe(true)
  actions.arrived(JSON.parse(sent[0]!) as { id: string })
  expect(waits({ actions })).toBe(false)
  expect(waits({ actions, accounting: { forgetting: [{ plant: 'p' }] } })).toBe(true)
  await ask()
  expect(sent).toHaveLength(2)
})

test('nothing is removed while a report is being frozen, nor of days that one rests on', async () => {
  const held = setUp({ freezing: true })
  expect(await held.ask()).toMatchObject({ devices: [], refused: [{ device: 'typo', reason: 'freezing' }] })
  const frozen = setUp({ frozen: new Map([['typo', 'r v1']]) })
  expect(await frozen.ask()).toMatchObject({
    devices: [],
    refused: [{ device: 'typo', reason: 'reported', report: 'r v1' }],
  })
  expect([...held.sent, ...frozen.sent]).toEqual([])
})

test('whoever wants all of a plant that is not configured is told of what is registered, and since when the others have readings', async () => {
  const sent: string[] = []
  const senders = new Senders()
  for (const device of ['typo', 'kept']) senders.touch('p', 'l', device)
  const ask = (isPlantConfigured: boolean) =>
    forgetOnRequest(
      {
        senders,
        known: { isConfigured: ({ device }: { device: string }) => device === 'kept' } as unknown as KnownNames,
        actions: new OperatorActions(CLOCK, (content) => sent.push(content)),
        isPlantConfigured: () => isPlantConfigured,
        firstReadings: () => new Map([['typo', 1_000]]),
        isFreezing: () => false,
        onFrozenDays: async () => new Map(),
      },
      { ...QUERY, isDryRun: true },
    )
  expect(await ask(false)).toMatchObject({
    devices: [{ device: 'typo', first_reading: '1970-01-01T00:00:01.000Z' }],
    refused: [{ device: 'kept', reason: 'configured' }],
  })
  expect((await ask(true))?.refused).toEqual([])
  expect(sent).toEqual([])
})

const isFrozenNow = (status: string, hash: string | null, freezing: readonly string[] = []) => {
  const item = { id: 'r', version: 1, status, plants: ['p'] } as unknown as ReportItem
  const register = { items: () => [item] } as unknown as ReportRegister
  const requests = { isFreezing: (plant: string) => freezing.includes(plant), register }
  return (plant: string) => isFreezing({ requests, index: { reportHash: () => hash } }, plant)
}

test('a freeze that has not ended keeps what it may rest on, of its own plants alone', () => {
  const isHeld = isFrozenNow('draft', null, ['p'])
  expect([isHeld('p'), isHeld('q')]).toEqual([true, false])
})

test.each([
  ['frozen', null, true],
  ['frozen', 'ab', false],
  ['draft', null, false],
] as const)('a report that is %s, of which the ledger has %s, keeps it: %s', (status, hash, expected) => {
  const isHeld = isFrozenNow(status, hash)
  expect([isHeld('p'), isHeld('q')]).toEqual([expected, false])
})
