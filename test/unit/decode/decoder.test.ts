import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { payloadOf } from '../../../simulators/samples.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { topicOf } from '../../../src/base/topic.js'
import { type DecodeRules, decode } from '../../../src/decode/decode.js'
import { Decoder } from '../../../src/decode/decoder.js'
import { BothWays, readingsOf } from '../../support/block-decoding.js'
import { RULES as EVERY_PROFILE } from '../../support/fuzz/corpus.js'

const ARRIVED_AT = Date.parse('2026-11-24T08:00:01Z')
const ANYBODY: DecodeRules = { registered: null }
const NOTHING = new Uint8Array(0)
const TOPIC = 'plants/suzhou-1/utilities/main-1/energy'

function messageOf(payload: string, topic = TOPIC) {
  const body = Buffer.from(payload)
  const whole = { payloadStart: 0, payloadEnd: body.length, retain: false, fullSizeBytes: null }
  return { topic, payload: body, body, arrivedAt: ARRIVED_AT, ...whole }
}

describe('every case of decoding', () => {
  const folder = new URL('../../cases/decode/', import.meta.url)
  const both = new BothWays()
  for (const name of readdirSync(folder).sort()) {
    test(`gives the same in a block: ${name.replaceAll('-', ' ')}`, () => {
      const input = JSON.parse(readFileSync(new URL(`${name}/input.json`, folder), 'utf8'))
      const payload =
        input.base64 === undefined
          ? Buffer.from(input.text ?? JSON.stringify(input.json))
          : Buffer.from(input.base64, 'base64')
      const registered = input.registered === undefined ? null : new Set<string>(input.registered)
      const { expected, got } = both.take(
        { ...input, payload, arrivedAt: Date.parse(input.arrivedAt) },
        { registered, retentionMs: input.retentionMs ?? null },
        NOTHING,
      )
      expect(got).toEqual(expected)
    })
  }
})

describe('what an external broker had kept (retained)', () => {
  const take = (payload: string, retain: boolean, ingress: 'mqtt' | 'broker' = 'broker') => {
    const block = new ReadingBlock()
    const taken = new Decoder().take({ ...messageOf(payload), retain, ingress }, ANYBODY, block, 1)
    const rejected = taken.rejected.map(({ reason, detail }) => `${reason}: ${detail}`)
    return { times: readingsOf(block).map(({ ts }) => ts), rejected, isDecoded: taken.isDecoded }
  }
  const timed = `{"ts":${ARRIVED_AT - 5000},"metrics":{"elec_import_kwh":1}}`
  const untimed = '{"metrics":{"elec_import_kwh":1}}'

  test('is a reading of the time that it says, and none where it says no time', () => {
    expect(take(timed, true).times).toEqual([ARRIVED_AT - 5000])
    const kept = take(untimed, true)
    expect(kept).toMatchObject({ times: [], isDecoded: false })
    expect(kept.rejected).toEqual([expect.stringContaining('bad_schema: ts is missing, and the message was retained')])
  })

  test('what comes at once has the time of its arrival, also what is retained at our own broker', () => {
    expect(take(untimed, false).times).toEqual([ARRIVED_AT])
    expect(take(untimed, true, 'mqtt').times).toEqual([ARRIVED_AT])
  })

  test('nothing at all clears it, whether the flag is there or not, and is no fault', () => {
    for (const retain of [true, false]) expect(take('', retain)).toEqual({ times: [], rejected: [], isDecoded: true })
    expect(take('', false, 'mqtt').rejected).toHaveLength(1)
  })
})

test('a status of our own grammar is of its device, whatever profile knows topics that end so too', () => {
  const topic = 'plants/suzhou-1/press/r-2/status'
  const decoder = new Decoder()
  const taken = decoder.take(messageOf('offline', topic), EVERY_PROFILE, new ReadingBlock(), 1)
  expect(taken).toMatchObject({ path: { device: 'r-2' }, status: { online: false } })
  expect(decoder.languageOf(messageOf('offline', topic), EVERY_PROFILE)).toContain('our own')
  expect(decoder.languageOf(messageOf('offline', 'attic/status'), EVERY_PROFILE)).toContain('profile')
})

describe('what the demo plants send', () => {
  const both = new BothWays()

  test('is read from its bytes where nothing but readings comes', () => {
    const counts = { plain: 0, odd: 0, withEvents: 0 }
    for (const { devices, epochMs } of demoPlants(1)) {
      const from = epochMs + 30 * 3_600_000
      for (const device of devices) {
        const all = device.samples(from, from + 1_200_000, 60_000)
        for (let i = 0; i < all.length; i += 1 + (i % 7)) {
          const sent = all.slice(i, i + 1 + (i % 7))
          const arrivedAt = sent.at(-1)!.ts + 200
          const message = {
            topic: topicOf(device.path, device.class),
            payload: Buffer.from(payloadOf(sent)),
            arrivedAt,
          }
          const { expected, got, isPlain } = both.take(message, ANYBODY, NOTHING)
          expect(got).toEqual(expected)
          if (sent.some(({ events }) => events !== undefined)) counts.withEvents++
          else if (isPlain) counts.plain++
          else counts.odd++
        }
      }
    }
    expect(counts.odd).toBe(0)
    expect(counts.plain).toBeGreaterThan(100)
  })
})

