import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../../src/base/exit-codes.js'
import { writeFrame } from '../../../src/base/hj212/frame.js'
import { hj212Topic } from '../../../src/base/hj212/topic.js'
import { addExplainCommand } from '../../../src/commands/explain/command.js'
import { type Arrival, type Explained, explain } from '../../../src/commands/explain/explain.js'
import { writeRegistry } from '../../../src/config/files/registry-file.js'
import { runCommand } from '../../support/command.js'
import { configFile, loaded } from '../../support/loaded.js'
import { bdSeq, encoded, TYPE } from '../../support/sparkplug.js'

const ARRIVED_AT = Date.parse('2026-11-24T08:00:00Z')
const SINCE = '2026-11-01T00:00:00Z'
const device = (id: string, more: object = {}) => ({
  plant: 'p',
  line: 'l',
  device: id,
  topics: [],
  disabled: false,
  since: SINCE,
  ...more,
})
const SETTINGS = {
  plants: [{ id: 'p', name: {}, timezone: 'UTC', devices: [{ id: 'main-1', line: 'l', role: 'main' }] }],
  mqtt: { max_packet_bytes: 2000, acl: [{ deny: 'publish', topic: 'secret/#' }] },
  profiles: { use: [{ profile: 'acme/meter', plant: 'p', line: 'l' }], defined: {} as object },
}
const METER = {
  name: { en: 'Meter' },
  source: { url: 'https://meter.example/', date: '2026-01-01' },
  messages: [{ topic: 'acme/{device}', values: [{ metric: 'elec_import_kw', class: 'energy', at: 'w', unit: 'W' }] }],
}

function explainAll(
  messages: readonly (readonly [topic: string, payload: string | Uint8Array])[],
  coming: Partial<Arrival> = {},
  settings: object = {},
  registry: readonly ReturnType<typeof device>[] = [],
): readonly Explained[] {
  const profiles = { ...SETTINGS.profiles, defined: { 'acme/meter': METER } }
  const { file, dataDir } = configFile({ ...SETTINGS, profiles, ...settings })
  writeRegistry(dataDir, registry)
  const supposed = messages.map(([topic, payload]) => ({ topic, payload: Buffer.from(payload) }))
  return explain(loaded(file), supposed, { door: 'mqtt', arrivedAt: ARRIVED_AT, ...coming })
}

function explainOne(
  topic: string,
  payload: string,
  ...rest: Parameters<typeof explainAll> extends [unknown, ...infer R] ? R : never
): Explained {
  return explainAll([[topic, payload]], ...rest)[0]!
}

const found = ({ steps }: Explained, step: string) => steps.filter((one) => one.step === step).map((one) => one.found)

const TOPIC = 'plants/p/l/main-1/energy'

describe('a message of our own', () => {
  test('is told step by step, reading by reading', () => {
    const payload =
      '{"ts":"2026-11-24T07:59:58Z","metrics":{"elec_import_kwh":1.5,"shoe_size":42},"units":{"elec_import_kwh":"MWh"}}'
    const explained = explainOne(TOPIC, payload)
    expect(explained.steps.map(({ step }) => step)).toEqual(['door', 'size', 'language', 'device', 'outcome'])
    expect(found(explained, 'size')).toEqual([`${payload.length} bytes; mqtt.max_packet_bytes allows 2000`])
    expect(found(explained, 'language')).toEqual(['our own JSON, energy of a device'])
    expect(found(explained, 'device')).toEqual(['p/l/main-1 is configured as main'])
    expect(found(explained, 'outcome')).toEqual(['readings: 2'])
    const of = {
      plant: 'p',
      line: 'l',
      device: 'main-1',
      ts: '2026-11-24T07:59:58.000Z',
      ts_assumed: false,
      quality: 'good',
    }
    expect(explained.readings).toEqual([
      { ...of, metric: 'elec_import_kwh', value: 1500, unit: 'kWh', in_figures: true },
      { ...of, metric: 'shoe_size', value: 42, unit: '', in_figures: false },
    ])
    expect(explained).toMatchObject({ rejections: [], notices: [], accepted: true, events: 0 })
  })

  test('what is refused has its reason, its sentence, and where it would be told', () => {
    const explained = explainOne(TOPIC, '{"metrics":{"elec_import_kwh":-1,"elec_import_kw":2}}')
    expect(explained.rejections).toMatchObject([{ reason: 'bad_value', metric: 'elec_import_kwh' }])
    expect(explained.rejections[0]!.meaning).toBe('The value is not a number that this metric can have.')
    expect(explained.notices).toEqual(['plants/p/l/main-1/rejected'])
    expect(found(explained, 'outcome')[0]).toMatch(/^readings: 1; rejected: 1: the message is kept in quarantine/)
    expect(explained.readings).toMatchObject([
      { metric: 'elec_import_kw', ts: '2026-11-24T08:00:00.000Z', ts_assumed: true },
    ])
  })

  test('a key that nobody looks at is named: a unit that was meant is not lost without a word', () => {
    const explained = explainOne(TOPIC, '{"metrics":{"elec_import_kw":1500},"unit":"W","units":{"elec_import_w":"W"}}')
    expect(found(explained, 'left_out')).toEqual([
      expect.stringMatching(/^unit: nobody looks at it/),
      expect.stringMatching(/^units.elec_import_w: nobody looks at it/),
    ])
  })

  test('a status is no reading', () => {
    expect(found(explainOne('plants/p/l/main-1/status', 'offline'), 'outcome')).toEqual(['status: offline'])
  })

  test('one that is too large is kept in quarantine', () => {
    const explained = explainOne(TOPIC, ' '.repeat(2001))
    expect(explained).toMatchObject({ accepted: false, size_bytes: 2001, rejections: [{ reason: 'too_large' }] })
  })
})

