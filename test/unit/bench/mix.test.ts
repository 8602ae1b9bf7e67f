import { expect, test } from 'vitest'
import { METRICS } from '../../../src/base/metrics.js'
import { KINDS, kindOf, mixedPlant, sampleOf, seriesOf } from '../../bench/load/mix.js'
import { MixedRing, type MixedShape } from '../../bench/load/mixed-ring.js'

/** The plant that `live` sends for: what it is made of, and that each sample goes once. */

const NOW = Date.UTC(2026, 10, 29, 12)
const shape: MixedShape = { device: 0, samples: 1, firstTs: null, burstSeconds: 0, stepMs: 1000, isLate: false }

/** Payloads of so many messages, one after the other, a second apart. */
function payloads(of: Partial<MixedShape>, messages: number) {
  const ring = new MixedRing({ ...shape, ...of }, 10)
  return Array.from({ length: messages }, (_, message) => {
    ring.patch(message % 10, message, NOW + message * 1000)
    const packet = ring.packets(message % 10, 1)
    expect(packet[0]).toBe(0x32)
    return JSON.parse(packet.toString('utf8', packet.length - ring.payloadBytes)) as ReturnType<typeof sampleOf>
  })
}

test('of ten devices six are meters with 3 metrics, three robots with 4, and one a stack with 5', () => {
  const counts: Record<string, number> = {}
  for (let device = 0; device < KINDS; device++) {
    const { role, metrics } = kindOf(device)
    const kind = `${role} ${Object.keys(metrics).length}`
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  expect(counts).toEqual({ 'sub 3': 6, 'robot 4': 3, 'stack 5': 1 })
  expect(seriesOf(2000)).toBe(7000)
  expect(kindOf(2000).role).toBe('sub')
})

test('every metric is one that takes part in KPIs, of the class of its device, and has a value that may be', () => {
  for (let device = 0; device < KINDS; device++) {
    const { cls } = kindOf(device)
    for (const [name, value] of Object.entries(sampleOf(device, NOW).metrics)) {
      const metric = METRICS.get(name)!
      expect(metric.classes, name).toContain(cls)
      if (typeof value !== 'number') continue
      expect(value, name).toBeGreaterThanOrEqual(metric.min ?? 0)
      expect(value, name).toBeLessThanOrEqual(metric.max ?? Infinity)
    }
  }
})

test('registers never fall', () => {
  for (let device = 0; device < KINDS; device++) {
    const [early, late] = [sampleOf(device, NOW).metrics, sampleOf(device, NOW + 3_600_000).metrics]
    for (const name of Object.keys(early)) {
      const kind = METRICS.get(name)!.kind
      if (kind === 'counter' || kind === 'pieces') expect(late[name]! > early[name]!, name).toBe(true)
    }
  }
})

test('every device of the plant is configured with its metrics', () => {
  const { devices } = mixedPlant(20, 1)
  expect(devices).toHaveLength(20)
  expect(Object.keys(devices[9]!.metrics)).toEqual(Object.keys(kindOf(9).metrics))
})

test('messages are a second apart and of the time of their sending', () => {
  expect(payloads({}, 3)).toEqual([0, 1, 2].map((i) => sampleOf(0, NOW + i * 1000)))
})

test('with late ones each tenth is two to five minutes old, and no sample goes twice', () => {
  for (const device of [0, 7, 18]) {
    const ts = payloads({ device, isLate: true }, 500).map((payload) => payload.ts)
    const ages = ts.map((at, message) => (NOW + message * 1000 - at) / 1000)
    expect(ages.filter((age) => age !== 0)).toHaveLength(50)
    expect(ages.every((age) => age === 0 || (age >= 120 && age <= 300))).toBe(true)
    expect(new Set(ts).size).toBe(ts.length)
  }
})

test('the first sample of a burst is as old as the burst is long', () => {
  expect(payloads({ burstSeconds: 10 }, 1)[0]!.ts).toBe(NOW - 10_000)
})

test('an array has its samples one step apart, of a past that is told', () => {
  const firstTs = Date.UTC(2026, 10, 1)
  const [, second] = payloads({ firstTs, stepMs: 60_000, samples: 60 }, 2) as unknown as { ts: number }[][]
  expect(second).toHaveLength(60)
  expect(second!.map(({ ts }) => ts)).toEqual(Array.from({ length: 60 }, (_, i) => firstTs + (60 + i) * 60_000))
})
