// @module-tag deep
/** Proves that a plant behind a line that breaks forwards everything once. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permutation } from '../../simulators/random.js'
import { FROM_HEADER, TO_HEADER } from '../../src/forward/batch.js'
import { type ForwardedMessage, forwardedEntries } from '../../src/forward/edge-entries.js'
import { forwardedTo, journalOf, makeEdgeStream } from '../support/edge-centre.js'
import { removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { differences, NO_DIFFERENCES, pointsInDatabase } from '../support/influx-contents.js'
import { type Line, openLine } from '../support/line.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'

const path = findServer('nats-server')
const PLANT = 'far-1'
const FIRST_TS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000
const STEP_MS = 300_000
const METERS = ['meter-1', 'meter-2']
/** Elements in one message. */
const ARRAY_LENGTH = 12
const DAYS = 4
const plants = [{ id: PLANT, name: { en: 'Far away' }, timezone: 'Asia/Shanghai' }]

let nats: NatsServers
let line: Line
let edge: TestGateway
let centre: TestGateway | undefined
/** Topic and payload of what was acknowledged, in order for each meter. */
const acknowledged: string[] = []
let stored: ForwardedMessage[]

/** One day of both meters, a sample every five minutes. */
async function sendDay(day: number): Promise<void> {
  const client = await mqtt.connectAsync(edge.mqttUrl, { clientId: 'logger' })
  for (let at = 0; at < DAY_MS; at += ARRAY_LENGTH * STEP_MS) {
    for (const [index, meter] of METERS.entries()) {
      const elements = Array.from({ length: ARRAY_LENGTH }, (_, i) => {
        const sinceMs = day * DAY_MS + at + i * STEP_MS
        const kwh = (sinceMs / STEP_MS) * (index + 1)
        return { ts: FIRST_TS + sinceMs, metrics: { elec_import_kwh: kwh / 4, elec_import_kw: 100 + (kwh % 50) / 8 } }
      })
      const topic = `plants/${PLANT}/hall/${meter}/energy`
      const payload = JSON.stringify(elements)
      await client.publishAsync(topic, payload, { qos: 1 })
      acknowledged.push(`${topic} ${payload}`)
    }
  }
  await client.endAsync()
}

async function metric(name: string): Promise<number> {
  const page = await fetch(`${edge.httpUrl}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  )
  return Number(
    page
      .split('\n')
      .find((one) => one.startsWith(`${name} `))
      ?.slice(name.length) ?? Number.NaN,
  )
}

const isThrough = async () => (await metric('greengauge_forward_pending')) === 0

/** A batch more has come through. */
async function oneMore(): Promise<void> {
  const before = await metric('greengauge_forward_batches_total')
  await until(async () => (await metric('greengauge_forward_batches_total')) > before)
}

async function forwardCheck() {
  const answer = await fetch(`${edge.httpUrl}/readyz?verbose`)
  const { checks } = (await answer.json()) as { checks: { name: string; ok: boolean; reason: string }[] }
  return { status: answer.status, ...checks.find(({ name }) => name === 'forward') }
}

describe.skipIf(path === null)('a plant behind a line that breaks', () => {
  beforeAll(async () => {
    nats = await startNats(path!)
    const { url } = nats.servers[0]!
    await makeEdgeStream(url)
    line = await openLine(Number(new URL(url).port))
    const forward = { servers: [`nats://127.0.0.1:${line.port}`], batch_bytes: 2048, batch_s: 0.1 }
    edge = await startGateway({ config: { plants, forward } })
  })

  afterAll(async () => {
    for (const gateway of [edge, centre]) {
      await gateway?.stop('SIGKILL')
      if (gateway !== undefined) removeData(gateway)
    }
    await line?.close()
    await nats?.remove()
  })

  test('it forwards while the line holds', async () => {
    await until(async () => (await forwardCheck()).reason === '')
    await sendDay(0)
    await until(isThrough)
    expect(await metric('greengauge_forward_connected')).toBe(1)
    expect(await forwardCheck()).toMatchObject({ status: 200, ok: true, reason: '' })
  })

  test('without the line devices are acknowledged as ever, and it says what waits', async () => {
    line.cut()
    const sinceS = Date.now() / 1000
    for (let day = 1; day < DAYS; day++) await sendDay(day)
    await until(async () => (await metric('greengauge_forward_connected')) === 0)
    await until(async () =>
      /^nothing is forwarded since .*, 144 messages wait/.test((await forwardCheck()).reason ?? ''),
    )
    expect(await forwardCheck()).toMatchObject({ status: 200, ok: true })
    expect(await metric('greengauge_forward_pending')).toBe(144)
    expect(await metric('greengauge_forward_oldest_pending_timestamp_seconds')).toBeGreaterThan(sinceS - 1)
  })

  test('killed while it forwards over a thin line that breaks, and with a centre that is killed, it gets all through', async () => {
    Object.assign(line, { bytesPerS: 8000, latencyMs: 30 })
    await edge.stop('SIGKILL')
    line.mend()
    edge = await edge.restart()
    await oneMore()
    await edge.stop('SIGKILL')
    edge = await edge.restart()
    await oneMore()
    line.cut()
    await until(async () => (await metric('greengauge_forward_connected')) === 0)
    line.mend()
    await oneMore()
    await nats.servers[0]!.kill()
    await until(async () => (await metric('greengauge_forward_connected')) === 0)
    await nats.servers[0]!.start()
    await oneMore()
    line.bytesPerS = null
    await until(isThrough)

    stored = await forwardedTo(nats.servers[0]!.url)
    const came = stored.flatMap(forwardedEntries).map(({ topic, payload }) => `${topic} ${Buffer.from(payload)}`)
    expect([...new Set(came)]).toEqual(acknowledged)
    const ends = stored.map(({ headers }) => Number(headers?.get(TO_HEADER)))
    const starts = stored.map(({ headers }) => Number(headers?.get(FROM_HEADER)))
    // No batch begins behind a place that the centre has not got yet.
    expect(starts.filter((from, i) => from > Math.max(0, ...ends.slice(0, i)))).toEqual([])
  })

  test('batches that come twice and in any order give the figures that the plant has', async () => {
    const here = await settled(edge)
    const twice = [...permutation(2 * stored.length, 20261126)].map((at) => stored[at % stored.length]!)
    centre = await startGateway({ config: { plants } })
    await centre.stop('SIGKILL')
    rmSync(centre.dataDir, { recursive: true })
    journalOf(centre.dataDir, twice)
    centre = await centre.restart()
    const there = await settled(centre)
    expect(there.closes).toBe(true)
    expect(there.readings.archived).toBe(here.readings.archived)
    expect(there.readings).toMatchObject({ conflict: 0, duplicate: there.readings.decoded - here.readings.archived })
    await Promise.all([edge.stop(), centre.stop()])
    const [expected, found] = await Promise.all([edge, centre].map(pointsOf))
    expect(expected!.size).toBeGreaterThan(1000)
    expect(differences(expected!, found!)).toEqual(NO_DIFFERENCES)
  })
})

/** Final figures; how often they were restated on the way is left out, as that is the way's. */
async function pointsOf({ dataDir }: TestGateway) {
  const points = await pointsInDatabase(join(dataDir, 'archive.duckdb'))
  return new Map([...points].map(([key, { rev: _rev, ...fields }]) => [key, fields]))
}
