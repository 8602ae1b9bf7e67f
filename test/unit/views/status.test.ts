import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GatewayStatus } from '../../../src/base/wire.js'
import { statusAnswer } from '../../../src/views/store-answers.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { NOW } from './examples.js'
import { FakeSources } from './fake-sources.js'

let sources: FakeSources
let views: Views

beforeEach(async () => {
  sources = new FakeSources()
  sources.counted = counted(100, [0, 0, 0], 0)
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterEach(() => views.close())

/** Counters after so many messages; of the acknowledgements so many took up to 1, 10 and 100 ms, and so many longer. */
function counted(messages: number, upTo: readonly [number, number, number], longer: number) {
  const count = upTo.reduce((sum, one) => sum + one, longer)
  return {
    messagesReceived: messages,
    messagesByDoor: { mqtt: messages, broker: 0, hj212: 0, modbus: 0, opcua: 0 },
    bytesReceived: messages * 100,
    journalRecords: messages / 10,
    ack: { bucketsSeconds: [0.001, 0.01, 0.1], counts: upTo, sum: 1, count },
  }
}

async function status(): Promise<GatewayStatus> {
  return statusAnswer.parse(await (await fetch(`http://127.0.0.1:${views.port}/api/v1/gateway/status`)).json())
}

test('at the start no rate is known, and what is known is there', async () => {
  const answer = await status()
  expect(answer).toMatchObject({
    version: '1.2.3',
    mqtt: { port: 1883, clients: 4 },
    feed: { clients: 0, dropped_updates: 0 },
    intake: { messages_total: 100, messages_per_s: null, bytes_total: 10_000, ack_ms: null },
    pipeline: { lag_s: 0.25, live_lag_s: 0.125 },
    journal: { bytes: 4096, bytes_max: 1_000_000, oldest_at: NOW, records_per_s: null },
    archive: { bytes: 5_000, oldest_at: '2026-11-23T00:00:00.000Z', days: 1.5 },
    process: { cpu_share: null },
    rates: [],
    checks: [{ name: 'journal', ok: true, reason: '' }],
  })
  expect(answer.stores.map(({ name }) => name)).toEqual(['duckdb', 'influxdb1'])
  expect(answer.process.rss_bytes).toBeGreaterThan(answer.process.heap_bytes)
  expect(Date.parse(answer.started_at)).toBeLessThan(Date.parse(NOW))
})

test('rates are those of ten seconds each, the mean is that of a minute, quantiles are those of five', async () => {
  // 10 messages a second, each acknowledged in 1 to 10 ms, for two minutes; then none.
  for (let step = 1; step <= 12; step++) {
    sources.counted = counted(100 + 100 * step, [0, 100 * step, 0], 0)
    await sources.clock.advance(10_000)
  }
  expect((await status()).intake).toMatchObject({ messages_per_s: 10, ack_ms: { p50: expect.closeTo(5.5, 9) } })
  await sources.clock.advance(30_000)
  const { intake, journal, rates, process } = await status()
  expect(intake.messages_per_s).toBe(5)
  expect(journal.records_per_s).toBe(0.5)
  expect(intake.ack_ms?.p99).toBeCloseTo(9.91)
  expect(process.cpu_share).toBeGreaterThan(0)
  expect(rates).toHaveLength(15)
  expect(rates[11]).toMatchObject({ at: '2026-11-24T12:02:00.000Z', messages_per_s: 10 })
  expect(rates[11]!.ack_p99_ms).toBeCloseTo(9.91)
  expect(rates[14]).toEqual({ at: '2026-11-24T12:02:30.000Z', messages_per_s: 0, ack_p99_ms: null })
  await sources.clock.advance(300_000)
  expect((await status()).intake).toMatchObject({ messages_per_s: 0, ack_ms: null })
})

test('an acknowledgement that took longer than all bounds counts as the last; a quarter of an hour is kept', async () => {
  sources.counted = counted(104, [1, 2, 0], 1)
  await sources.clock.advance(10_000)
  expect((await status()).intake.ack_ms).toEqual({ p50: expect.closeTo(5.5, 9), p99: 100 })
  await sources.clock.advance(20 * 60_000)
  const { rates } = await status()
  expect(rates).toHaveLength(90)
  expect(rates.at(-1)?.at).toBe('2026-11-24T12:20:10.000Z')
})
