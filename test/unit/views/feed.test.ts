import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { originOf } from '../../../src/access/places/origin.js'
import type { ForecastChange } from '../../../src/base/forecast.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { type Feed, startFeed } from '../../../src/views/feed/feed.js'
import { OUTBOX_FINALS_MAX } from '../../../src/views/feed/outbox.js'
import { isOurOrigin } from '../../../src/views/origin.js'
import { SOON } from '../../support/soon.js'
import { NOW, pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'
import { TestClient } from './feed-client.js'

let sources: FakeSources
let feed: Feed
let server: Server
let port: number
const clients: TestClient[] = []
let dropped: string[]

beforeEach(async () => {
  sources = new FakeSources()
  dropped = []
  feed = startFeed(sources, {
    isOurs: (request) => isOurOrigin(request, []),
    admit: () => ({ origin: originOf('127.0.0.1'), holds: () => true }),
    dropped: (why) => dropped.push(why),
  })
  server = createServer().on('upgrade', feed.upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.leave()))
  await feed.close()
  await new Promise((resolve) => server.close(resolve))
})

async function connect(options?: { autoPong?: boolean }): Promise<TestClient> {
  const client = await TestClient.connect(port, options)
  clients.push(client)
  return client
}

/** A client that has seen the snapshot of what it asked for. */
async function subscribed(wanted: Parameters<TestClient['subscribe']>[0] = {}): Promise<TestClient> {
  const client = await connect()
  client.subscribe(wanted)
  await client.first('snapshot')
  return client
}

const provisional = (minute: number, value: number) => pointAt(minute, { value, provisional: true })

test('hello tells time, epoch and number; the snapshot has the newest points that were asked for', async () => {
  const wanted = pointAt(1)
  sources.publish(pointAt(0), pointAt(5, { plant: 'dresden-1', id: 'dresden-1' }))
  sources.publish(wanted, pointAt(2, { window: '15m' }), pointAt(3, { scope: 'line', id: 'press' }))
  const client = await subscribed({ plants: ['suzhou-1'], windows: ['1m'] })
  expect(client.messages[0]).toMatchObject({ type: 'hello', server_time: NOW, seq: 2 })
  expect(client.messages[1]).toEqual({ type: 'snapshot', seq: 2, points: [wanted] })
})

test('a forecast is told to who watches its plant, of several of one series the newest, and again to who comes back', async () => {
  const forecast = (
    plant: string,
    value: number,
    horizon: ForecastChange['horizon'] = 'next_interval',
  ): ForecastChange => ({
    ...{
      plant,
      scope: 'plant',
      id: plant,
      kpi: 'energy_elec_import',
      unit: 'kWh',
      horizon,
      issued_at: NOW,
      reason: '',
    },
    values: [{ start: NOW, end: NOW, value, low_50: 1, high_50: 3, low_90: 0, high_90: 4 }],
  })
  const client = await subscribed({ plants: ['suzhou-1'] })
  const { epoch, seq } = await client.first('hello')
  sources.forecastIssued(forecast('suzhou-1', 1))
  sources.forecastIssued(forecast('dresden-1', 5))
  sources.forecastIssued(forecast('suzhou-1', 2))
  sources.forecastIssued(forecast('suzhou-1', 3, 'day_ahead'))
  await sources.clock.advance(250)
  await client.first('forecast')
  const values = (one: TestClient) => one.all('forecast').map((message) => message.forecast.values[0]!.value)
  expect(values(client)).toEqual([2, 3])
  const back = await connect()
  back.subscribe({ plants: ['suzhou-1'], since: { epoch, seq } })
  await sources.clock.advance(250)
  await back.first('forecast')
  expect(values(back)).toEqual([2, 3])
})

test('of an open window only the newest value is sent, of final points every one, once', async () => {
  const client = await subscribed()
  sources.publish(provisional(9, 901))
  sources.publish(pointAt(1), provisional(9, 902))
  sources.publish(pointAt(2), provisional(9, 903))
  sources.publish(pointAt(2, { rev: 1, value: 22 }))
  await sources.clock.advance(250)
  await client.hasUpdates([1, 2, 22, 903])
  expect(client.all('update').map((update) => update.seq)).toEqual([4])
  sources.publish(pointAt(3))
  await sources.clock.advance(250)
  await client.hasUpdates([1, 2, 22, 903, 3])
})