describe('the language', () => {
  test('of a topic that a profile knows is the profile', () => {
    const explained = explainOne('acme/main-1', '{"w":1500}')
    expect(found(explained, 'language')).toEqual(['that of the device profile acme/meter'])
    expect(explained.readings).toMatchObject([{ device: 'main-1', metric: 'elec_import_kw', value: 1.5, unit: 'kW' }])
  })

  test('of a topic that nobody knows is none, and why', () => {
    const explained = explainOne('shop/7', '{"w":1500}')
    expect(found(explained, 'language')).toEqual(['none: a topic starts with "plants/", this one with "shop"'])
    expect(found(explained, 'device')).toEqual(['nobody can tell whose it is'])
    expect(explained).toMatchObject({ accepted: false, notices: [], rejections: [{ reason: 'bad_topic' }] })
  })
})

describe('other languages', () => {
  const birth = encoded({
    ts: ARRIVED_AT,
    seq: 0,
    metrics: [bdSeq(1), { name: 'power', alias: 7, ts: ARRIVED_AT, type: TYPE.Double, value: { double: 5 } }],
  })
  const data = encoded({ ts: ARRIVED_AT, seq: 1, metrics: [{ alias: 7, ts: ARRIVED_AT, value: { double: 6 } }] })

  test('of Sparkplug B, data mean something after their birth', () => {
    const explained = explainAll([
      ['spBv1.0/g/NBIRTH/e', birth],
      ['spBv1.0/g/NDATA/e', data],
    ])
    expect(explained.map((one) => found(one, 'language'))).toEqual([['Sparkplug B'], ['Sparkplug B']])
    expect(explained[1]!.readings).toMatchObject([
      { plant: 'g', device: 'e', metric: 'power', value: 6, in_figures: false },
    ])
  })

  test('of Sparkplug B, data without a birth have a node asked for it', () => {
    const [explained] = explainAll([['spBv1.0/g/NDATA/e', data]])
    expect(explained!.readings).toEqual([])
    expect(explained!.notices).toContain('spBv1.0/g/NCMD/e')
  })

  test('a frame of HJ 212 is read as its listener would have it', () => {
    const MN = '010000A8900016F000169DC0'
    const frame = writeFrame(
      `QN=20261124155958000;ST=31;CN=2011;PW=1;MN=${MN};Flag=4;CP=&&DataTime=20261124155958;a19001-Rtd=7.5,a19001-EFlag=A01,a19001-Flag=N&&`,
    ).subarray(0, -2)
    const hj212 = { stations: [{ mn: MN, plant: 'p', line: 'l', device: 'stack-1' }] }
    const [explained] = explainAll([[hj212Topic(MN), frame]], { door: 'hj212' }, { hj212 })
    expect(found(explained!, 'language')).toEqual(['HJ 212'])
    expect(found(explained!, 'left_out')).toEqual([
      expect.stringMatching(/^a19001-EFlag: no field of this name is known/),
    ])
    expect(explained!.readings).toMatchObject([{ device: 'stack-1', metric: 'o2_pct', value: 7.5, in_figures: true }])
  })
})

