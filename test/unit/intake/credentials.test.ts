import type { IClientOptions, MqttClient } from 'mqtt'
import { describe, expect, test, vi } from 'vitest'
import type { Credential } from '../../../src/access/credentials.js'
import type { RegisteredDevice } from '../../../src/access/registry.js'
import { digestOf } from '../../../src/access/token.js'
import { OpenAccess } from '../../../src/intake/access.js'
import { Acl } from '../../../src/intake/acl.js'
import type { Broker } from '../../../src/intake/broker.js'
import { CredentialAccess } from '../../../src/intake/credential-access.js'
import { OwnTopics } from '../../../src/intake/own-topics.js'
import { SOON } from '../../support/soon.js'
import { CONNACK, connect, packet, publish, subscribe, text } from './packets.js'
import { client, clockStands, dial, inbox, type Setup, start } from './started-broker.js'

const SINCE = '2026-11-01T00:00:00Z'
const token = (text: string, until: string | null = null) => ({ sha256: digestOf(text), since: SINCE, until })
const credential = (id: string, more: Partial<Credential> = {}): Credential => ({
  client: id,
  role: 'device',
  tokens: [token(`secret of ${id}`)],
  subject: null,
  disabled: false,
  ...more,
})
const device = (id: string, owner: string): RegisteredDevice => {
  return { plant: 'p', line: 'l', device: id, client: owner, topics: [], disabled: false, since: SINCE }
}

const PLC = credential('plc-7')
const DEVICES = [device('press-1', 'plc-7'), device('other-1', 'plc-9')]
const OURS = 'plants/p/l/press-1/energy'
const proof = (id: string): IClientOptions => ({ clientId: id, username: id, password: `secret of ${id}` })
const KEPT = { clean: false, reconnectPeriod: 0 }

describe('who is let in', () => {
  const nowMs = Date.parse('2026-11-10T00:00:00Z')
  const ROTATED = credential('rotated', {
    tokens: [token('new'), token('old', '2026-11-10T00:00:01Z')],
  })
  const LATE = credential('late', { tokens: [token('new'), token('old', '2026-11-10T00:00:00Z')] })
  const CARD = credential('card', { tokens: [], subject: 'CN=press-7,O=Acme' })
  const all = [PLC, ROTATED, LATE, CARD, credential('off', { disabled: true }), credential('gone', { tokens: [] })]

  function answerTo(isRequired: boolean, id: string, password?: string, username?: string, subject?: string) {
    const access = new CredentialAccess(new OpenAccess(new Acl([])), isRequired, { nowMs: () => nowMs }, all)
    const answer = access.admit({
      clientId: id,
      username,
      password: password === undefined ? undefined : Buffer.from(password),
      certificateSubject: subject ?? null,
    })
    return 'connackCode' in answer ? answer.connackCode : 'in'
  }

  test.each([
    ['by its token', 'plc-7', 'secret of plc-7', 'plc-7', 'in'],
    ['by its token, with an empty user name', 'plc-7', 'secret of plc-7', '', 'in'],
    ['by its token under the name of another', 'plc-7', 'secret of plc-7', 'admin', 4],
    ['by a wrong token', 'plc-7', 'secret of plc', 'plc-7', 4],
    ['by nothing', 'plc-7', undefined, undefined, 4],
    ['by an empty password', 'plc-7', '', 'plc-7', 4],
    ['by the digest of its token', 'plc-7', digestOf('secret of plc-7'), 'plc-7', 4],
    ['by the token of another client', 'rotated', 'secret of plc-7', 'rotated', 2],
    ['by the new of two tokens', 'rotated', 'new', 'rotated', 'in'],
    ['by the old of two tokens, a second before its end', 'rotated', 'old', 'rotated', 'in'],
    ['by the old of two tokens at its end', 'late', 'old', 'late', 4],
    ['disabled, by its token', 'off', 'secret of off', 'off', 5],
    ['disabled, by a wrong one', 'off', 'x', 'off', 4],
    ['revoked, by what was its token', 'gone', 'secret of gone', 'gone', 4],
  ] as const)('%s', (_, id, password, username, expected) => {
    expect(answerTo(true, id, password, username)).toBe(expected)
    expect(answerTo(false, id, password, username)).toBe(expected)
  })

  test.each([
    ['its own', 'card', 'CN=press-7,O=Acme', 'in'],
    ['that of another', 'card', 'CN=press-8,O=Acme', 4],
    ['none', 'card', undefined, 4],
    ['one although it has a token only', 'plc-7', 'CN=press-7,O=Acme', 4],
  ] as const)('by a certificate: %s', (_, id, subject, expected) => {
    expect(answerTo(true, id, undefined, undefined, subject)).toBe(expected)
  })

  test('a client without a credential: not when everybody must prove who they are, else as ever', () => {
    expect(answerTo(true, 'stranger')).toBe(4)
    expect(answerTo(true, 'stranger', 'secret of plc-7')).toBe(2)
    expect(answerTo(false, 'stranger')).toBe('in')
    expect(answerTo(false, 'stranger', 'any', 'any')).toBe('in')
  })
})

