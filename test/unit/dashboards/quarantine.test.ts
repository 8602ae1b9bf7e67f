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
import { rejectionDetail } from '../../../dashboards/src/devices/rejections.zh.js'
import type { Answer } from '../../../dashboards/src/gateway/api.js'
import type { RejectReason } from '../../../src/base/reasons.js'
import type { QuarantineItem, RetryAnswer } from '../../../src/base/wire.js'
import { decode } from '../../../src/decode/decode.js'
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

const TOPIC = 'plants/p/l/meter-1/energy'
const ARRIVED_AT = Date.parse('2026-11-24T08:00:01Z')
const event = (fields: object) => ({ events: [{ id: 'e-1', type: 'fuel_used', fuel: 'diesel', amount: 1, ...fields }] })

/** Contents that devices most often send wrongly, with what a Chinese reader finds of the words of today's decoder. */
const SAID: readonly (readonly [chinese: string, content: unknown, topic?: string])[] = [
  ['elec_import_kwh 为文本 "1250.5"；应为数字（不加引号）', { metrics: { elec_import_kwh: '1250.5' } }],
  ['elec_import_kwh 为 null；应为数字或布尔值', { metrics: { elec_import_kwh: null } }],
  ['elec_import_kwh 为 -1 kWh；表底读数不得小于 0', { metrics: { elec_import_kwh: -1 } }],
  ['o2_pct 为 30 %；只能在 0 与 21 之间', { metrics: { o2_pct: 30 } }, 'plants/p/l/meter-1/emissions'],
  ['elec_import_kwh 可用单位：', { metrics: { elec_import_kwh: 1 }, units: { elec_import_kwh: 'furlong' } }],
  ['nox_mgm3 属于 emissions，却发到了 energy', { metrics: { nox_mgm3: 1 } }],
  ['"107" 不是指标名：', { metrics: { 107: 1 } }],
  ['载荷不是 JSON（', '{broken'],
  ['载荷为空；', ''],
  ['消息应为对象：', 7],
  ['消息中既无指标也无事件；', {}],
  ['ts 为 "yesterday"；应为带时区偏移的 RFC 3339 时间，', { ts: 'yesterday', metrics: { heat_gj: 1 } }],
  ['请校准设备时钟；若是网关时钟偏慢', { ts: '2031-01-01T00:00:00Z', metrics: { heat_gj: 1 } }],
  ['是否把秒当作毫秒发送？', { ts: 1_764_000_000, metrics: { heat_gj: 1 } }],
  ['缺少 ts；', [{ metrics: { heat_gj: 1 } }]],
  ['数组应含 1 至 ', []],
  ['最后一级 "nothing" 不在下列之中：', {}, 'plants/p/l/meter-1/nothing'],
  ['；其他主题需要设备规约（profiles.use）', {}, 'shelly/1'],
  ['主题应有 5 级：', {}, 'plants/p/meter-1'],
  ['设备标识 "Meter_1" 只能含 a 至 z、', {}, 'plants/p/l/Meter_1/energy'],
  ['设备不得以人员名义填报', event({ unit: 't', author: 'zhang' })],
  ['fuel_used 缺少 fuel；应为 文本', event({ unit: 't', fuel: undefined })],
  ['设备不得发送 correction：', event({ type: 'correction' })],
]

describe('what is said of a rejected message', () => {
  it.each(SAID)('in Chinese: %s', (chinese, content, topic) => {
    const payload = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    const message = {
      topic: String(topic ?? TOPIC),
      payload,
      arrivedAt: ARRIVED_AT,
      retain: false,
      fullSizeBytes: null,
    }
    const [rejection] = decode(message, { registered: null }).rejected
    expect(rejectionDetail(rejection?.detail ?? 'nothing is wrong')).toContain(chinese)
  })

  it('that is not known in Chinese stands as it came', () => {
    expect(rejectionDetail('the moon is full')).toBeNull()
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
