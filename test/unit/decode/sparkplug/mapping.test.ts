import { describe, expect, test } from 'vitest'
import { sparkplugOptions } from '../../../../src/base/options/sparkplug.js'
import { Mapping } from '../../../../src/decode/sparkplug/mapping.js'
import { parseSparkplugTopic } from '../../../../src/decode/sparkplug/topic.js'
import { bdSeq, Host, rulesOf, TYPE } from '../../../support/sparkplug.js'

const mapping = (options: object = {}) => new Mapping(sparkplugOptions.parse(options))

describe('topics', () => {
  test('of nodes, of devices, and of hosts', () => {
    expect(parseSparkplugTopic('spBv1.0/Plant A/NDATA/n1')).toEqual({
      verb: 'NDATA',
      group: 'Plant A',
      node: 'n1',
      device: null,
      nodeKey: 'Plant A/n1',
    })
    expect(parseSparkplugTopic('spBv1.0/g/DDATA/n/d')).toEqual({
      verb: 'DDATA',
      group: 'g',
      node: 'n',
      device: 'd',
      nodeKey: 'g/n',
    })
    expect(parseSparkplugTopic('spBv1.0/STATE/scada')).toBe('state')
  })

  test.each([
    'spBv1.0/g/NDATA',
    'spBv1.0/g/NDATA/n/d',
    'spBv1.0/g/DDATA/n',
    'spBv1.0/g/DDATA/n/d/e',
    'spBv1.0//NDATA/n',
    'spBv1.0/g/ndata/n',
  ])('%s is none', (topic) => {
    expect(parseSparkplugTopic(topic)).toHaveProperty('problem')
    expect(new Host().send(0, topic.slice('spBv1.0/'.length), {}).rejected[0]).toMatch(/^bad_topic/)
  })

  test('what is said to nodes and by hosts is neither a reading nor a fault', () => {
    for (const topic of ['g/NCMD/n', 'g/DCMD/n/d', 'STATE/scada']) {
      expect(new Host().send(0, topic, {})).toEqual({ readings: [], rejected: [], status: [], isDecoded: true })
    }
  })

  test('that a retained message is forgotten is no word of the node, however it comes', () => {
    for (const more of [{ retain: true }, { ingress: 'broker' }]) {
      const forgotten = { readings: [], rejected: [], status: [], isDecoded: true }
      expect(new Host().send(0, 'g/NDEATH/n', new Uint8Array(), more)).toEqual(forgotten)
    }
  })
})

