import { describe, expect, test } from 'vitest'
import { PacketRing, readingOf } from '../../bench/load/packets.js'
import { bodiesOf } from '../../bench/load/raw-order.js'

const FIRST_TS = 1_700_000_000_000
const TOPIC = 'plants/bench/line-1/m00001/energy'
const NOW = FIRST_TS + 1_000_000
const shape = { topics: [TOPIC], qos: 1 as const, firstTs: FIRST_TS, stepMs: 1000 }

/** The PUBLISH packets of a buffer, read by the letter of MQTT 3.1.1. */
function publishes(bytes: Buffer) {
  const found: { head: number; topic: string; id: number | null; payload: unknown }[] = []
  for (let at = 0; at < bytes.length; ) {
    const head = bytes[at++]!
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    const body = bytes.subarray(at, at + length)
    at += length
    const topicEnd = 2 + body.readUInt16BE(0)
    const topic = body.toString('utf8', 2, topicEnd)
    const isAcknowledged = (head & 6) > 0
    const id = isAcknowledged ? body.readUInt16BE(topicEnd) : null
    found.push({ head, topic, id, payload: JSON.parse(body.toString('utf8', topicEnd + (isAcknowledged ? 2 : 0))) })
  }
  return found
}

describe('the packets of the load generator', () => {
  test('a ring holds one QoS 1 PUBLISH a slot, with the packet ids 1, 2, 3', () => {
    const ring = new PacketRing({ ...shape, metrics: ['elec_import_kwh'], samples: 1 }, 3)
    for (const slot of [0, 1, 2]) ring.patch(slot, slot, NOW)
    expect(publishes(ring.packets(0, 3))).toEqual(
      [0, 1, 2].map((n) => ({
        head: 0x32,
        topic: TOPIC,
        id: n + 1,
        payload: { ts: FIRST_TS + n * 1000, metrics: { elec_import_kwh: readingOf(n) } },
      })),
    )
  })

  test('a patched slot is the new message and leaves its neighbours alone', () => {
    const ring = new PacketRing({ ...shape, metrics: ['elec_import_kwh'], samples: 1 }, 3)
    for (const slot of [0, 1, 2]) ring.patch(slot, slot, NOW)
    ring.patch(1, 123_456, NOW)
    expect(publishes(ring.packets(0, 3)).map(({ payload }) => payload)).toEqual([
      { ts: FIRST_TS, metrics: { elec_import_kwh: 1_000_000 } },
      { ts: FIRST_TS + 123_456_000, metrics: { elec_import_kwh: 1_001_234.56 } },
      { ts: FIRST_TS + 2000, metrics: { elec_import_kwh: 1_000_000.02 } },
    ])
  })

  test('an array carries its samples one step apart, message after message, each with all metrics', () => {
    const metrics = ['elec_import_kwh', 'elec_import_kw']
    const ring = new PacketRing({ ...shape, metrics, samples: 3 }, 1)
    ring.patch(0, 2, NOW)
    expect(publishes(ring.bytes)[0]?.payload).toEqual(
      [6, 7, 8].map((n) => ({
        ts: FIRST_TS + n * 1000,
        metrics: { elec_import_kwh: readingOf(n), elec_import_kw: readingOf(n) },
      })),
    )
  })

  test('the devices of one connection take turns, each with times and values of its own', () => {
    const topics = ['plants/bench/line-1/m00001/energy', 'plants/bench/line-1/m00003/energy']
    const ring = new PacketRing({ ...shape, topics, metrics: ['elec_import_kwh'], samples: 1 }, 4)
    for (const slot of [0, 1, 2, 3]) ring.patch(slot, slot, NOW)
    expect(publishes(ring.bytes).map(({ topic, payload }) => [topic, payload])).toEqual(
      [0, 1, 2, 3].map((n) => [
        topics[n % 2],
        { ts: FIRST_TS + Math.floor(n / 2) * 1000, metrics: { elec_import_kwh: readingOf(Math.floor(n / 2)) } },
      ]),
    )
    expect(() => new PacketRing({ ...shape, topics, metrics: [], samples: 1 }, 3)).toThrow('not the same number')
  })

  test('live times are those of sending, and never twice the same for one device', () => {
    const ring = new PacketRing({ ...shape, firstTs: null, metrics: ['elec_import_kwh'], samples: 2 }, 3)
    for (const [slot, nowMs] of [NOW, NOW + 1, NOW + 100].entries()) ring.patch(slot, slot, nowMs)
    const times = publishes(ring.bytes).map(({ payload }) => (payload as { ts: number }[]).map(({ ts }) => ts - NOW))
    expect(times).toEqual([
      [-1, 0],
      [1, 2],
      [99, 100],
    ])
  })

  test('a PUBLISH of QoS 0 has no packet id', () => {
    const ring = new PacketRing({ ...shape, qos: 0, metrics: ['elec_import_kwh'], samples: 1 }, 2)
    for (const slot of [0, 1]) ring.patch(slot, slot, NOW)
    expect(publishes(ring.bytes)).toEqual(
      [0, 1].map((n) => ({
        head: 0x30,
        topic: TOPIC,
        id: null,
        payload: { ts: FIRST_TS + n * 1000, metrics: { elec_import_kwh: readingOf(n) } },
      })),
    )
  })

  test('a value that has no digit left is refused, not cut', () => {
    const ring = new PacketRing({ ...shape, metrics: ['elec_import_kwh'], samples: 1 }, 1)
    ring.patch(0, 899_999_999, NOW)
    expect(publishes(ring.bytes)[0]?.payload).toMatchObject({ metrics: { elec_import_kwh: 9_999_999.99 } })
    expect(() => ring.patch(0, 900_000_000, NOW)).toThrow('no digit left')
  })
})

