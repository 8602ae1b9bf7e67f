import { describe, expect, test } from 'vitest'
import { type PlantOptions, plantOptions } from '../../../src/base/plant.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { ConfiguredNames } from '../../../src/decode/cardinality/configured.js'
import { KnownNames } from '../../../src/decode/cardinality/known.js'
import { limitsOptions } from '../../../src/decode/cardinality/options.js'
import { Decoder } from '../../../src/decode/decoder.js'
import type { DialectState } from '../../../src/decode/dialect.js'
import { readingsOf } from '../../support/block-decoding.js'
import { bdSeq, Host, TYPE } from '../../support/sparkplug.js'

/** Names are bounded: what nobody has configured has room up to `limits`, what is configured or known always has. */

const ARRIVED_AT = Date.parse('2026-11-24T08:00:00Z')
const PLANT = plantOptions.parse({
  id: 'own',
  name: {},
  timezone: 'UTC',
  lines: [{ id: 'l' }],
  devices: [{ id: 'main', line: 'l', role: 'main', metrics: { my_own: {} } }],
})

interface Settings {
  readonly limits?: object
  readonly plants?: readonly PlantOptions[]
  readonly registered?: boolean
}

/** A decoder with what it knows, message by message. */
function setUp({ limits = {}, plants = [PLANT] }: Settings = {}) {
  const known = new KnownNames()
  const configure = (now: object, named = plants) =>
    known.configure(limitsOptions.parse(now), new ConfiguredNames(named, []))
  configure(limits)
  const decoder = new Decoder()
  const rules = { registered: null, known }
  const send = (topic: string, payload: unknown) => {
    const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
    const block = new ReadingBlock()
    const whole = { payloadStart: 0, payloadEnd: body.length, retain: false, fullSizeBytes: null }
    const taken = decoder.take({ topic, payload: body, body, arrivedAt: ARRIVED_AT, ...whole }, rules, block, 1)
    return {
      metrics: readingsOf(block).map(({ metric }) => metric),
      reasons: taken.rejected.map(({ reason }) => reason),
      details: taken.rejected.map(({ detail }) => detail),
      isDecoded: taken.isDecoded,
    }
  }
  const metrics = (topic: string, ...names: readonly string[]) =>
    send(topic, { metrics: Object.fromEntries(names.map((name) => [name, 1])) })
  return { known, decoder, configure, send, metrics }
}

describe('metrics of one device', () => {
  test('are taken up to the limit, in their order; of a message that has more the rest is refused one by one', () => {
    const { metrics } = setUp({ limits: { series_per_device: 3 } })
    expect(metrics('plants/p/l/d/energy', 'a', 'b')).toMatchObject({ metrics: ['a', 'b'], reasons: [] })
    const third = metrics('plants/p/l/d/energy', 'b', 'c', 'd', 'e')
    expect(third).toMatchObject({ metrics: ['b', 'c'], reasons: ['too_many', 'too_many'], isDecoded: true })
    expect(third.details[0]).toBe(
      'device d of plant p has no room for one more metric: limits.series_per_device is 3; list it under metrics of the device, or raise the limit',
    )
    expect(metrics('plants/p/l/d/energy', 'f')).toMatchObject({ metrics: [], reasons: ['too_many'], isDecoded: false })
    expect(metrics('plants/p/l/d/energy', 'a', 'c')).toMatchObject({ metrics: ['a', 'c'], reasons: [] })
    expect(metrics('plants/p/l/other/energy', 'f')).toMatchObject({ metrics: ['f'], reasons: [] })
  })

  test('that are refused for something else take no room', () => {
    const { send, metrics } = setUp({ limits: { series_per_device: 1 } })
    expect(send('plants/p/l/d/energy', { metrics: { a: '1' } }).reasons).toEqual(['bad_value'])
    expect(send('plants/p/l/d/energy', { ts: 1, metrics: { a: 1 } }).reasons).toEqual(['ts_too_old'])
    expect(metrics('plants/p/l/d/energy', 'b')).toMatchObject({ metrics: ['b'], reasons: [] })
  })

  test('that it is configured with, and those of the table, always have room', () => {
    const { metrics } = setUp({ limits: { series_per_device: 1, series: 1 } })
    metrics('plants/p/l/flood/energy', 'x')
    expect(metrics('plants/own/l/main/energy', 'y1', 'y2').metrics).toEqual(['y1'])
    expect(metrics('plants/own/l/main/energy', 'my_own', 'elec_import_kwh', 'elec_import_kw').reasons).toEqual([])
  })

  test('of all devices together are bounded too, but for configured ones', () => {
    const { metrics } = setUp({ limits: { series: 2 } })
    metrics('plants/p/l/d1/energy', 'a', 'b')
    expect(metrics('plants/p/l/d2/energy', 'a').reasons).toEqual(['too_many'])
    expect(metrics('plants/own/l/main/energy', 'free_1', 'free_2', 'free_3').reasons).toEqual([])
    expect(metrics('plants/p/l/d1/energy', 'a', 'b').reasons).toEqual([])
  })
})

