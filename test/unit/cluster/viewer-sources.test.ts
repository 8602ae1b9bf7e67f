import { expect, test } from 'vitest'
import type { Accounting, QuarantineItem, StoreStatus } from '../../../src/base/wire.js'
import { ONE_OWNER, type OwnerStatus } from '../../../src/cluster/request/methods.js'
import type { OwnerClient } from '../../../src/cluster/request/owner-client.js'
import { remoteSources } from '../../../src/cluster/request/remote.js'
import { ResultsRegistry } from '../../../src/cluster/results/registry.js'
import { viewerSources } from '../../../src/cluster/viewer/sources.js'
import { totalMeasures } from '../../../src/cluster/viewer/totals.js'
import { partitionOf } from '../../../src/nats/partition.js'
import type { QuarantinePage } from '../../../src/views/routes/quarantine.js'
import type { Measures } from '../../../src/views/sources/measures.js'

type Answers = Readonly<Record<string, (partition: number, ...args: never[]) => unknown>>

/** Sources over owners that are faked: three partitions, each answering by table. */
function sourcesOf(answers: Answers, statuses: readonly Partial<OwnerStatus>[] = [], silent: readonly number[] = []) {
  const asked: string[] = []
  const request = async (partition: number, method: string, ...args: never[]) => {
    asked.push(`${partition} ${method}`)
    return answers[method]!(partition, ...args)
  }
  const owners = {
    partitions: [0, 1, 2],
    request,
    requestAll: (method: string, ...args: never[]) =>
      Promise.all([0, 1, 2].map((one) => request(one, method, ...args))),
    statuses: () => statuses.map((status, partition) => ({ partition, status })),
    silentSince: (partition: number) => (silent.includes(partition) ? Date.UTC(2026, 0, 5) : null),
  } as unknown as OwnerClient
  const parts = {
    partitions: 3,
    registry: new ResultsRegistry(),
    owners,
    health: () => [],
    auditLog: { note: () => {} },
  }
  const sources = viewerSources(parts as unknown as Parameters<typeof viewerSources>[0])
  return { sources, asked, registry: parts.registry }
}

test('a question about a plant goes to the owner of its partition alone', async () => {
  const { sources, asked } = sourcesOf({ device: () => null })
  for (const plant of ['suzhou-1', 'wuxi-2', 'x']) await sources.device(plant, 'd')
  expect(asked).toEqual(['suzhou-1', 'wuxi-2', 'x'].map((plant) => `${partitionOf(plant, 3)} device`))
})

test('each question of the table of one owner is passed to it as it is', async () => {
  const passed: unknown[][] = []
  const places = { of: () => 1, ofAll: () => 2, only: () => 3, any: () => 4 }
  const request = async (...question: unknown[]) => void passed.push(question)
  const remote = remoteSources({ request } as unknown as OwnerClient, places)
  const about = { plant: 'a', plants: ['a'], what: 'ledger_check' }
  const methods = Object.keys(ONE_OWNER) as (keyof typeof ONE_OWNER)[]
  for (const method of methods) await (remote[method] as (...args: unknown[]) => unknown)(about, 7)
  expect(passed.map(([, method]) => method)).toEqual(methods)
  for (const [partition, , ...args] of passed) expect([typeof partition, ...args]).toEqual(['number', about, 7])
})

test('an account of all is the sum of all, and closes when each does', async () => {
  const one = (n: number, closes = true): Accounting => ({
    messages: { received: n, decoded: n, rejected: 0, undecoded: 0 },
    readings: { decoded: n, archived: n, duplicate: 0, conflict: 0, pending: 0 },
    elements_rejected: n,
    ignored: [{ profile: 'a/b', rule: 'x/#', messages: n }],
    stores: {
      duckdb: {
        readings: { archived: n, stored: n, refused: 0, pending: 0 },
        kpis: { final: n, stored: n, refused: 0, pending: 0 },
      },
    },
    closes,
  })
  const { sources } = sourcesOf({ accounting: (partition) => one(10 ** partition) })
  expect(await sources.accounting(false)).toEqual(one(111))
  const { sources: broken } = sourcesOf({ accounting: (partition) => one(1, partition !== 2) })
  expect((await broken.accounting(false)).closes).toBe(false)
})

test('quarantines are paged through partition by partition, and an item is found again by its id', async () => {
  const lists = [['9-0', '5-0'], ['7-0'], ['8-0', '1-0']]
  const page = (partition: number, { before, limit }: { before: string | null; limit: number }) => {
    const ids = lists[partition]!.filter(
      (id) => before === null || Number(id.split('-')[0]) < Number(before.split('-')[0]),
    )
    const items = ids.slice(0, limit).map((id) => ({ id }) as QuarantineItem)
    // One of them is of a version that dismisses nothing.
    return { items, counts: { bad_json: 1 }, waiting: {}, ...(partition === 0 ? {} : { dismissed: { bad_json: 1 } }) }
  }
  const retried: string[] = []
  const { sources, asked } = sourcesOf({
    quarantine: page as never,
    retryQuarantine: (partition, id) => retried.push(`${partition} ${id}`),
  })
  const seen: string[] = []
  for (let before: string | null = null; ; ) {
    const { items, counts, dismissed }: QuarantinePage = await sources.quarantine({ before, limit: 2 })
    expect(counts).toEqual({ bad_json: 3 })
    expect(dismissed).toEqual({ bad_json: 2 })
    seen.push(...items.map(({ id }) => id))
    before = items.at(-1)?.id ?? null
    if (items.length < 2) break
  }
  expect(seen).toEqual(['0.9-0', '0.5-0', '1.7-0', '2.8-0', '2.1-0'])
  await sources.retryQuarantine('2.8-0')
  expect(retried).toEqual(['2 8-0'])
  asked.length = 0
  await sources.quarantine({ plant: 'x', before: null, limit: 2 })
  expect(asked).toEqual([`${partitionOf('x', 3)} quarantine`])
  expect(await sources.retryQuarantine('7.1-0')).toBe(null)
})