describe('who sends', () => {
  const PAYLOAD = '{"metrics":{"elec_import_kw":1}}'
  const topicOf = (id: string) => `plants/p/l/${id}/energy`

  test('is one that nobody has named, and is taken all the same', () => {
    expect(found(explainOne(topicOf('new-1'), PAYLOAD), 'device')[0]).toContain(
      'in neither the configuration nor the registry',
    )
  })

  test('is refused when it must be registered and is not, and taken when it is', () => {
    const auth = { auth: { devices: 'registered' } }
    const stranger = explainOne(topicOf('new-1'), PAYLOAD, {}, auth)
    expect(stranger).toMatchObject({ accepted: false, rejections: [{ reason: 'unknown_device' }] })
    expect(found(stranger, 'device')[0]).toContain('greengauge device add p/LINE/new-1')
    const known = explainOne(topicOf('new-1'), PAYLOAD, {}, auth, [device('new-1')])
    expect(found(known, 'device')).toEqual([`p/l/new-1 is registered since ${SINCE}`])
    expect(known.readings).toHaveLength(1)
  })

  test('is refused when it is disabled, be it configured or not', () => {
    const explained = explainOne(TOPIC, PAYLOAD, {}, {}, [device('main-1', { disabled: true })])
    expect(explained).toMatchObject({ accepted: false, rejections: [{ reason: 'unknown_device' }] })
    expect(found(explained, 'device')[0]).toContain('greengauge device enable')
  })
})

describe('the door', () => {
  test('lets nothing through that mqtt.acl denies: nothing of it is kept', () => {
    const explained = explainOne('secret/x', '1')
    expect(explained.steps).toMatchObject([
      { step: 'door', found: expect.stringContaining('mqtt.acl denies') },
      { step: 'outcome', found: expect.stringContaining('nothing of it is kept') },
    ])
    expect(explained.accepted).toBe(false)
  })

  test.each(['$SYS/x', 'plants/+/l', 'a/#'])('%s is no topic to publish to', (topic) => {
    expect(explainOne(topic, '1').steps).toHaveLength(2)
  })

  test('keeps the topics of a device for its client', () => {
    const registry = [device('main-1', { client: 'plc-7', topics: ['acme/main-1'] })]
    const payload = '{"w":1}'
    expect(explainOne('acme/main-1', payload, {}, {}, registry).accepted).toBe(true)
    expect(found(explainOne('acme/main-1', payload, { client: 'plc-8' }, {}, registry), 'door')[0]).toContain(
      'the topic belongs to p/l/main-1, whose client is plc-7',
    )
    expect(found(explainOne('acme/main-2', payload, { client: 'plc-7' }, {}, registry), 'door')[0]).toContain(
      'client plc-7 is registered for other topics',
    )
  })

  test('asks no access rules of what comes from an external broker', () => {
    const explained = explainOne('secret/x', '1', { door: 'broker' })
    expect(found(explained, 'door')).toEqual(['broker: whatever comes this way is kept'])
    expect(explained.rejections).toMatchObject([{ reason: 'bad_topic' }])
  })
})

test('one message after the other is told by itself', () => {
  const explained = explainAll([
    [TOPIC, '{"metrics":{"elec_import_kw":1}}'],
    [TOPIC, '{'],
  ])
  expect(explained.map(({ accepted, readings }) => [accepted, readings.length])).toEqual([
    [true, 1],
    [false, 0],
  ])
})