describe('a credential that goes with any client id', () => {
  const roaming = credential('edge-1', { any_client_id: true })
  const card = credential('edge-2', { tokens: [], subject: 'CN=edge-2', any_client_id: true })
  const access = (isRequired: boolean) =>
    new CredentialAccess(new OpenAccess(new Acl([])), isRequired, { nowMs: () => Date.parse(SINCE) }, [
      PLC,
      roaming,
      card,
    ])
  /** As the broker asks: first by what name it goes, then whether it proves that. */
  function answerTo(
    isRequired: boolean,
    id: string,
    username: string,
    password: string,
    subject: string | null = null,
  ) {
    const about = { username, certificateSubject: subject }
    const clientId = access(isRequired).clientOf({ ...about, clientId: id })
    const answer = access(isRequired).admit({ ...about, clientId, password: Buffer.from(password) })
    return 'connackCode' in answer ? answer.connackCode : `as ${clientId}`
  }

  test.each([
    ['its own', 'edge-1', 'edge-1', 'secret of edge-1', 'as edge-1'],
    ['one that it has drawn', 'random-1', 'edge-1', 'secret of edge-1', 'as edge-1'],
    ['one that it has drawn, with a wrong token', 'random-1', 'edge-1', 'x', 4],
    ['that of another', 'plc-7', 'edge-1', 'secret of edge-1', 4],
  ] as const)('%s', (_, id, username, password, expected) => {
    expect(answerTo(true, id, username, password)).toBe(expected)
    expect(answerTo(false, id, username, password)).toBe(expected)
  })

  test('by its certificate, without a user name', () => {
    expect(answerTo(true, 'random-2', '', '', 'CN=edge-2')).toBe('as edge-2')
    expect(answerTo(true, 'random-2', '', '', 'CN=edge-3')).toBe(4)
    expect(answerTo(true, 'plc-7', '', '', 'CN=edge-2')).toBe(4)
  })

  test('another one is bound to its client id as ever', () => {
    expect(answerTo(true, 'random-3', 'plc-7', 'secret of plc-7')).toBe(2)
    expect(answerTo(false, 'random-3', 'plc-7', 'secret of plc-7')).toBe('as random-3')
    expect(answerTo(true, 'random-3', '', 'secret of edge-1')).toBe(2)
  })
})