describe('the sources of readings', () => {
  const rows = (block: ReadingBlock) =>
    block.sources.slice(0, block.length).map(({ metric, unit }) => `${metric} ${unit}`)

  it('are the same object each time, also when a message was odd', () => {
    const decoder = new Decoder()
    const block = new ReadingBlock()
    decoder.take(messageOf('{"metrics":{"elec_import_kwh":1,"own":2}}'), ANYBODY, block, 1)
    decoder.take(messageOf('{"metrics":{"own":2,"elec_import_kwh":1},"note":"odd"}'), ANYBODY, block, 2)
    decoder.take(messageOf('{"metrics":{"elec_import_kwh":1},"units":{"elec_import_kwh":"MWh"}}'), ANYBODY, block, 3)
    decoder.take(messageOf('{"metrics":{"own":1},"units":{"own":"bar"}}'), ANYBODY, block, 4)
    decoder.take(messageOf('{"metrics":{"own":1},"units":{"own":"bar"},"note":"odd"}'), ANYBODY, block, 5)
    expect(decoder.plainMessages).toBe(3)
    const [kwh, own, ownAgain, kwhAgain, ofMwh, bar, barAgain] = block.sources
    expect(rows(block).slice(-2)).toEqual(['own bar', 'own bar'])
    expect(ownAgain).toBe(own)
    expect(kwhAgain).toBe(kwh)
    expect(ofMwh).toBe(kwh)
    expect(barAgain).toBe(bar)
    expect(bar).not.toBe(own)
  })

  it('are those of the topic: the same metric under another line is another source', () => {
    const decoder = new Decoder()
    const block = new ReadingBlock()
    decoder.take(messageOf('{"metrics":{"own":1}}'), ANYBODY, block, 1)
    decoder.take(messageOf('{"metrics":{"own":1}}', 'plants/suzhou-1/press/main-1/energy'), ANYBODY, block, 1)
    expect(block.sources.map(({ line }) => line)).toEqual(['utilities', 'press'])
  })

  it('have room for what is at hand, however many names and units a device makes up', () => {
    const decoder = new Decoder()
    const block = new ReadingBlock()
    for (let i = 0; i < 300; i++) {
      for (const end of ['', ',"note":1']) {
        const text = `{"metrics":{"own_${i}":${i},"own":1},"units":{"own":"u${i}"}${end}}`
        block.clear()
        decoder.take(messageOf(text), ANYBODY, block, 1)
        expect(readingsOf(block)).toEqual(decode(messageOf(text), ANYBODY).readings)
      }
    }
  })

  it('and however many topics', () => {
    const decoder = new Decoder()
    const block = new ReadingBlock()
    let wrong = 0
    for (let i = 0; i < 20_100; i++) {
      if (block.length === 100) block.clear()
      decoder.take(messageOf('{"metrics":{"own":1}}', `plants/p/l/d${i}/energy`), ANYBODY, block, 1)
      if (block.sources[block.length - 1]!.device !== `d${i}`) wrong++
    }
    expect(wrong).toBe(0)
    expect(decoder.plainMessages).toBe(20_100)
  })
})

it('what the rules say holds from the next message on', () => {
  const decoder = new Decoder()
  const block = new ReadingBlock()
  const message = messageOf(`{"ts":${ARRIVED_AT - 5000},"metrics":{"own":1}}`)
  const judged = (rules: DecodeRules) => decoder.take(message, rules, block, 1).rejected.map(({ reason }) => reason)
  expect(judged(ANYBODY)).toEqual([])
  expect(judged({ registered: new Set() })).toEqual(['unknown_device'])
  expect(judged({ registered: new Set(['suzhou-1/main-1']) })).toEqual([])
  expect(judged({ registered: null, retentionMs: 4999 })).toEqual(['ts_too_old'])
  expect(judged({ registered: null, retentionMs: 5000 })).toEqual([])
  expect(block.length).toBe(3)
})

it('an array of which one element is odd leaves nothing behind of the others', () => {
  const decoder = new Decoder()
  const block = new ReadingBlock()
  const elements = [`{"ts":${ARRIVED_AT},"metrics":{"own":1}}`, `{"ts":${ARRIVED_AT + 1},"metrics":{"own":-1e300}}`]
  const taken = decoder.take(messageOf(`[${elements.join()}]`), ANYBODY, block, 1)
  expect(decoder.plainMessages).toBe(0)
  expect(taken.readings).toBe(1)
  expect(taken.rejected).toHaveLength(1)
  expect(readingsOf(block).map(({ value }) => value)).toEqual([1])
})
