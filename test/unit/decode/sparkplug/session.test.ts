import { get } from 'sparkplug-payload'
import { describe, expect, test } from 'vitest'
import { Speakers } from '../../../../src/access/speakers.js'
import { bdSeq, encoded, Host, type SentMetric, START_MS, TYPE } from '../../../support/sparkplug.js'

const NBIRTH = 'plant-a/NBIRTH/press'
const NDATA = 'plant-a/NDATA/press'
const NDEATH = 'plant-a/NDEATH/press'
const power = (watts: number, alias = 1): SentMetric => ({ alias, value: { double: watts } })
const bornPower = (watts: number, alias = 1): SentMetric => ({
  name: 'Power',
  type: TYPE.Double,
  ...power(watts, alias),
})
const asked = (host: Host) => host.notices().map(({ topic }) => topic)

describe('what a birth says is what data mean', () => {
  test('by alias and by name, with the types that only the birth had', () => {
    const host = new Host()
    expect(host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(100)] })).toEqual({
      readings: ['press power 100@0'],
      rejected: [],
      status: ['press online'],
      isDecoded: true,
    })
    expect(host.send(1, NDATA, { seq: 1, metrics: [power(101)] }).readings).toEqual(['press power 101@1'])
    const named = { name: 'Power', value: { double: 102 } }
    expect(host.send(2, NDATA, { seq: 2, metrics: [named] }).readings).toEqual(['press power 102@2'])
    expect(asked(host)).toEqual([])
  })

  test('a birth that was lost: its data are refused, kept apart, and the node is asked to be born again', () => {
    const host = new Host()
    const lost = host.send(0, NDATA, { seq: 7, metrics: [power(100)] })
    expect(lost.readings).toEqual([])
    expect(lost.isDecoded).toBe(false)
    expect(lost.rejected).toEqual([
      'bad_sparkplug : no NBIRTH of the node plant-a/press is known: it is asked to send its births again',
    ])
    expect(asked(host)).toEqual(['spBv1.0/plant-a/NCMD/press'])
    host.send(1, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(100)] })
    expect(host.send(2, NDATA, { seq: 1, metrics: [power(101)] }).readings).toEqual(['press power 101@2'])
  })

  test('an alias that nobody gave, and a name that nobody was born with', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(100)] })
    const outcome = host.send(1, NDATA, {
      seq: 1,
      metrics: [power(1, 9), { name: 'Other', value: { int: 1 } }, power(101)],
    })
    expect(outcome.rejected).toEqual([
      'bad_sparkplug : the birth has not given the alias 9',
      'bad_sparkplug Other: the birth has no metric of this name',
    ])
    expect(outcome.readings).toEqual(['press power 101@1'])
    expect(asked(host)).toEqual(['spBv1.0/plant-a/NCMD/press'])
  })

  test('an alias that was given twice means neither', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(1), { ...bornPower(2), name: 'Heat' }] })
    expect(host.send(1, NDATA, { seq: 1, metrics: [power(3)] })).toMatchObject({
      readings: [],
      rejected: ['bad_sparkplug : the birth has given twice the alias 1'],
    })
  })

  test('a device is born after its node, and again when its node is', () => {
    const host = new Host()
    const [birth, data] = ['plant-a/DBIRTH/press/m1', 'plant-a/DDATA/press/m1']
    expect(host.send(0, birth, { seq: 1, metrics: [bornPower(1)] }).rejected).toHaveLength(1)
    host.send(1, NBIRTH, { seq: 0, metrics: [bdSeq(0)] })
    expect(host.send(2, data, { seq: 1, metrics: [power(1)] }).rejected).toEqual([
      'bad_sparkplug : no DBIRTH of m1 has come since its node was born: it is asked to send its births again',
    ])
    expect(host.send(3, birth, { seq: 2, metrics: [bornPower(2)] })).toMatchObject({
      readings: ['press-m1 power 2@3'],
      status: ['press-m1 online'],
    })
    expect(host.send(4, data, { seq: 3, metrics: [power(3)] }).readings).toEqual(['press-m1 power 3@4'])
    host.send(5, NBIRTH, { seq: 0, metrics: [bdSeq(0)] })
    expect(host.send(6, data, { seq: 1, metrics: [power(4)] }).rejected).toHaveLength(1)
    host.send(7, birth, { seq: 2, metrics: [bornPower(5)] })
    expect(host.send(8, data, { seq: 3, metrics: [power(6)] }).readings).toEqual(['press-m1 power 6@8'])
  })
})