describe('what a role may do', () => {
  const access = new OwnTopics(
    new CredentialAccess(
      new OpenAccess(new Acl([{ deny: 'subscribe', topic: 'secret/#' }])),
      true,
      { nowMs: () => Date.parse(SINCE) },
      [
        PLC,
        credential('nobodys'),
        credential('gw', { role: 'gateway' }),
        credential('gw-own', { role: 'gateway' }),
        credential('scada', { role: 'reader' }),
      ],
    ),
    [...DEVICES, device('own-1', 'gw-own')],
  )
  const admitted = (id: string) => {
    const answer = access.admit({
      clientId: id,
      username: id,
      password: Buffer.from(`secret of ${id}`),
      certificateSubject: null,
    })
    if ('connackCode' in answer) throw new Error(answer.sentence)
    return answer
  }

  test.each([
    ['plc-7', OURS, true],
    ['plc-7', 'plants/p/l/other-1/energy', false],
    ['plc-7', 'plants/p/l/free-1/energy', false],
    ['nobodys', 'plants/p/l/free-1/energy', false],
    ['nobodys', 'shop/7', false],
    ['gw', 'plants/p/l/free-1/energy', true],
    ['gw', 'tele/plug-1/SENSOR', true],
    ['gw', OURS, false],
    ['gw', 'spBv1.0/STATE/host', false],
    ['gw-own', 'plants/p/l/own-1/energy', true],
    ['gw-own', 'plants/p/l/free-1/energy', true],
    ['gw-own', OURS, false],
    ['scada', 'plants/p/l/free-1/energy', false],
    ['scada', OURS, false],
  ])('%s publishes to %s: %s', (id, topic, is) => expect(admitted(id).mayPublish(topic)).toBe(is))

  test.each([
    ['plc-7', 'plants/p/+/press-1/#', true],
    ['plc-7', 'spBv1.0/STATE/host', true],
    ['plc-7', '#', false],
    ['plc-7', '$share/g/plants/p/+/press-1/#', false],
    ['nobodys', 'plants/p/l/free-1/rejected', false],
    ['gw', 'plants/p/+/+/rejected', true],
    ['gw', 'spBv1.0/acme/NCMD/edge-1', true],
    ['gw', 'plants/#', false],
    ['gw', 'plants/p/l/free-1/energy', false],
    ['scada', '#', true],
    ['scada', 'secret/#', false],
  ])('%s subscribes to %s: %s', (id, filter, is) => expect(admitted(id).maySubscribe(filter)).toBe(is))

  test.each([
    ['plc-7', OURS, true],
    ['plc-7', 'plants/p/l/other-1/energy', false],
    ['gw', 'plants/p/l/free-1/rejected', true],
    ['gw', 'plants/p/l/press-1/rejected', false],
    ['gw-own', 'plants/p/l/own-1/rejected', true],
    ['scada', OURS, true],
    ['scada', 'secret/a', false],
  ])('%s is brought %s: %s', (id, topic, is) => expect(admitted(id).mayReceive(topic)).toBe(is))
})

const required = (credentials: readonly Credential[], devices: readonly RegisteredDevice[] = DEVICES) =>
  start(null, {}, { isRequired: true, devices, credentials })
const came = ({ journal }: Setup) =>
  journal.entries.flatMap((entry) => (entry.kind === 'message' ? [`${entry.topic} ${entry.payload}`] : []))
const closed = (one: MqttClient) => new Promise<void>((resolve) => one.once('close', () => resolve()))
const scada = (broker: Broker) => client(broker, proof('scada'))
const SCADA = credential('scada', { role: 'reader' })