describe('places', () => {
  test('without settings: the group is the plant, the node the line, and devices are called after both', () => {
    expect(mapping().place('Plant A', 'Press #1', null)).toEqual({
      plant: 'plant-a',
      line: 'press-1',
      device: 'press-1',
    })
    expect(mapping().place('Plant A', 'Press #1', 'Meter')).toEqual({
      plant: 'plant-a',
      line: 'press-1',
      device: 'press-1-meter',
    })
  })

  test('by groups and nodes', () => {
    const set = mapping({
      groups: { 'Plant A': 'suzhou-1' },
      nodes: [
        {
          group: 'Plant A',
          node: 'n1',
          line: 'press',
          device: 'plc-1',
          devices: { M1: { device: 'main-1', line: 'utilities' } },
        },
      ],
    })
    expect(set.place('Plant A', 'n1', null)).toEqual({ plant: 'suzhou-1', line: 'press', device: 'plc-1' })
    expect(set.place('Plant A', 'n1', 'M1')).toEqual({ plant: 'suzhou-1', line: 'utilities', device: 'main-1' })
    expect(set.place('Plant A', 'n1', 'M2')).toEqual({ plant: 'suzhou-1', line: 'press', device: 'n1-m2' })
    expect(set.place('Plant A', 'n2', null)).toEqual({ plant: 'suzhou-1', line: 'n2', device: 'n2' })
  })

  test('a name of which no id can be made needs a setting', () => {
    const host = new Host()
    expect(
      host.send(0, '工厂/NBIRTH/n', { seq: 0, metrics: [{ name: 'x', type: TYPE.Int32, value: { int: 1 } }] }),
    ).toMatchObject({
      readings: [],
      rejected: ['bad_sparkplug x: no ids can be made of 工厂/n; give it a place under sparkplug.nodes'],
    })
  })

  test('two that would stand at one place: the second is refused, after a restart too', () => {
    const host = new Host()
    const metrics = [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, value: { int: 1 } }]
    expect(host.send(0, 'g/NBIRTH/Press 1', { seq: 0, metrics }).readings).toEqual(['press-1 x 1@0'])
    const second = host.send(1, 'g/NBIRTH/press-1', { seq: 0, metrics })
    expect(second).toMatchObject({ readings: [], rejected: [expect.stringContaining('as g/Press 1 is')] })
    host.save()
    host.restart()
    expect(host.send(2, 'g/NDATA/press-1', { seq: 1, metrics: [{ alias: 1, value: { int: 2 } }] }).readings).toEqual([])
    expect(host.send(2, 'g/NDATA/Press 1', { seq: 1, metrics: [{ alias: 1, value: { int: 2 } }] }).readings).toEqual([
      'press-1 x 2@2',
    ])
  })

  test('who is born once more keeps the place, after a restart and under other settings too', () => {
    const host = new Host()
    const metrics = [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, value: { int: 1 } }]
    const readings = (atS: number, node: string, seq: number) =>
      host.send(atS, `g/NDATA/${node}`, { seq, metrics: [{ alias: 1, value: { int: 2 } }] }).readings
    host.send(0, 'g/NBIRTH/Press 1', { seq: 0, metrics })
    host.send(1, 'g/NBIRTH/press-1', { seq: 0, metrics })
    host.send(2, 'g/NBIRTH/Press 1', { seq: 0, metrics })
    host.save()
    host.restart()
    expect(readings(3, 'press-1', 1)).toEqual([])
    expect(readings(3, 'Press 1', 1)).toEqual(['press-1 x 2@3'])
    host.rules = rulesOf({ reorder_timeout_s: 9 })
    expect(readings(4, 'press-1', 2)).toEqual([])
    expect(readings(4, 'Press 1', 2)).toEqual(['press-1 x 2@4'])
  })
})

describe('the place of who came first', () => {
  const birth = (seq: number) => ({ seq, metrics: [bdSeq(0), bornPower] })
  const bornPower = { name: 'power', alias: 1, type: TYPE.Double, value: { double: 1 } }

  test('stays its own after a birth of its own behind the other one, and a restart', () => {
    const host = new Host()
    host.send(0, 'a/NBIRTH/N', birth(0))
    expect(host.send(1, 'a/NBIRTH/n', birth(0)).rejected.join()).toContain('would be device n of plant a')
    host.send(2, 'a/NBIRTH/N', birth(0))
    host.save()
    host.restart()
    expect(host.send(3, 'a/NDATA/N', { seq: 1, metrics: [{ alias: 1, value: { double: 2 } }] }).readings).toEqual([
      'n power 2@3',
    ])
  })

  test('is not taken by a birth that is tried again, nor by that of a device whose node is not known', () => {
    const host = new Host()
    host.send(0, 'a/NBIRTH/N', birth(0), { isAgain: true })
    host.send(0, 'a/DBIRTH/M/d', birth(0))
    expect(host.send(1, 'a/NBIRTH/n', birth(0)).rejected).toEqual([])
    host.send(1, 'a/NBIRTH/m', birth(0))
    expect(host.send(1, 'a/DBIRTH/m/d', birth(1)).rejected).toEqual([])
  })

  test('the devices of a node go in the order of their last births, before a restart and after', () => {
    const host = new Host()
    host.send(0, 'a/NBIRTH/n', birth(0))
    for (const [seq, device] of ['x', 'y', 'x'].entries()) host.send(1 + seq, `a/DBIRTH/n/${device}`, birth(seq + 1))
    host.save()
    const death = () => host.send(9, 'a/NDEATH/n', { metrics: [bdSeq(0)] }).status
    const before = death()
    host.restart()
    expect(death()).toEqual(before)
    expect(before).toEqual(['n offline', 'n-y offline', 'n-x offline'])
  })
})

