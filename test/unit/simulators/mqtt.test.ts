// @module-tag slow

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import type { Sample, SimulatedDevice } from '../../../simulators/plant.js'
import { replay } from '../../../simulators/replay.js'
import { type SimulateOptions, simulate } from '../../../simulators/simulate.js'
import type { Truth } from '../../../simulators/truth/file.js'
import { topicOf } from '../../../src/base/topic.js'
import { DATASETS_REMEDY, datasetFile } from '../../support/datasets.js'
import { freePort } from '../../support/gateway.js'

const FROM = Date.parse('2026-02-02T00:00:00Z')
const MINUTE_MS = 60_000

interface Received {
  readonly topic: string
  readonly text: string
  readonly qos: number
  readonly retain: boolean
}

/** A broker that keeps what it was sent, and cuts all connections when the given message arrives. */
async function listen(port = 0) {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let cutAt: number | null = null
  const broker = await Aedes.createBroker()
  broker.authorizePublish = (_client, packet, done) => {
    received.push({
      topic: packet.topic,
      text: packet.payload.toString(),
      qos: packet.qos,
      retain: packet.retain,
    })
    if (received.length === cutAt) for (const socket of sockets) socket.destroy()
    done(null)
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    received,
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAt: (message: number) => {
      cutAt = message
    },
    close: async () => {
      await new Promise<void>((resolve) => broker.close(resolve))
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

let broker: Awaited<ReturnType<typeof listen>>
beforeEach(async () => {
  broker = await listen()
})
afterEach(() => broker.close())

const never = new AbortController().signal

function pastHour(hours: number): SimulateOptions & { readonly from: number; readonly until: number } {
  return {
    url: broker.url,
    plants: 1,
    rate: 0.2,
    seed: 1,
    from: FROM,
    until: FROM + MINUTE_MS,
    speed: Infinity,
    backfill: hours,
    faults: new Set(),
    wait: 0,
  }
}

const plant = demoPlants(1, { plants: 1 })[0]!
/** The meter at the grid. */
const main = plant.devices[0]!

function topicOfDevice(device: SimulatedDevice): string {
  return topicOf(device.path, device.class)
}

function samplesOf(topic: string): Sample[] {
  return broker.received
    .filter((one) => one.topic === topic)
    .flatMap((one) => JSON.parse(one.text) as Sample | Sample[])
}

describe('the simulated plant on a broker', () => {
  it('sends the back-fill of each device each 15 s and then its live samples, without a hole', async () => {
    const answer = await simulate(pastHour(1), never)
    expect(answer).toMatchObject({ plants: [plant.id], devices: plant.devices.length })
    expect(answer.acknowledged).toBe(answer.messages)
    for (const device of plant.devices.filter((one) => !one.isOnChange)) {
      const samples = samplesOf(topicOfDevice(device))
      const steps = samples.slice(1).map((sample, i) => sample.ts - samples[i]!.ts)
      // 240 quarter minutes, then 12 periods of 5 s and the end itself.
      expect(steps).toEqual([...Array(240).fill(15_000), ...Array(12).fill(5000)])
      expect(samples.filter((sample) => sample.seq !== undefined)).toHaveLength(13)
    }
  })

  it('sends what the devices sample, at QoS 1', async () => {
    await simulate(pastHour(0), never)
    const [seen] = demoPlants(1, { plants: 1 })
    for (const device of seen!.devices.filter((one) => !one.isOnChange)) {
      const expected = device.samples(FROM, FROM + MINUTE_MS + 1, 5000)
      expect(samplesOf(topicOfDevice(device)).map(({ seq: _seq, ...sample }) => sample)).toEqual(expected)
    }
    expect(new Set(broker.received.map((one) => one.qos))).toEqual(new Set([1]))
  })

  it('is online, retained, before its first sample and offline after its last', async () => {
    await simulate({ ...pastHour(0), devices: 1 }, never)
    const words = broker.received.map((one) => (one.topic.endsWith('/status') ? `${one.text} ${one.retain}` : 'data'))
    expect(words).toEqual(['online true', 'data', 'offline true'])
  })

  it('loses nothing when its connection is cut', async () => {
    broker.cutAt(9)
    const answer = await simulate({ ...pastHour(24), devices: 1 }, never)
    const instants = new Set(samplesOf(topicOfDevice(main)).map((sample) => sample.ts))
    expect(instants.size).toBe(24 * 240 + 13)
    expect(answer.acknowledged).toBe(answer.messages)
    expect(broker.received.filter((one) => one.text === 'online')).toHaveLength(2)
  })

  it('stops when it is told to, and says that it is offline', async () => {
    const stop = new AbortController()
    const { from: _from, until: _until, ...live } = pastHour(0)
    const run = simulate({ ...live, speed: 1, rate: 100, devices: 1 }, stop.signal)
    await expect.poll(() => broker.received.length).toBeGreaterThan(3)
    stop.abort()
    await run
    expect(broker.received.at(-1)!.text).toBe('offline')
  })

  it('says when it is stopped what it had kept back', async () => {
    const stop = new AbortController()
    const { from: _from, until: _until, ...live } = pastHour(0)
    const faults = new Set(['late'] as const)
    const run = simulate({ ...live, speed: 1, rate: 100, devices: 1, faults }, stop.signal)
    await expect.poll(() => broker.received.length).toBeGreaterThan(100)
    stop.abort()
    const answer = await run
    expect(answer.acknowledged).toBe(answer.messages)
    const instants = samplesOf(topicOfDevice(main)).map((sample) => sample.ts)
    const inOrder = [...instants].sort((a, b) => a - b)
    expect(instants).not.toEqual(inOrder)
    expect(new Set(inOrder.slice(1).map((ts, i) => ts - inOrder[i]!))).toEqual(new Set([10]))
  })

  it('breaks its own connection when it is asked to, which sends its will, and loses nothing', async () => {
    const faults = new Set(['disconnect'] as const)
    const options = { ...pastHour(24), devices: 1, faults }
    const answer = await simulate(options, never)
    expect(answer.acknowledged).toBe(answer.messages)
    const words = broker.received.filter((one) => one.topic.endsWith('/status')).map((one) => one.text)
    expect(words.length).toBeGreaterThan(3)
    expect(words).toEqual(words.map((_, i) => (i % 2 === 0 ? 'online' : 'offline')))
    const instants = new Set(samplesOf(topicOfDevice(main)).map((sample) => sample.ts))
    expect(instants.size).toBe(24 * 240 + 13)
  })

  it('writes at the end what it sent and what must come of it, whole or not at all', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-truth-'))
    const truth = join(dir, 'truth.json')
    const answer = await simulate({ ...pastHour(33), truth }, never)
    const written = JSON.parse(readFileSync(truth, 'utf8')) as Truth
    expect(readdirSync(dir)).toEqual(['truth.json'])
    rmSync(dir, { recursive: true })
    expect(written).toMatchObject({ complete: true, seed: 1, until: new Date(FROM + MINUTE_MS).toISOString() })
    expect(written.devices.reduce((sum, device) => sum + device.messages, 0)).toBe(answer.messages)
    const ofMain = written.expected.filter((one) => one.kpi === 'energy_elec_import' && one.id === plant.id)
    // 33 hours up to 8:00 in Suzhou hold one whole day, from midnight to midnight.
    expect(ofMain.map((one) => one.window).sort()).toEqual(['1d', ...Array(33).fill('1h')])
  })

  it('waits for a broker that is still starting', async () => {
    await broker.close()
    // One that the system gives to nobody's connection before this broker is there.
    const port = await freePort()
    const run = simulate({ ...pastHour(0), url: `mqtt://127.0.0.1:${port}`, devices: 1, wait: 180 }, never)
    broker = await listen(port)
    expect((await run).acknowledged).toBeGreaterThan(0)
  })

  it('is an unavailable service (69) where no broker answers', async () => {
    const run = simulate({ ...pastHour(0), url: `mqtt://127.0.0.1:${await freePort()}` }, never)
    await expect(run).rejects.toMatchObject({ code: 69, message: expect.stringContaining('start the gateway first') })
  })
})

const steel = datasetFile('steel-energy.csv')

describe.skipIf(steel === null)(`the steel year on a broker${steel === null ? `: ${DATASETS_REMEDY}` : ''}`, () => {
  it('arrives whole in any order, though the connection is cut on the way', async () => {
    broker.cutAt(20_000)
    const options = { dataset: 'steel', file: steel ?? '', url: broker.url, speed: Infinity, shuffle: 1, repeat: 1 }
    const answer = await replay(options, never)
    const seqs = new Set(samplesOf('plants/steel/mill/main-1/energy').map((sample) => sample.seq))
    expect(seqs.size).toBe(35_041)
    expect(answer).toMatchObject({ messages: 35_041, acknowledged: 35_041, last_ts: '2018-12-31T15:00:00.000Z' })
  })
})