test('what a store has refused is paged through once, whatever the partition', async () => {
  const numbers = [[5, 4], [9], [7, 1]]
  const { sources } = sourcesOf({
    refused: ((partition: number, _store: string, { before, limit }: { before: number | null; limit: number }) =>
      numbers[partition]!.filter((n) => before === null || n < before)
        .slice(0, limit)
        .map((number) => ({ number, item: { detail: `${partition}:${number}` } }))) as never,
  })
  const seen: string[] = []
  for (let before: number | null = null; ; ) {
    const page: Awaited<ReturnType<typeof sources.refused>> & object = (await sources.refused('influxdb1', {
      before,
      limit: 2,
    }))!
    seen.push(...page.map(({ item }) => item.detail))
    before = page.at(-1)?.number ?? null
    if (page.length < 2) break
  }
  expect(seen).toEqual(['1:9', '2:7', '0:5', '0:4', '2:1'])
  const { sources: without } = sourcesOf({ refused: () => null })
  expect(await without.refused('none', { before: null, limit: 2 })).toBe(null)
})

test('a store is as bad as in its worst partition, and what waits is added up', () => {
  const store = (state: StoreStatus['state'], readings: number): StoreStatus => ({
    name: 'influxdb1',
    type: 'influxdb1',
    answers_history: true,
    state,
    reason: state === 'waiting' ? 'no room' : '',
    pending: { readings, kpis: 1, provisional: 2 },
    refused: { readings: 0, kpis: 0 },
    refill: null,
  })
  const { sources } = sourcesOf({}, [{ stores: [store('current', 0)] }, { stores: [store('waiting', 5)] }])
  expect(sources.stores()).toEqual([{ ...store('waiting', 5), pending: { readings: 5, kpis: 2, provisional: 4 } }])
})

test('readiness names what each owner says, and the partition that has none', () => {
  const check = { name: 'database', ok: true, reason: '' }
  const { sources } = sourcesOf({}, [{ health: [check] }, { health: [check] }], [1])
  expect(sources.health().map(({ name, ok }) => [name, ok])).toEqual([
    ['partition 1', false],
    ['partition 0: database', true],
  ])
})

test('a report of plants of several owners is refused, and so is a ledger of several', async () => {
  const { sources } = sourcesOf({ submitAudit: () => null })
  const plants = ['a', 'b', 'c', 'd', 'e', 'f']
  const request = { plants, profile: 'ghg', from: '2026-01-01', to: '2026-02-01' } as const
  await expect(sources.submitAudit({ what: 'report', request, languages: null })).rejects.toMatchObject({ status: 409 })
  await expect(Promise.resolve().then(() => sources.ledger())).rejects.toMatchObject({ status: 409 })
  await sources.submitAudit({ what: 'report', request: { ...request, plants: ['a'] }, languages: null })
})

test('originals are neither taken nor handed out: it says where they lie, and asks nobody', async () => {
  const { sources, asked } = sourcesOf({})
  const refusal = { status: 409, message: expect.stringContaining('greengauge original add on that machine') }
  await expect(sources.keepOriginal('suzhou-1', Buffer.from('bill'))).rejects.toMatchObject(refusal)
  await expect(sources.original('suzhou-1', 'ab'.repeat(32))).rejects.toMatchObject(refusal)
  expect(asked).toEqual([])
})

test('measures before the first answer are zero, and of several owners their sums', () => {
  const none = totalMeasures([])
  expect([none.messagesReceived, none.stores]).toEqual([0, []])
  const ack = { bucketsSeconds: [0.01, 0.1], counts: [1, 2], sum: 0.2, count: 4 }
  const one: Measures = {
    ...none,
    messagesReceived: 3,
    pipelineLagMs: 10,
    pipelineLiveLagMs: 5,
    journalOldestMs: 500,
    ack,
  }
  const both = totalMeasures([one, { ...one, pipelineLagMs: 20, journalOldestMs: null }])
  expect(both).toMatchObject({ messagesReceived: 6, pipelineLagMs: 20, pipelineLiveLagMs: 5, journalOldestMs: 500 })
  const { pipelineLiveLagMs, ...before } = { ...one, pipelineLagMs: 30 }
  expect(totalMeasures([one, before as Measures]).pipelineLiveLagMs).toBe(30)
  expect(both.ack).toEqual({ ...ack, counts: [2, 4], sum: 0.4, count: 8 })
})