test('the last open value of a window that has become final is not sent behind it', async () => {
  const client = await subscribed()
  sources.publish(provisional(1, 101))
  sources.publish(pointAt(1))
  await sources.clock.advance(250)
  await client.hasUpdates([1])
})

test('at 4 Hz a client gets one update in 250 ms, at 10 Hz and whatever is above one in 100 ms', async () => {
  const slow = await subscribed({ maxHz: 4 })
  const fast = await subscribed({ maxHz: 1000 })
  for (let tick = 0; tick < 20; tick++) {
    sources.publish(provisional(1, tick))
    await sources.clock.advance(50)
  }
  sources.publish(pointAt(2))
  await sources.clock.advance(250)
  await vi.waitFor(() => expect([slow.updated.at(-1)?.value, fast.updated.at(-1)?.value]).toEqual([2, 2]), SOON)
  expect(slow.all('update')).toHaveLength(5)
  expect(fast.all('update')).toHaveLength(11)
})

test('a second subscription replaces the first', async () => {
  const client = await subscribed({ plants: ['suzhou-1'] })
  client.subscribe({ plants: ['dresden-1'] })
  await vi.waitFor(async () => {
    await sources.clock.advance(50)
    expect(client.all('snapshot')).toHaveLength(2)
  }, SOON)
  sources.publish(pointAt(1), pointAt(2, { plant: 'dresden-1', id: 'dresden-1' }))
  await sources.clock.advance(250)
  await client.hasUpdates([2])
})

test('a client that comes back goes on where it was, without snapshot or gap', async () => {
  const before = await subscribed()
  sources.publish(pointAt(1))
  await sources.clock.advance(250)
  await before.hasUpdates([1])
  const { epoch } = await before.first('hello')
  const { seq } = before.all('update')[0]!
  await before.leave()
  sources.publish(provisional(3, 301), pointAt(2))
  sources.publish(provisional(3, 302), provisional(4, 401))
  sources.publish(pointAt(4))
  sources.changeDevice({ plant: 'suzhou-1', line: 'press', device: 'main-1', state: 'stale' })

  const after = await connect()
  after.subscribe({ since: { epoch, seq } })
  await after.hasUpdates([2, 4, 302])
  await after.first('device')
  expect(after.messages.map((message) => message.type)).toEqual(['hello', 'update', 'device'])
  expect(after.all('update')[0]!.seq).toBe(5)
})

test.each([
  ['of another start of the gateway', (own: string) => ({ epoch: `not-${own}`, seq: 0 })],
  ['that has not been yet', (own: string) => ({ epoch: own, seq: 99 })],
])('a client that wants to go on from a number %s gets a gap and a snapshot', async (_, since) => {
  sources.publish(pointAt(1))
  const client = await connect()
  client.subscribe({ since: since((await client.first('hello')).epoch) })
  await client.first('snapshot')
  expect(client.messages.slice(1)).toEqual([
    { type: 'gap', seq: 1 },
    { type: 'snapshot', seq: 1, points: [pointAt(1)] },
  ])
})

test('after more than 15 minutes of final points a client gets a gap, after less it does not', async () => {
  await (await connect()).leave()
  sources.publish(pointAt(1))
  await sources.clock.advance(10 * 60_000)
  sources.publish(pointAt(2))
  await sources.clock.advance(5 * 60_000 + 100)
  const [late, early] = [await connect(), await connect()]
  const { epoch } = await late.first('hello')
  late.subscribe({ since: { epoch, seq: 0 } })
  early.subscribe({ since: { epoch, seq: 1 } })
  await late.first('gap')
  await early.hasUpdates([2])
  expect(early.all('gap')).toEqual([])
})

