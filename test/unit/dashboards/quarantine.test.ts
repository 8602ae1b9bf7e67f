import { describe, expect, it } from 'vitest'
import {
  adviceOn,
  detailOf,
  devicesOf,
  groupsOf,
  merged,
  RETRY_MAX,
  retryAll,
} from '../../../dashboards/src/devices/quarantine.js'
import type { Answer } from '../../../dashboards/src/gateway/api.js'
import type { RejectReason } from '../../../src/base/reasons.js'
import type { QuarantineItem, RetryAnswer } from '../../../src/base/wire.js'
import { isFault } from '../../../src/decode/fault.js'
import { readMetric } from '../../../src/decode/metric.js'

function anItem(second: number, reason: RejectReason = 'bad_unit'): QuarantineItem {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
  const rest = { topic: 'plants/a/b/c/energy', client: 'c', size_bytes: 2, sample: '{}', rejections: [], count: 1 }
  return { id: `q-${second}`, received_at: at, reason, ...rest }
}
const through = { result: 'accepted', readings: 3, events: 0, rejections: [] } as const
const stillWrong = { result: 'rejected', readings: 0, events: 0, rejections: [] } as const
const loaded = (value: RetryAnswer): Answer<RetryAnswer> => ({ kind: 'loaded', value })
const going = new AbortController().signal
const nothing = () => undefined

describe('what waits in quarantine', () => {
  it('is grouped by reason, newest first, the group of the newest first', () => {
    const groups = groupsOf([anItem(1, 'bad_json'), anItem(3), anItem(2, 'bad_json')])
    expect(groups.map(({ reason, items }) => [reason, items.map(({ id }) => id)])).toEqual([
      ['bad_unit', ['q-3']],
      ['bad_json', ['q-2', 'q-1']],
    ])
  })

  it('is explained by the fault that gave its group the name, not by the first of its faults', () => {
    const rejections = [
      { index: 0, reason: 'bad_value' as const, detail: 'too large' },
      { index: 0, reason: 'bad_unit' as const, detail: 'no such unit' },
    ]
    expect(detailOf({ reason: 'bad_unit', rejections })).toBe('no such unit')
    expect(detailOf({ reason: 'bad_unit', rejections: [] })).toBe('')
  })

  it('names each device once, and nobody for a topic that is none', () => {
    expect(devicesOf([anItem(1), anItem(2), { ...anItem(3), topic: 'plant/x' }])).toEqual(['c'])
  })

  it('stands once, however often a page that has it is read', () => {
    expect(merged([anItem(2), anItem(1)], [anItem(3), anItem(2)]).map(({ id }) => id)).toEqual(['q-3', 'q-2', 'q-1'])
  })
})

describe('what mends a rejection', () => {
  it.each([
    ['1250.5', 'no quotation marks'],
    ['-3', 'no quotation marks'],
    ['broken', 'look at the sensor'],
    [-1, 'look at the sensor'],
  ])('%j: %s', (value, advice) => {
    const words = { todo: { bad_value: 'look at the sensor' } as never, todoQuoted: 'no quotation marks' }
    const basis = { class: 'energy' } as Parameters<typeof readMetric>[1]
    const found = readMetric({ name: 'elec_import_kwh', value, unit: undefined, quality: undefined }, basis)
    if (!isFault(found)) throw new Error('it was taken')
    expect(adviceOn(words, found.reason, found.detail)).toBe(advice)
  })
})

describe('a retry of several messages', () => {
  it('goes from the oldest on, and says how many readings are stored and how many are still wrong', async () => {
    const asked: string[] = []
    const retry = async (id: string) => {
      asked.push(id)
      return loaded(id === 'q-2' ? stillWrong : through)
    }
    const run = await retryAll([anItem(3), anItem(2), anItem(1)], retry, nothing, going)
    expect(asked).toEqual(['q-1', 'q-2', 'q-3'])
    expect(run).toEqual({ of: 3, done: 3, accepted: 2, readings: 6, events: 0, rejected: 1, gone: 0, failed: null })
  })

  it('ends when the gateway cannot be asked, with what it said', async () => {
    const retry = async (id: string): Promise<Answer<RetryAnswer>> =>
      id === 'q-1' ? loaded(through) : { kind: 'failed', detail: 'HTTP 503' }
    expect(await retryAll([anItem(3), anItem(2), anItem(1)], retry, nothing, going)).toMatchObject({
      of: 3,
      done: 1,
      failed: 'HTTP 503',
    })
  })

  it('goes on behind a message that somebody else has retried, and takes it from the list', async () => {
    const steps: [string, string | null][] = []
    const retry = async (id: string): Promise<Answer<RetryAnswer>> =>
      id === 'q-2' ? { kind: 'failed', detail: 'There is nothing with the id q-2', status: 404 } : loaded(through)
    const onStep = (_: unknown, item: QuarantineItem, answer: RetryAnswer | null) => {
      steps.push([item.id, answer?.result ?? null])
    }
    const run = await retryAll([anItem(3), anItem(2), anItem(1)], retry, onStep, going)
    expect(run).toMatchObject({ of: 3, done: 3, accepted: 2, gone: 1, failed: null })
    expect(steps).toEqual([
      ['q-1', 'accepted'],
      ['q-2', null],
      ['q-3', 'accepted'],
    ])
  })

  it('ends where the reader stops it', async () => {
    const stop = new AbortController()
    const run = await retryAll(
      [anItem(3), anItem(2)],
      async () => loaded(through),
      () => stop.abort(),
      stop.signal,
    )
    expect(run.done).toBe(1)
  })

  it('takes no more than a thousand at once', async () => {
    const many = Array.from({ length: RETRY_MAX + 1 }, (_, i) => anItem(i))
    expect((await retryAll(many, async () => loaded(through), nothing, going)).done).toBe(RETRY_MAX)
  })
})