describe('devices', () => {
  test('nobody has configured are taken up to the limit of their plant, and of all plants', () => {
    const { known, metrics } = setUp({ limits: { devices_per_plant: 2, devices: 3 } })
    for (const device of ['d1', 'd2']) expect(metrics(`plants/p/l/${device}/energy`, 'a').reasons).toEqual([])
    const third = metrics('plants/p/l/d3/energy', 'a')
    expect(third).toMatchObject({ metrics: [], reasons: ['too_many'], isDecoded: false })
    expect(third.details[0]).toMatch(/^plant p has no room for one more device, d3: limits.devices_per_plant is 2; /)
    expect(known.has({ plant: 'p', device: 'd3' })).toBe(false)
    expect(metrics('plants/q/l/d1/energy', 'a').reasons).toEqual([])
    expect(metrics('plants/q/l/d2/energy', 'a').reasons).toEqual(['too_many'])
    expect(metrics('plants/p/l/d1/energy', 'a').reasons).toEqual([])
  })

  test('that are configured have room, whatever others have sent before', () => {
    const { metrics } = setUp({ limits: { devices_per_plant: 1, devices: 1, lines_per_plant: 1, plants: 1 } })
    metrics('plants/own/x/flood/energy', 'a')
    expect(metrics('plants/own/x/flood-2/energy', 'a').reasons).toEqual(['too_many'])
    expect(metrics('plants/own/l/main/energy', 'elec_import_kwh').reasons).toEqual([])
  })

  test('whose message says nothing that can be used take room as well: they are shown', () => {
    const { known, send } = setUp({ limits: { devices_per_plant: 1 } })
    expect(send('plants/p/l/d1/energy', 'no json').reasons).toEqual(['bad_json'])
    expect(send('plants/p/l/d2/energy', 'no json').reasons).toEqual(['too_many'])
    expect(send('plants/p/l/d3/status', 'online').reasons).toEqual(['too_many'])
    expect(known.spent.devices).toBe(1)
  })

  test('that move from line to line find an end', () => {
    const { metrics } = setUp({ limits: { lines_per_plant: 2 } })
    for (const line of ['l1', 'l2']) expect(metrics(`plants/p/${line}/d/energy`, 'a').reasons).toEqual([])
    expect(metrics('plants/p/l3/d/energy', 'a').details[0]).toMatch(/no room for one more line, l3: limits.lines_per/)
    expect(metrics('plants/p/l1/d/energy', 'a').reasons).toEqual([])
  })

  test('of a plant that is one too many are refused, and all such plants have one entry together', () => {
    const { known, metrics } = setUp({ limits: { plants: 1 } })
    metrics('plants/p/l/d/energy', 'a')
    for (const plant of ['q', 'r', 's'])
      expect(metrics(`plants/${plant}/l/d/energy`, 'a').reasons).toEqual(['too_many'])
    expect([...known.refused]).toMatchObject([['', { plant: 'q', budget: 'plants', refused: 3 }]])
    expect(metrics('plants/own/l/new/energy', 'a').reasons).toEqual([])
  })
})