test('points that came when nobody could come back for them are not kept', async () => {
  sources.publish(pointAt(1))
  const early = await connect()
  const { epoch } = await early.first('hello')
  early.subscribe({ since: { epoch, seq: 0 } })
  await early.first('gap')
  await early.leave()
  await sources.clock.advance(15 * 60_000 + 100)
  sources.publish(pointAt(2))
  const late = await connect()
  late.subscribe({ since: { epoch, seq: 1 } })
  await late.first('gap')
})

test('a device that changes is told to who watches its plant, with the number up to which all is sent', async () => {
  const [mine, other] = [await subscribed({ plants: ['suzhou-1'] }), await subscribed({ plants: ['dresden-1'] })]
  const change = { plant: 'suzhou-1', line: 'press', device: 'main-1' }
  sources.changeDevice({ ...change, state: 'stale' })
  sources.changeDevice({ ...change, state: 'offline' })
  sources.publish(pointAt(1, { plant: 'dresden-1', id: 'dresden-1' }))
  await sources.clock.advance(250)
  expect(await mine.first('device')).toEqual({ type: 'device', seq: 3, ...change, state: 'offline' })
  await other.hasUpdates([1])
  expect(mine.all('device')).toHaveLength(1)
  expect(other.all('device')).toEqual([])
})

test('a page of one plant may watch the alarms and devices of all of them', async () => {
  const watching = await subscribed({ plants: ['suzhou-1'], watch: ['*'] })
  const change = { plant: 'dresden-1', line: 'press', device: 'main-1' }
  sources.changeDevice({ ...change, state: 'offline' })
  sources.publish(pointAt(1, { plant: 'dresden-1', id: 'dresden-1' }), pointAt(2))
  await sources.clock.advance(250)
  await watching.hasUpdates([2])
  expect(watching.all('device')).toMatchObject([change])
})

test.each([
  ['{', 'bad_json'],
  [Buffer.from('{}'), 'bad_json'],
  ['{"type":"publish"}', 'unknown_type'],
  ['{"type":"subscribe","scopes":["city"]}', 'bad_message'],
])('the message %s is answered with the error %s, and the connection stays', async (message, code) => {
  const client = await connect()
  client.send(message)
  expect((await client.first('error')).code).toBe(code)
  client.subscribe()
  await client.first('snapshot')
})

test('a message above 16 KiB ends the connection', async () => {
  const client = await connect()
  client.send('x'.repeat(16 * 1024 + 1))
  expect(await client.isClosed()).toBe(1009)
})

test('a message in more than 16 parts ends the connection', async () => {
  const client = await connect()
  client.sendInParts('x'.repeat(16))
  await client.first('error')
  client.sendInParts('x'.repeat(17))
  expect(await client.isClosed()).toBe(1008)
})

test.each([
  ['messages', (client: TestClient) => client.subscribe()],
  ['messages that are none', (client: TestClient) => client.send('{')],
])('a client that sends more than 100 %s in a second is closed with 1008, and others stay', async (_, sends) => {
  const [flooding, other] = [await connect(), await subscribed()]
  for (let i = 0; i < 100; i++) sends(flooding)
  flooding.send('{')
  expect(await flooding.isClosed()).toBe(1008)
  expect(flooding.closedFor).toBe('more than 100 messages in a second')
  expect(dropped).toEqual(['feed_messages'])
  await vi.waitFor(() => expect(feed.counts().clients).toBe(1), SOON)
  expect(other.closedWith).toBeUndefined()
})

test('a client may send 100 messages again in each second', async () => {
  const client = await connect()
  for (let second = 1; second <= 3; second++) {
    for (let i = 0; i < 100; i++) client.send('{')
    await vi.waitFor(() => expect(client.all('error')).toHaveLength(100 * second), SOON)
    await sources.clock.advance(1_050)
  }
  expect([client.closedWith, dropped]).toEqual([undefined, []])
})