describe('aliases that mean something else after a rebirth', () => {
  const first = [bdSeq(0), { ...bornPower(1, 1), name: 'Power' }, { ...bornPower(2, 2), name: 'Heat' }]
  const second = [bdSeq(0), { ...bornPower(2, 1), name: 'Heat' }, { ...bornPower(1, 2), name: 'Power' }]

  test('data from before it are not read by them', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: first })
    expect(host.send(1, NDATA, { seq: 1, metrics: [power(10, 1)] }).readings).toEqual(['press power 10@1'])
    host.send(3, NBIRTH, { seq: 0, metrics: second })
    const overtaken = host.send(4, NDATA, { ts: START_MS + 2000, seq: 2, metrics: [power(11, 1), power(21, 2)] })
    expect(overtaken).toMatchObject({
      readings: [],
      rejected: [
        'bad_sparkplug : the message is older than the birth that is known: its aliases may have meant other metrics',
      ],
    })
    expect(host.send(5, NDATA, { seq: 1, metrics: [power(30, 1)] }).readings).toEqual(['press heat 30@5'])
    // The old message was none of this session: nothing is missing.
    expect(host.tick(5, 60)).toEqual([])
  })

  test('names of data from before it are', () => {
    const host = new Host()
    host.send(3, NBIRTH, { seq: 0, metrics: second })
    const overtaken = { name: 'Power', value: { double: 11 } }
    expect(host.send(4, NDATA, { ts: START_MS + 2000, seq: 2, metrics: [overtaken] }).readings).toEqual([
      'press power 11@2',
    ])
  })

  test('data that are tried again are not read by a birth that is younger than they', () => {
    const host = new Host()
    const data = encoded({ ts: START_MS, seq: 5, metrics: [power(10, 1)] })
    expect(host.send(0, NDATA, data).isDecoded).toBe(false)
    host.send(60, NBIRTH, { seq: 0, metrics: second })
    expect(host.send(0, NDATA, data, { isAgain: true })).toMatchObject({ readings: [], isDecoded: false })
  })

  test('data that are tried again are read by a birth that was sent before them and came after them', () => {
    const host = new Host()
    const data = encoded({ ts: START_MS, seq: 1, metrics: [power(10, 1)] })
    expect(host.send(0, NDATA, data).isDecoded).toBe(false)
    host.send(1, NBIRTH, { ts: START_MS - 1000, seq: 0, metrics: first })
    host.save()
    expect(host.send(0, NDATA, data, { isAgain: true })).toMatchObject({
      readings: ['press power 10@0'],
      isDecoded: true,
    })
    // A message that is tried again changes nothing of what is known.
    expect(host.save()).toEqual([])
  })

  test('a clock that was set back does not make data old that have the next number', () => {
    const host = new Host()
    host.send(0, NBIRTH, { ts: START_MS + 200_000, seq: 0, metrics: first })
    expect(host.send(1, NDATA, { ts: START_MS, seq: 1, metrics: [power(10, 1)] }).readings).toEqual([
      'press power 10@0',
    ])
  })

  test('where the clock was set back and a message was lost, the node is asked for its births', () => {
    const host = new Host({ reorder_timeout_s: 5 })
    host.send(0, NBIRTH, { ts: START_MS + 7_200_000, seq: 0, metrics: first })
    expect(host.send(1, NDATA, { ts: START_MS + 1000, seq: 2, metrics: [power(10, 1)] }).readings).toEqual([])
    expect(host.tick(1, 6)).toEqual([])
    expect(host.send(7, NDATA, { ts: START_MS + 7000, seq: 3, metrics: [power(10, 1)] }).readings).toEqual([])
    expect(host.tick(7, 20)).toHaveLength(1)
    host.send(21, NBIRTH, { ts: START_MS + 21_000, seq: 0, metrics: first })
    expect(host.send(22, NDATA, { ts: START_MS + 22_000, seq: 1, metrics: [power(10, 1)] }).readings).toHaveLength(1)
  })
})

