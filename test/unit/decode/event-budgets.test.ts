import { describe, expect, test } from 'vitest'
import { plantOptions } from '../../../src/base/plant.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { ConfiguredNames } from '../../../src/decode/cardinality/configured.js'
import { KnownNames } from '../../../src/decode/cardinality/known.js'
import { limitsOptions } from '../../../src/decode/cardinality/options.js'
import { Decoder } from '../../../src/decode/decoder.js'

/** Events are bounded by device and by plant, day by day: what devices send, never what people say. */

const DAY_MS = 86_400_000
const NOON = Date.parse('2026-11-24T12:00:00Z')
const PLANT = plantOptions.parse({
  id: 'own',
  name: {},
  timezone: 'UTC',
  lines: [{ id: 'l' }],
  devices: [
    { id: 'm1', line: 'l', metrics: {} },
    { id: 'm2', line: 'l', metrics: {} },
  ],
})

interface Sent {
  readonly device?: string
  readonly plant?: string
  readonly type?: 'order' | 'measure' | 'comment'
  readonly ts?: number
  readonly arrivedAt?: number
  readonly metrics?: object
}

const FIELDS = { order: { product: 'p' }, measure: { char: 'c', value: 1 }, comment: { text: 't' } }

function setUp(limits: object) {
  const known = new KnownNames()
  const configure = (now: object) => known.configure(limitsOptions.parse(now), new ConfiguredNames([PLANT], []))
  configure(limits)
  const decoder = new Decoder()
  const send = (ids: readonly string[], sent: Sent = {}) => {
    const { device = 'm1', plant = 'own', type = 'measure', arrivedAt = NOON, ts = arrivedAt, metrics } = sent
    const events = ids.map((id) => ({ id, type, ...FIELDS[type] }))
    const body = Buffer.from(JSON.stringify({ ts, metrics, events }))
    const whole = { payloadStart: 0, payloadEnd: body.length, retain: false, fullSizeBytes: null }
    const topic = `plants/${plant}/l/${device}/production`
    const message = { topic, payload: body, body, arrivedAt, ...whole }
    const taken = decoder.take(message, { registered: null, known }, new ReadingBlock(), 1)
    return {
      ids: taken.events.map(({ id }) => id),
      readings: taken.readings,
      details: taken.rejected.map(({ reason, detail }) => `${reason} ${detail}`),
      isDecoded: taken.isDecoded,
    }
  }
  return { known, configure, send }
}

describe('events of one device', () => {
  test('are taken up to the limit of a day; what is beyond is refused in one sentence, and metrics are taken', () => {
    const { send, known } = setUp({ events_per_device: 3 })
    expect(send(['a', 'b'])).toMatchObject({ ids: ['a', 'b'], details: [] })
    const next = send(['c', 'd', 'e'], { metrics: { parts_total: 1 } })
    expect(next).toMatchObject({ ids: ['c'], readings: 1, isDecoded: true })
    expect(next.details).toEqual([
      'too_many 2 of 3 events: device m1 of plant own has no room for one more event of 2026-11-24: limits.events_per_device is 3 a day; send fewer, or raise the limit',
    ])
    expect(send(['f'])).toMatchObject({ ids: [], isDecoded: false, details: [expect.stringMatching(/^too_many /)] })
    expect(send(['f'], { device: 'm2' })).toMatchObject({ ids: ['f'], details: [] })
    expect([...known.refused]).toMatchObject([['own', { device: 'm1', budget: 'events_per_device', refused: 3 }]])
  })

  test('have room again on the next day, and on the days of the week before it', () => {
    const { send } = setUp({ events_per_device: 1 })
    expect(send(['a']).ids).toEqual(['a'])
    for (let day = 1; day <= 7; day++) {
      expect(send([`b${day}`, `c${day}`], { ts: NOON - day * DAY_MS }).ids).toEqual([`b${day}`])
    }
    expect(send(['d', 'e'], { arrivedAt: NOON + DAY_MS }).ids).toEqual(['d'])
  })

  test('of more than a week ago have the room of ten days together, by day of arrival: days of the past have no end', () => {
    const { send } = setUp({ events_per_device: 1 })
    const old = (day: number, arrivedAt = NOON) =>
      send([`o${day}/${arrivedAt}`], { ts: NOON - day * DAY_MS, arrivedAt })
    for (let day = 8; day < 18; day++) expect(old(day * 30).details).toEqual([])
    expect(old(1000).details[0]).toMatch(/limits.events_per_device is 1 a day, and 10 for all from more than a week/)
    expect(old(1000, NOON + DAY_MS).details).toEqual([])
  })

  test('that are sent again cost nothing', () => {
    const { send } = setUp({ events_per_device: 2 })
    for (let i = 0; i < 5; i++) expect(send(['a']).details).toEqual([])
    expect(send(['b', 'c']).ids).toEqual(['b'])
    expect(send(['a', 'b']).ids).toEqual(['a', 'b'])
  })

  test('on which figures depend for good have a smaller room of their own', () => {
    const { send } = setUp({ lasting_events_per_device: 1 })
    expect(send(['a'], { type: 'order' }).ids).toEqual(['a'])
    expect(send(['b'], { type: 'order' }).details[0]).toMatch(/limits.lasting_events_per_device is 1 a day/)
    expect(send(['c'], { type: 'measure' }).ids).toEqual(['c'])
    expect(send(['d'], { type: 'comment' }).ids).toEqual(['d'])
  })

  test('honest ones never meet the limits: a part a second all day, and an order every ten seconds', () => {
    const { send } = setUp({})
    const hundred = Array.from({ length: 100 }, (_, i) => i)
    for (let i = 0; i < 864; i++) expect(send(hundred.map((n) => `m${i}/${n}`)).details).toEqual([])
    for (let i = 0; i < 86; i++) {
      expect(
        send(
          hundred.map((n) => `o${i}/${n}`),
          { type: 'order' },
        ).details,
      ).toEqual([])
    }
  })
})