test('a client that does not read is closed with 4408, what it missed is counted, and another gets everything', async () => {
  const frozen = await subscribed()
  const reading = await subscribed()
  frozen.stopReading()
  const sent: KpiPoint[] = []
  const factors = ['x'.repeat(2_000)]
  // 40 MB of finals in 20 s: more than the sockets of the system hold, less than an outbox has places for.
  for (let second = 0; second < 20; second++) {
    const points = Array.from({ length: 1_000 }, (_, i) => pointAt(second * 1_000 + i, { factors }))
    sent.push(...points)
    sources.publish(...points)
    await sources.clock.advance(1_000)
    await vi.waitFor(() => expect(reading.updated).toHaveLength(sent.length), SOON)
  }
  await sources.clock.advance(30_100)
  sources.publish(pointAt(99_999))
  await sources.clock.advance(250)
  await reading.hasUpdates([...sent.map((point) => point.value!), 99_999])
  expect(feed.counts().droppedUpdates).toBeGreaterThan(0)
  expect(reading.closedWith).toBeUndefined()
  frozen.readOn()
  expect(await frozen.isClosed()).toBe(4408)
})

test('a burst that no outbox holds is a gap and a snapshot for a client that reads', async () => {
  const client = await subscribed()
  const point = pointAt(1)
  sources.publish(...Array.from({ length: OUTBOX_FINALS_MAX + 1 }, () => point))
  await sources.clock.advance(250)
  await client.first('gap')
  await vi.waitFor(() => expect(client.all('snapshot')).toHaveLength(2), SOON)
  expect(feed.counts().droppedUpdates).toBe(OUTBOX_FINALS_MAX)
  sources.publish(pointAt(2))
  await sources.clock.advance(250)
  await client.hasUpdates([2])
})

test('a burst larger than one message is caught up with tick by tick, and each number is safe to go on from', async () => {
  const client = await subscribed()
  const minutes = Array.from({ length: 12_000 }, (_, minute) => minute)
  for (const minute of minutes) sources.publish(pointAt(minute))
  await sources.clock.advance(400)
  await client.hasUpdates(minutes)
  expect(client.all('update').map((update) => [update.seq, update.points.length])).toEqual([
    [5_000, 5_000],
    [10_000, 5_000],
    [12_000, 2_000],
  ])
})

test('a client that comes into an empty feed is served as soon as any other', async () => {
  await sources.clock.advance(1_300)
  const client = await subscribed()
  sources.publish(pointAt(1))
  await sources.clock.advance(250)
  await client.hasUpdates([1])
})

test('a client that answers no ping is gone after the second, one that does stays', async () => {
  const silent = await connect({ autoPong: false })
  const alive = await subscribed()
  for (let ping = 1; ping <= 3; ping++) {
    await sources.clock.advance(20_000)
    sources.publish(pointAt(ping))
    await sources.clock.advance(250)
    // The update came behind the ping, so the pong is on its way before the next one.
    await vi.waitFor(() => expect(alive.updated).toHaveLength(ping), SOON)
  }
  expect(await silent.isClosed()).toBe(1006)
  expect(alive.closedWith).toBeUndefined()
  await vi.waitFor(() => expect(feed.counts().clients).toBe(1), SOON)
})

test('when the gateway stops, clients are told to come back, and the sources are let go', async () => {
  const client = await subscribed()
  await feed.close()
  expect(await client.isClosed()).toBe(1001)
  expect(sources.listenerCount).toBe(0)
})

test.each([
  ['no subprotocol', '/ws/v1', [], {}, 400],
  ['another subprotocol', '/ws/v1', ['mqtt'], {}, 400],
  ['another path', '/ws/v2', ['greengauge.v1'], {}, 404],
  ['a page of another origin', '/ws/v1', ['greengauge.v1'], { origin: 'https://evil.example' }, 403],
])('an upgrade with %s is refused', async (_, path, protocols, options, status) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options)
  const answered = await new Promise((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode)
      request.destroy()
    })
  })
  expect(answered).toBe(status)
  expect(feed.counts().clients).toBe(0)
})

test('a page of our own may read the feed', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v1`, 'greengauge.v1', { origin: `http://127.0.0.1:${port}` })
  const client = new TestClient(socket)
  clients.push(client)
  expect((await client.first('hello')).seq).toBe(0)
})