describe('seq', () => {
  const born = (host: Host) => host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(0)] })
  const data = (host: Host, atS: number, seq: number) => host.send(atS, NDATA, { seq, metrics: [power(seq)] }).readings

  test('goes from 255 to 0', () => {
    const host = new Host()
    born(host)
    for (let i = 1; i <= 600; i++) data(host, i, i % 256)
    expect(host.tick(600, 700)).toEqual([])
  })

  test('a message that is overtaken but comes within the timeout: nobody is asked', () => {
    const host = new Host({ reorder_timeout_s: 5 })
    born(host)
    expect(data(host, 1, 2)).toEqual(['press power 2@1'])
    expect(data(host, 2, 3)).toEqual(['press power 3@2'])
    expect(host.tick(1, 5)).toEqual([])
    expect(data(host, 5, 1)).toEqual(['press power 1@5'])
    expect(host.tick(6, 100)).toEqual([])
  })

  test('a message that does not come within the timeout: the node is asked once, and its data go on', () => {
    const host = new Host({ reorder_timeout_s: 5 })
    born(host)
    data(host, 1, 2)
    expect(host.tick(2, 5)).toEqual([])
    expect(host.tick(6, 6).map(({ topic }) => topic)).toEqual(['spBv1.0/plant-a/NCMD/press'])
    expect(data(host, 7, 3)).toEqual(['press power 3@7'])
    expect(host.tick(7, 100)).toEqual([])
  })

  test('a gap from the time of a clock that was ahead is waited for no longer than any', () => {
    const host = new Host({ reorder_timeout_s: 5 })
    born(host)
    data(host, 1e6, 2)
    expect(host.tick(2, 2).map(({ topic }) => topic)).toEqual(['spBv1.0/plant-a/NCMD/press'])
  })

  test('a node that loses one message after the other is asked twice a minute, not each time', () => {
    const host = new Host({ reorder_timeout_s: 1 })
    born(host)
    let asks = 0
    for (let i = 1; i <= 120; i++) {
      data(host, i, (2 * i) % 256)
      asks += host.tick(i, i).length
    }
    expect(asks).toBe(4)
  })

  test('where nobody is to be asked nobody is', () => {
    const host = new Host({ rebirth_requests: false, reorder_timeout_s: 1 })
    expect(host.send(0, NDATA, { seq: 0, metrics: [power(1)] }).rejected).toEqual([
      'bad_sparkplug : no NBIRTH of the node plant-a/press is known; it has to send its births again',
    ])
    born(host)
    data(host, 1, 5)
    expect(host.tick(1, 60)).toEqual([])
  })

  test('above 255 it is none', () => {
    const host = new Host()
    expect(host.send(0, NBIRTH, { seq: 256, metrics: [] }).rejected).toEqual([
      'bad_sparkplug : seq is 256; it goes from 0 to 255',
    ])
  })
})