describe('events of a plant', () => {
  test('are bounded; devices that nobody has configured share one room and take none from those that are', () => {
    const { send } = setUp({ events_per_plant: 3 })
    for (const device of ['d1', 'd2', 'd3']) expect(send([device], { device }).details).toEqual([])
    expect(send(['x'], { device: 'd4' }).details[0]).toMatch(
      /^too_many plant own has no room for one more event of 2026-11-24, here of device d4: limits.events_per_plant is 3 a day/,
    )
    expect(send(['a', 'b', 'c', 'd']).ids).toEqual(['a', 'b', 'c'])
    expect(send(['e'], { device: 'm2' }).details).toHaveLength(1)
  })

  test('plants that nobody has configured have one room together', () => {
    const { send } = setUp({ events_per_plant: 2 })
    for (const plant of ['p', 'q']) expect(send([plant], { plant, device: 'd' }).details).toEqual([])
    expect(send(['r'], { plant: 'r', device: 'd' }).details).toHaveLength(1)
    expect(send(['a']).details).toEqual([])
  })
})

describe('what has been taken', () => {
  test('is known after a start, sent again or not, and forgotten with the device', () => {
    const limits = { events_per_device: 3, lasting_events_per_plant: 2 }
    const first = setUp(limits)
    first.send(['a', 'b'])
    first.send(['o1', 'o2'], { device: 'm2', type: 'order' })
    const states = first.known.takeChanges()
    const next = setUp(limits)
    const at = (device: string) => ({ plant: 'own', line: 'l', device })
    next.known.restore([at('m1'), at('m2')], [], states)
    expect(next.send(['a', 'c', 'd']).ids).toEqual(['a', 'c'])
    expect(next.send(['o3'], { type: 'order', device: 'm2' }).details[0]).toMatch(
      /limits.lasting_events_per_plant is 2/,
    )
    next.known.forget('own', ['m1', 'm2'], new Set())
    expect(next.send(['d']).ids).toEqual(['d'])
    expect(next.known.takeChanges().filter(({ key }) => key === 'events/d/own/m2')).toEqual([
      { key: 'events/d/own/m2', content: null },
    ])
  })

  test('has room when the limit is raised', () => {
    const { send, configure } = setUp({ events_per_device: 1 })
    expect(send(['a', 'b']).ids).toEqual(['a'])
    configure({ events_per_device: 2 })
    expect(send(['b', 'c']).ids).toEqual(['b'])
  })

  test('takes memory for a week of days, however long it goes on', () => {
    const { send, known } = setUp({})
    for (let day = 0; day < 400; day++) {
      const arrivedAt = NOON + day * DAY_MS
      for (const back of [0, 1, 7, 8, 300]) send([`e${day}/${back}`], { arrivedAt, ts: arrivedAt - back * DAY_MS })
    }
    const states = known.takeChanges().filter(({ key }) => key.startsWith('events/'))
    expect(states).toHaveLength(2)
    for (const { content } of states) expect(content!.length).toBeLessThan(1000)
  })
})