describe('the command', () => {
  const files = (...payloads: readonly string[]) => {
    const { file } = configFile(SETTINGS_ALONE)
    const args = payloads.flatMap((payload, i) => {
      writeFileSync(`${file}.${i}`, payload)
      return ['--topic', TOPIC, '--file', `${file}.${i}`]
    })
    return [...args, '--config', file]
  }
  const run = (...args: readonly string[]) => runCommand(addExplainCommand, ['explain', ...args])
  const SETTINGS_ALONE = { plants: SETTINGS.plants }

  test('numbers the steps, in words', async () => {
    const { stdout, code } = await run(
      ...files('{"metrics":{"elec_import_kw":2}}'),
      '--at',
      '2026-11-24T16:00:00+08:00',
    )
    expect(stdout.trimEnd().split('\n')).toEqual([
      TOPIC,
      '  1. door: the embedded broker takes it: no rule of mqtt.acl denies this topic',
      '  2. size: 32 bytes; mqtt.max_packet_bytes allows 1048576',
      '  3. language: our own JSON, energy of a device',
      '  4. device: p/l/main-1 is configured as main',
      '  5. reading: p/l/main-1 elec_import_kw = 2 kW at 2026-11-24T08:00:00.000Z (arrival: it gives no time), good; figures are computed of it',
      '  6. outcome: readings: 1',
    ])
    expect(code).toBe(EXIT.ok)
  })

  test('ends with 65 when something of one of them is rejected', async () => {
    const { stdout, code } = await run('--json', ...files('{"metrics":{"elec_import_kw":2}}', '{"metrics":{}}'))
    expect((JSON.parse(stdout) as Explained[]).map(({ rejections }) => rejections.length)).toEqual([0, 1])
    expect(code).toBe(EXIT.badData)
  })

  test.each([
    [['--topic', 'a', '--topic', 'b', '--file', 'c'], '2 topics and 1 files'],
    [['--topic', 'a', '--file', '/nowhere/x'], 'there is no file /nowhere/x'],
    [['--topic', 'a', '--file', 'x', '--at', 'noon'], '--at noon is not a time'],
  ])('%j is a wrong call', async (args, sentence) => {
    const { stderr, code } = await run(...args)
    expect(stderr).toContain(sentence)
    expect(code).toBe(EXIT.usage)
  })
})

describe('what MQTT 5 says besides', () => {
  const GOOD = '{"metrics":{"elec_import_kwh":1}}'
  const BAD = '{"metrics":{"elec_import_kwh":-1}}'
  const REGISTERED = [device('main-1', { client: 'plc' })]

  test.each([
    ['application/json', GOOD, 'nothing of the payload contradicts that'],
    ['application/json; charset=utf-8', '{broken', 'and the payload is no JSON'],
    ['application/vnd.acme+json', 'W 7', 'and the payload is no JSON'],
    ['text/plain', '\xff', 'nothing of the payload contradicts that'],
    ['application/octet-stream', GOOD, 'and the payload is JSON'],
    ['application/x-unheard-of', GOOD, 'nothing of the payload contradicts that'],
  ])('%s of %s', (contentType, payload, sentence) => {
    const explained = explainOne(TOPIC, payload, { properties: { contentType } })
    expect(found(explained, 'content')[0]).toContain(sentence)
    // It changes nothing of what becomes of the message.
    expect({ ...explained, steps: [] }).toEqual({ ...explainOne(TOPIC, payload), steps: [] })
  })

  test('bytes that are no text contradict a type of text', () => {
    const [explained] = explainAll([[TOPIC, Buffer.of(0xff, 0xfe)]], { properties: { contentType: 'text/plain' } })
    expect(found(explained!, 'content')[0]).toContain('the payload is not UTF-8')
  })

  test.each([
    ['answers/7', undefined, [], true, 'is told under answers/7 too'],
    ['$SYS/x', undefined, [], false, 'is no place for it'],
    ['plants/p/l/main-1/rejected', undefined, [], false, 'is no place for it'],
    [TOPIC, undefined, [], false, 'the topic of the message itself'],
    ['secret/answers', undefined, [], false, 'may not publish to it'],
    ['plants/p/l/main-1/answers', 'plc', REGISTERED, true, 'is told under'],
    ['answers/7', 'plc', REGISTERED, false, 'may not subscribe to it'],
  ])('rejections under %s', (responseTopic, client, registry, isTold, sentence) => {
    const coming = { properties: { responseTopic }, ...(client === undefined ? {} : { client }) }
    const explained = explainOne(TOPIC, BAD, coming, {}, registry)
    expect(found(explained, 'reply')[0]).toContain(sentence)
    const notices = ['plants/p/l/main-1/rejected', ...(isTold ? [responseTopic] : [])]
    expect(explained.notices).toEqual(notices)
    expect(explainOne(TOPIC, GOOD, coming, {}, registry).notices).toEqual([])
  })

  test.each([
    [undefined, /MQTT 5 .*0x87.*stays connected, with 3.1.1 and 3.1 the broker closes the connection$/],
    ['5', /0x87.*stays connected$/],
    ['3.1.1', /: the broker closes the connection/],
  ] as const)('how a refusal is told in version %s', (mqtt, sentence) => {
    expect(found(explainOne('secret/x', GOOD, { mqtt }), 'outcome')[0]).toMatch(sentence)
  })
})