describe('what is known', () => {
  test('has room again when the limit is raised or the device configured, and counts again when it is not', () => {
    const { configure, metrics, known } = setUp({ limits: { devices_per_plant: 1 } })
    metrics('plants/own/l/d1/energy', 'a')
    expect(metrics('plants/own/l/d2/energy', 'a').reasons).toEqual(['too_many'])
    configure({ devices_per_plant: 2 })
    expect(metrics('plants/own/l/d2/energy', 'a').reasons).toEqual([])
    configure({ devices_per_plant: 1 }, [{ ...PLANT, devices: [...PLANT.devices, { ...PLANT.devices[0]!, id: 'd1' }] }])
    expect(known.spent.devices).toBe(1)
    configure({ devices_per_plant: 1 })
    expect(known.spent.devices).toBe(2)
    expect(metrics('plants/own/l/d1/energy', 'a').reasons).toEqual([])
  })

  test('is the same after a start, lines that a device has left included', () => {
    const limits = { lines_per_plant: 2, series_per_device: 2 }
    const first = setUp({ limits })
    first.metrics('plants/p/l1/d/energy', 'a')
    first.metrics('plants/p/l2/d/energy', 'b', 'c')
    const states: DialectState[] = [...first.known.takeChanges()]
    const next = setUp({ limits })
    const at = { plant: 'p', line: 'l2', device: 'd' }
    next.known.restore(
      [at],
      ['a', 'b'].map((metric) => ({ ...at, metric })),
      states,
    )
    expect(next.known.spent).toEqual(first.known.spent)
    expect([...next.known.refused]).toEqual([...first.known.refused])
    expect(next.metrics('plants/p/l3/d/energy', 'a').reasons).toEqual(['too_many'])
    expect(next.metrics('plants/p/l1/d/energy', 'a', 'c').reasons).toEqual(['too_many'])
  })

  test('is forgotten when somebody says so: then it is new again', () => {
    const { known, metrics } = setUp({ limits: { devices_per_plant: 1 } })
    metrics('plants/p/l/d1/energy', 'a')
    metrics('plants/p/l/d1/energy', 'a')
    known.forget('p', ['d1'], new Set())
    expect(known.spent).toEqual({ plants: 0, devices: 0, series: 0 })
    expect(metrics('plants/p/l/d2/energy', 'a').reasons).toEqual([])
    expect(metrics('plants/p/l/d1/energy', 'a').reasons).toEqual(['too_many'])
  })

  test('of a device that goes on a metric is forgotten alone, and makes room for another', () => {
    const { known, metrics } = setUp({ limits: { series_per_device: 2 } })
    for (let i = 0; i < 2; i++) metrics('plants/p/l/d/energy', 'a', 'b')
    expect(metrics('plants/p/l/d/energy', 'c').reasons).toEqual(['too_many'])
    known.forgetSeries('p', ['d', 'nobody'], ['b', 'never'])
    expect(known.spent).toMatchObject({ devices: 1, series: 1 })
    expect(metrics('plants/p/l/d/energy', 'a', 'c')).toMatchObject({ metrics: ['a', 'c'], reasons: [] })
    // The forgotten metric is new when it comes again, though its topic is known.
    expect(metrics('plants/p/l/d/energy', 'a', 'b')).toMatchObject({ metrics: ['a'], reasons: ['too_many'] })
  })

  test('plain messages of known metrics go on being read from their bytes', () => {
    const { decoder, metrics } = setUp()
    for (let i = 0; i < 10; i++) metrics('plants/p/l/d/energy', 'a', 'b')
    expect(decoder.plainMessages).toBe(9)
    metrics('plants/p/l/d/energy', 'a', 'c')
    expect(decoder.plainMessages).toBe(9)
  })
})

describe('Sparkplug', () => {
  const metric = (name: string) => ({ name, type: TYPE.Double, value: { double: 1 } })

  function host(limits: object) {
    const sparkplug = new Host()
    const known = new KnownNames()
    known.configure(limitsOptions.parse(limits), new ConfiguredNames([], []))
    sparkplug.rules = { ...sparkplug.rules, known }
    return { sparkplug, known }
  }

  test('a birth with 9,000 metrics makes as many series as a device may have, one with 100,000 is no message', () => {
    const { sparkplug, known } = host({ series_per_device: 50 })
    const named = (count: number) => Array.from({ length: count }, (_, i) => metric(`m_${i}`))
    const born = sparkplug.send(0, 'g/NBIRTH/n', { seq: 0, metrics: [bdSeq(0), ...named(9000)] })
    expect(born.readings).toHaveLength(50)
    expect(born.rejected[0]).toMatch(/^too_many m_50: device n of plant g has no room for one more metric/)
    expect(born.rejected).toHaveLength(1000)
    const again = sparkplug.send(1, 'g/NBIRTH/n', { seq: 0, metrics: [bdSeq(1), ...named(100_000)] })
    expect(again).toMatchObject({ readings: [], rejected: [expect.stringMatching(/^bad_sparkplug/)] })
    expect(known.spent.series).toBe(50)
  })

  test('births of nodes and devices there is no room for are not kept', () => {
    const { sparkplug } = host({ devices_per_plant: 2 })
    sparkplug.send(0, 'g/NBIRTH/n', { seq: 0, metrics: [bdSeq(0), metric('a')] })
    sparkplug.send(1, 'g/DBIRTH/n/d1', { seq: 1, metrics: [metric('a')] })
    for (const topic of ['g/NBIRTH/n2', 'g/DBIRTH/n/d2']) {
      const refused = sparkplug.send(2, topic, { seq: topic.includes('NB') ? 0 : 2, metrics: [bdSeq(0), metric('a')] })
      expect(refused).toMatchObject({ readings: [], rejected: [expect.stringContaining('too_many')], isDecoded: false })
    }
    expect(sparkplug.send(3, 'g/DDATA/n/d1', { seq: 3, metrics: [metric('a')] }).readings).toHaveLength(1)
    expect(sparkplug.send(4, 'g/DDATA/n/d2', { seq: 4, metrics: [metric('a')] }).rejected[0]).toMatch(/^too_many/)
  })
})