describe('at the broker', () => {
  test('CONNACK says why, over a wire that shows it: 4 wrong, 2 the id of another, 5 disabled', async () => {
    const { broker } = await required([PLC, credential('off', { disabled: true })])
    const answers = []
    for (const [id, secret] of [
      ['plc-7', 'wrong'],
      ['other', 'secret of plc-7'],
      ['off', 'secret of off'],
      ['plc-7', 'secret of plc-7'],
    ] as const) {
      const raw = await dial(broker)
      raw.send(connect({ id, flags: 0xc2, rest: [text(id), text(secret)] }))
      await vi.waitFor(() => expect(raw.received.length).toBeGreaterThanOrEqual(4), SOON)
      answers.push(raw.received[3])
    }
    expect(answers).toEqual([4, 2, 5, 0])
  })

  test('who cannot prove an id neither takes its connection nor its session away', async () => {
    const { broker } = await start(null, {}, { devices: DEVICES, credentials: [PLC] })
    const plc = await client(broker, { ...proof('plc-7'), ...KEPT })
    await expect(client(broker, { clientId: 'plc-7', reconnectPeriod: 0 })).rejects.toMatchObject({ code: 4 })
    await plc.publishAsync(OURS, '{}', { qos: 1 })
    expect(plc.connected).toBe(true)
    // Others are open as ever, but for its topics.
    expect((await client(broker, { clientId: 'anybody' })).connected).toBe(true)
  })

  test('a publish and a subscription of another device never get through, and a retained message is not brought', async () => {
    const setup = await required([PLC, credential('plc-9'), SCADA])
    const nine = await client(setup.broker, proof('plc-9'))
    await nine.publishAsync('plants/p/l/other-1/status', 'online', { qos: 1, retain: true })
    const raw = await dial(setup.broker)
    raw.send(
      connect({ id: 'plc-7', flags: 0xc2, rest: [text('plc-7'), text('secret of plc-7')] }),
      packet(
        0x82,
        Buffer.of(0, 1),
        text('plants/p/l/other-1/#'),
        Buffer.of(1),
        text('plants/p/+/press-1/#'),
        Buffer.of(1),
      ),
    )
    await raw.receives(Buffer.of(0x90, 4, 0, 1, 0x80, 1))
    raw.send(subscribe('plants/#', 1, 2))
    await raw.receives(Buffer.of(0x90, 3, 0, 2, 0x80))
    raw.send(publish({ topic: 'plants/p/l/other-1/energy', payload: 'stolen' }))
    await raw.closes()
    expect(raw.received.includes(Buffer.from('online'))).toBe(false)
    expect(came(setup)).toEqual(['plants/p/l/other-1/status online'])
    const reader = await scada(setup.broker)
    const got = inbox(reader)
    await reader.subscribeAsync('plants/#')
    await vi.waitFor(() => expect(got).toEqual(['plants/p/l/other-1/status online']), SOON)
  })

  test('a reader whose role is taken hears nothing more, in the connection that it has', async () => {
    const { broker } = await required([PLC, SCADA])
    const [plc, reader] = [await client(broker, proof('plc-7')), await scada(broker)]
    const got = inbox(reader)
    await reader.subscribeAsync('plants/#')
    await plc.publishAsync(OURS, 'first', { qos: 1 })
    await vi.waitFor(() => expect(got).toHaveLength(1), SOON)
    broker.prove([PLC, { ...SCADA, role: 'device' }])
    await plc.publishAsync(OURS, 'second', { qos: 1 })
    broker.publishNotice('spBv1.0/STATE/host', 'marker')
    expect(reader.connected).toBe(true)
    broker.prove([PLC, SCADA])
    await plc.publishAsync(OURS, 'third', { qos: 1 })
    await vi.waitFor(() => expect(got.at(-1)).toContain('third'), SOON)
    expect(got.some((line) => line.includes('second'))).toBe(false)
  })

  test('a session that is taken up after its rights were taken brings neither what it kept nor what comes', async () => {
    const { broker } = await required([PLC, SCADA])
    const plc = await client(broker, proof('plc-7'))
    const before = await client(broker, { ...proof('scada'), ...KEPT })
    await before.subscribeAsync('plants/#', { qos: 1 })
    await before.endAsync()
    await plc.publishAsync(OURS, 'kept', { qos: 1 })
    broker.prove([PLC, { ...SCADA, role: 'device' }])
    broker.register([...DEVICES, device('scada-1', 'scada')])
    const raw = await dial(broker)
    raw.send(connect({ id: 'scada', flags: 0xc0, rest: [text('scada'), text('secret of scada')] }))
    await vi.waitFor(() => expect(raw.received.length).toBeGreaterThanOrEqual(4), SOON)
    expect(raw.received[3]).toBe(0)
    await plc.publishAsync(OURS, 'new', { qos: 1 })
    raw.send(subscribe('plants/p/l/scada-1/#', 1, 9))
    await raw.receives(Buffer.of(0x90, 3, 0, 9, 1))
    expect(raw.received.includes(Buffer.from('kept'))).toBe(false)
    expect(raw.received.includes(Buffer.from('new'))).toBe(false)
  })

  test.each([
    ['revoked', { tokens: [] }],
    ['disabled', { disabled: true }],
    ['given another token', { tokens: [token('other')] }],
  ])('who is %s is disconnected at once, and its will is not published', async (_, change) => {
    const setup = await required([PLC, SCADA])
    const will = { topic: 'plants/p/l/press-1/status', payload: Buffer.from('offline'), qos: 1 as const, retain: true }
    const plc = await client(setup.broker, { ...proof('plc-7'), will })
    const gone = closed(plc)
    setup.broker.prove([{ ...PLC, ...change }, SCADA])
    await gone
    await expect(client(setup.broker, { ...proof('plc-7'), reconnectPeriod: 0 })).rejects.toMatchObject({
      code: 'disabled' in change ? 5 : 4,
    })
    expect((await scada(setup.broker)).connected).toBe(true)
    expect(came(setup)).toEqual([])
  })

  test('a will whose topic was taken from its client meanwhile is not published; another is', async () => {
    const setup = await required([PLC, credential('plc-9')])
    const willOf = (id: string) => ({
      topic: `plants/p/l/${id}/status`,
      payload: Buffer.from('offline'),
      qos: 1 as const,
      retain: false,
    })
    const seven = await client(setup.broker, { ...proof('plc-7'), will: willOf('press-1') })
    const nine = await client(setup.broker, { ...proof('plc-9'), will: willOf('other-1') })
    setup.broker.register([device('press-2', 'plc-7'), device('other-1', 'plc-9')])
    seven.stream.destroy()
    await vi.waitFor(() => expect(setup.stats.read().clients).toBe(1), SOON)
    nine.stream.destroy()
    await vi.waitFor(() => expect(came(setup)).toEqual(['plants/p/l/other-1/status offline']), SOON)
  })

  test('of who cannot prove itself any more no session is kept, be it there or away', async () => {
    const readers = [SCADA, credential('away', { role: 'reader' })]
    const { broker } = await required([PLC, ...readers])
    const plc = await client(broker, proof('plc-7'))
    const here = await client(broker, { ...proof('scada'), ...KEPT })
    const away = await client(broker, { ...proof('away'), ...KEPT })
    for (const one of [here, away]) await one.subscribeAsync('plants/#', { qos: 1 })
    await away.endAsync()
    const gone = closed(here)
    broker.prove([PLC])
    await gone
    await plc.publishAsync(OURS, 'unheard', { qos: 1 })
    broker.prove([PLC, ...readers])
    for (const id of ['scada', 'away']) {
      const raw = await dial(broker)
      raw.send(connect({ id, flags: 0xc0, rest: [text(id), text(`secret of ${id}`)] }))
      // Without "session present".
      await raw.receives(CONNACK)
    }
  })

  test('who is connected by the old token is disconnected when that comes to its end', { tags: ['slow'] }, async () => {
    const { broker } = await required([PLC])
    const old = await client(broker, proof('plc-7'))
    const gone = closed(old)
    // Known once it is connected: however long that took, the end is still to come.
    const ending = token('secret of plc-7', new Date(Date.now() + 3000).toISOString())
    broker.prove([{ ...PLC, tokens: [token('new'), ending] }])
    await gone
    expect((await client(broker, { ...proof('plc-7'), password: 'new' })).connected).toBe(true)
  })

  test('an id that is given a credential is taken from who has it without one', async () => {
    const { broker } = await start(null, {}, { devices: DEVICES })
    const squatter = await client(broker, { clientId: 'plc-7' })
    const gone = closed(squatter)
    broker.prove([PLC])
    await gone
    expect((await client(broker, proof('plc-7'))).connected).toBe(true)
  })

  test('of wrong CONNECTs again and again the log gets one line, and from the eleventh on none is looked at', async () => {
    clockStands()
    const [setup, answers] = [await required([PLC]), new Map<number, number>()]
    for (let i = 0; i < 13; i++) {
      const raw = await dial(setup.broker)
      raw.send(connect({ id: 'plc-7', flags: 0xc2, rest: [text('plc-7'), text('wrong')] }))
      await raw.closes()
      answers.set(raw.received[3]!, (answers.get(raw.received[3]!) ?? 0) + 1)
    }
    expect(Object.fromEntries(answers)).toEqual({ 4: 10, 5: 3 })
    expect(setup.stats.read().limited).toMatchObject({ credentials: 10, attempts: 3 })
    const lines = setup.log.filter((line) => line.includes('turned away'))
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain('wrong"')
  })
})