describe('death', () => {
  const DEVICES = Array.from({ length: 10 }, (_, i) => `m${i}`)
  function family(): Host {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(3)] })
    for (const [i, device] of DEVICES.entries()) {
      host.send(1, `plant-a/DBIRTH/press/${device}`, { seq: i + 1, metrics: [bornPower(i)] })
    }
    return host
  }

  test('of a node with ten devices takes all of them along', () => {
    const host = family()
    const { status, isDecoded, readings } = host.send(2, NDEATH, { metrics: [bdSeq(3)] })
    expect(status).toEqual(['press offline', ...DEVICES.map((device) => `press-${device} offline`)])
    expect({ isDecoded, readings }).toEqual({ isDecoded: true, readings: [] })
    expect(host.send(3, NDATA, { seq: 11, metrics: [power(1)] }).rejected).toEqual([
      'bad_sparkplug : the node plant-a/press has died, and no NBIRTH has come since: it is asked to send its births again',
    ])
  })

  test('with the number of an earlier session is a will that comes too late', () => {
    const host = family()
    host.send(2, NBIRTH, { seq: 0, metrics: [bdSeq(4), bornPower(1)] })
    expect(host.send(3, NDEATH, { metrics: [bdSeq(3)] })).toEqual({
      readings: [],
      rejected: [],
      status: [],
      isDecoded: true,
    })
    expect(host.send(4, NDATA, { seq: 1, metrics: [power(2)] }).readings).toEqual(['press power 2@4'])
    expect(host.send(5, NDEATH, { metrics: [bdSeq(4)] }).status).toHaveLength(11)
  })

  test('without a number is none', () => {
    expect(family().send(2, NDEATH, {}).rejected).toEqual(['bad_sparkplug : an NDEATH has a metric bdSeq; none came'])
  })

  test('of a device is its own, and it is born again', () => {
    const host = family()
    expect(host.send(2, 'plant-a/DDEATH/press/m4', { seq: 11 }).status).toEqual(['press-m4 offline'])
    expect(host.send(3, 'plant-a/DDATA/press/m4', { seq: 12, metrics: [power(1)] }).isDecoded).toBe(false)
    expect(host.send(4, 'plant-a/DDATA/press/m5', { seq: 13, metrics: [power(1)] }).readings).toEqual([
      'press-m5 power 1@4',
    ])
    expect(host.send(5, 'plant-a/DBIRTH/press/m4', { seq: 14, metrics: [bornPower(2)] }).status).toEqual([
      'press-m4 online',
    ])
    expect(host.tick(5, 60).map(({ topic }) => topic)).toEqual(['spBv1.0/plant-a/NCMD/press'])
  })
})

describe('a restart in the middle', () => {
  test('leaves aliases, numbers and an open gap as they were', () => {
    const host = new Host({ reorder_timeout_s: 5 })
    host.send(0, NBIRTH, { seq: 254, metrics: [bdSeq(0), bornPower(0)] })
    host.send(0, 'plant-a/DBIRTH/press/m1', { seq: 255, metrics: [bornPower(0)] })
    host.send(1, NDATA, { seq: 1, metrics: [power(1)] })
    host.save()
    host.restart()
    expect(host.send(2, 'plant-a/DDATA/press/m1', { seq: 2, metrics: [power(2)] }).readings).toEqual([
      'press-m1 power 2@2',
    ])
    expect(host.tick(2, 5)).toEqual([])
    expect(host.tick(6, 6)).toHaveLength(1)
    expect(host.send(7, NDEATH, { metrics: [bdSeq(0)] }).status).toEqual(['press offline', 'press-m1 offline'])
    host.save()
    host.restart()
    expect(host.send(8, NDATA, { seq: 3, metrics: [power(3)] }).isDecoded).toBe(false)
  })

  test('what is saved between two births is small, and nothing when nothing has come', () => {
    const host = new Host()
    const many = Array.from({ length: 500 }, (_, i) => ({ ...bornPower(i, i), name: `Channel ${i}` }))
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), ...many] })
    expect(host.save().map(({ key }) => key)).toEqual(['sparkplug/node/plant-a/press', 'sparkplug/birth/plant-a/press'])
    host.send(1, NDATA, { seq: 1, metrics: [power(1)] })
    const [change, ...others] = host.save()
    expect(others).toEqual([])
    expect(change?.content?.length).toBeLessThan(250)
    host.tick(1, 30)
    expect(host.save()).toEqual([])
  })
})