describe('metrics', () => {
  const meaning = (name: string, options: object = {}) => mapping(options).meaning('g', 'n', name)

  test('one that the table has is known by the last part of its name, any other by the whole', () => {
    expect(meaning('Line 1/Energy/elec_import_kwh')).toMatchObject({ metric: 'elec_import_kwh', class: 'energy' })
    expect(meaning('Motor 1/Current')).toMatchObject({ metric: 'motor_1_current', class: 'production' })
    expect(meaning('value')).toMatchObject({ metric: 'm_value' })
    expect(meaning('3/Speed')).toMatchObject({ metric: 'm_3_speed' })
    expect(meaning('电能')).toMatchObject({ reason: 'bad_sparkplug' })
  })

  test('rules give name, class, unit and factor, or leave one out; the first that matches is the one', () => {
    const options = {
      nodes: [{ group: 'g', node: 'n', metrics: [{ match: 'Energy/*', metric: 'elec_submeter_kwh' }] }],
      metrics: [
        { match: 'Energy/Total', metric: 'elec_import_kwh', unit: 'MWh', factor: 0.001 },
        { match: '*/Total', metric: 'grand_total', class: 'energy' },
        { match: 'Diagnostics/*', metric: false },
      ],
    }
    expect(meaning('Energy/Total', options)).toMatchObject({ metric: 'elec_submeter_kwh', factor: 1 })
    expect(mapping(options).meaning('g', 'other', 'Energy/Total')).toEqual({
      metric: 'elec_import_kwh',
      class: 'energy',
      unit: 'MWh',
      factor: 0.001,
    })
    expect(meaning('Heat/Total', options)).toMatchObject({ metric: 'grand_total', class: 'energy' })
    expect(meaning('Diagnostics/Uptime', options)).toBeNull()
    expect(meaning('Energy(1)/Total', { metrics: [{ match: 'Energy(1)/*', metric: 'x' }] })).toMatchObject({
      metric: 'x',
    })
  })

  test('two of a device that would be one are not mixed', () => {
    const host = new Host({ metrics: [{ match: '*Current', metric: 'current' }] })
    const metrics = ['A/Current', 'B/Current'].map((name, i) => ({
      name,
      alias: i,
      type: TYPE.Int32,
      value: { int: i },
    }))
    expect(host.send(0, 'g/NBIRTH/n', { seq: 0, metrics })).toMatchObject({
      readings: ['n current 0@0'],
      rejected: [expect.stringContaining('B/Current and A/Current would both be current')],
    })
  })

  test('a changed mapping holds for what comes next, without a birth', () => {
    const host = new Host()
    const metrics = [bdSeq(0), { name: 'P', alias: 1, type: TYPE.Int32, value: { int: 1 } }]
    expect(host.send(0, 'g/NBIRTH/n', { seq: 0, metrics }).readings).toEqual(['n p 1@0'])
    const changed = {
      nodes: [{ group: 'g', node: 'n', device: 'press' }],
      metrics: [{ match: 'P', metric: 'power', factor: 10 }],
    }
    host.rules = rulesOf(changed)
    expect(host.send(1, 'g/NDATA/n', { seq: 1, metrics: [{ alias: 1, value: { int: 2 } }] }).readings).toEqual([
      'press power 20@1',
    ])
  })

  test('a rule with so many stars that it would take long is refused', () => {
    expect(sparkplugOptions.safeParse({ metrics: [{ match: '*a*a*a*a*a*', metric: 'x' }] }).success).toBe(false)
  })
})

describe('names with * for anything', () => {
  const meaning = (match: string, name: string) =>
    mapping({ metrics: [{ match, metric: 'found' }] }).meaning('g', 'n', name)

  test.each([
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*b*', 'abc', true],
    ['*/Energy/*/kWh', 'Line 1/Energy/T1/kWh', true],
    ['*/Energy/*/kWh', 'Line 1/Energy/kWh', false],
    ['a*ab*ab', 'aab', false],
    ['a*ab*ab', 'aabab', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (match, name, isFound) => {
    const found = meaning(match, name)
    expect(found !== null && 'metric' in found && found.metric === 'found').toBe(isFound)
  })

  test('a name made for it takes no longer than any other', () => {
    const before = process.cpuUsage()
    for (let i = 0; i < 1000; i++) meaning('a*a*a*a*b', 'a'.repeat(512))
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000)
  })
})