test('the raw writer writes the samples of the same messages, in bodies of at most the size asked for', () => {
  const load = {
    port: 0,
    connections: 2,
    devices: 2,
    qos: 1 as const,
    window: 1,
    messages: 2,
    seconds: null,
    messagesPerSecond: null,
    metrics: ['elec_import_kwh'],
    samples: 2,
    firstTs: FIRST_TS,
    stepMs: 1000,
  }
  const bodies = [...bodiesOf({ load, bodyBytes: 220 })].map(String)
  const line = (device: string, value: string, ts: number) =>
    `energy,device=${device},line=line-1,plant=bench elec_import_kwh=${value},quality="good" ${ts}\n`
  expect(bodies.every((body) => body.length <= 220)).toBe(true)
  expect(bodies.join('')).toBe(
    [
      line('m00001', '1000000', FIRST_TS),
      line('m00001', '1000000.01', FIRST_TS + 1000),
      line('m00002', '1000000', FIRST_TS),
      line('m00002', '1000000.01', FIRST_TS + 1000),
      line('m00001', '1000000.02', FIRST_TS + 2000),
      line('m00001', '1000000.03', FIRST_TS + 3000),
      line('m00002', '1000000.02', FIRST_TS + 2000),
      line('m00002', '1000000.03', FIRST_TS + 3000),
    ].join(''),
  )
})

test('with aliases a reading before the first one says what each stands for', () => {
  const topics = [TOPIC, TOPIC.replace('m00001', 'm00002')]
  const metrics = ['elec_import_kwh']
  const ring = new PacketRing({ ...shape, topics, version: '5 with aliases', metrics, samples: 1 }, 2)
  const opening = ring.opening!.toString('latin1')
  const half = opening.length / 2
  for (const [i, topic] of topics.entries()) {
    const packet = opening.slice(i * half, (i + 1) * half)
    const head = `\x30${String.fromCharCode(half - 2)}\x00${String.fromCharCode(topic.length)}${topic}\x03\x23\x00`
    expect(packet.startsWith(head + String.fromCharCode(i + 1))).toBe(true)
    const payload = JSON.parse(packet.slice(head.length + 1))
    expect(payload).toEqual({ ts: FIRST_TS - 1000, metrics: { elec_import_kwh: readingOf(0) } })
  }
  const rest = ring.packets(0, 2).toString('latin1')
  expect(rest).toContain('\x00\x00\x00\x02\x03\x23\x00\x02{"ts":')
  expect(rest).not.toContain('plants/')
})