test('the same journal gives the same again', () => {
  const run = () => {
    const host = new Host({ reorder_timeout_s: 2 })
    const outcomes: unknown[] = []
    for (let i = 0; i < 300; i++) {
      if (i % 97 === 0) outcomes.push(host.send(i, NBIRTH, { seq: 0, metrics: [bdSeq(i % 7), bornPower(i)] }))
      else if (i % 71 === 0) outcomes.push(host.send(i, NDEATH, { metrics: [bdSeq(i % 5)] }))
      else outcomes.push(host.send(i, NDATA, { seq: (i * 3) % 256, metrics: [power(i)] }))
      outcomes.push(host.tick(i, i), host.save())
    }
    return outcomes
  }
  expect(run()).toEqual(run())
})

test('a node that came through an external broker is asked through it', () => {
  const host = new Host()
  host.send(0, NDATA, { seq: 0 }, { ingress: 'broker', client: 'broker:hall-2' })
  expect(host.notices()[0]).toMatchObject({ topic: 'spBv1.0/plant-a/NCMD/press', to: 'hall-2' })
  host.send(1, NBIRTH, { seq: 0, metrics: [bdSeq(0)] }, { ingress: 'broker', client: 'broker:hall-2' })
  host.send(2, NDATA, { seq: 9 }, { ingress: 'broker', client: 'broker:hall-2' })
  expect(host.tick(40, 40)[0]).toMatchObject({ to: 'hall-2' })
})

test('the request for births: a time, no seq, and one metric, by name, Boolean and true', () => {
  const host = new Host()
  host.send(7, NDATA, { seq: 0 })
  const [notice] = host.notices()
  const { metrics, timestamp, seq } = get('spBv1.0')!.decodePayload(notice!.payload as Uint8Array)
  expect({ at: Number(timestamp), seq: Number(seq ?? 0) }).toEqual({ at: START_MS + 7000, seq: 0 })
  expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }])
})

describe('a request for births that a stop of the gateway has taken away', () => {
  const NDATA_GAP = { seq: 5, metrics: [power(2)] }
  const topics = (notices: readonly { readonly topic: string }[]) => notices.map(({ topic }) => topic)
  const parts = { registry: [], grants: [], named: new Set<string>(), isRequired: false, isBrokerOn: true }
  const nobodyRegistered = new Speakers(parts)
  /** The gateway is stopped, and started at this second. */
  function started(host: Host, atS: number) {
    host.save()
    host.restart()
    host.decoder.session(null, 'end', START_MS + atS * 1000)
  }

  test('is made again when brokers and nodes have had time to come back', () => {
    const host = new Host({ reorder_timeout_s: 1 })
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(1)] })
    host.send(1, NDATA, NDATA_GAP)
    expect(topics(host.tick(3, 3))).toEqual(['spBv1.0/plant-a/NCMD/press'])
    started(host, 10)
    expect(topics(host.tick(39, 39))).toEqual([])
    expect(topics(host.tick(41, 41))).toEqual(['spBv1.0/plant-a/NCMD/press'])
    expect(topics(host.tick(100, 100))).toEqual([])
  })

  test('is not, where the node has answered it', () => {
    const host = new Host({ reorder_timeout_s: 1 })
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(1)] })
    host.send(1, NDATA, NDATA_GAP)
    expect(topics(host.tick(3, 3))).toHaveLength(1)
    host.send(4, NBIRTH, { seq: 0, metrics: [bdSeq(1), bornPower(1)] })
    started(host, 10)
    expect(topics(host.tick(60, 60))).toEqual([])
  })

  test('is made for a node of which a birth was refused while another client held it', () => {
    const host = new Host()
    host.rules = { ...host.rules, speakers: nobodyRegistered }
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), bornPower(1)] }, { client: 'random-1' })
    const refused = host.send(1, NBIRTH, { seq: 0, metrics: [bdSeq(1), bornPower(1)] }, { client: 'random-2' })
    expect(refused.rejected[0]).toContain('any-id')
    expect(asked(host)).toEqual([])
    started(host, 10)
    expect(topics(host.tick(11, 11))).toEqual(['spBv1.0/plant-a/NCMD/press'])
  })
})
