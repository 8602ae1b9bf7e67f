import { setTimeout as sleep } from 'node:timers/promises'
import type { Accounting } from '../../../src/base/wire.js'
import { accounting, getJson, type TestGateway } from '../../support/gateway.js'
import { SOON_MS } from '../../support/soon.js'
import { connect, publish } from '../../unit/intake/packets.js'
import { portOf, rssMiB, StormClient } from './storm.js'

/** Floods of names: messages that name a hundred new metrics each, and messages of devices nobody has heard of. */

const IN_FLIGHT_MAX = 200
const PUBACK_BYTES = 4
const PLANT = 'own'
const HONEST = ['m1', 'm2', 'm3', 'm4', 'm5']

/** Configuration of the flooded gateway: five meters that send all the while. */
export const FLOODED_CONFIG = {
  plants: [
    {
      id: PLANT,
      name: {},
      timezone: 'UTC',
      lines: [{ id: 'l' }],
      devices: HONEST.map((id) => ({ id, line: 'l', metrics: { elec_import_kwh: { period_s: 1 } } })),
    },
  ],
}

export interface NamedMessage {
  readonly topic: string
  readonly payload: string
}

/** One device, a hundred metrics nobody has named before. */
export function newMetrics(i: number): NamedMessage {
  const metrics = Array.from({ length: 100 }, (_, m) => `"f${i}_${m}":1`)
  return { topic: `plants/${PLANT}/l/flood/energy`, payload: `{"metrics":{${metrics.join(',')}}}` }
}

/** A device nobody has heard of. */
export function newDevice(i: number): NamedMessage {
  return { topic: `plants/${PLANT}/l/d${i}/energy`, payload: '{"metrics":{"elec_import_kwh":1}}' }
}

/** A hundred events that nobody has sent before, of a type that figures depend on for good, at one configured meter. */
export function newRuns(i: number): NamedMessage {
  const events = Array.from({ length: 100 }, (_, e) => `{"id":"r${i}-${e}","type":"order","product":"p${i}-${e}"}`)
  return { topic: `plants/${PLANT}/l/m1/production`, payload: `{"events":[${events.join(',')}]}` }
}

/** Sends as fast as it is acknowledged for so many seconds, or so many messages; gives how many were acknowledged. */
export async function flood(
  gateway: TestGateway,
  messageOf: (i: number) => NamedMessage,
  end: { readonly seconds: number; readonly messagesMax?: number },
): Promise<number> {
  const client = await StormClient.dial(portOf(gateway))
  // The CONNACK is as long as a PUBACK.
  let bytes = -PUBACK_BYTES
  client.socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  client.socket.write(connect({ id: 'flood' }))
  while (bytes < 0 && !client.isClosed) await sleep(5)
  const endMs = performance.now() + end.seconds * 1000
  let sent = 0
  const acknowledged = () => Math.floor(bytes / PUBACK_BYTES)
  const messagesMax = end.messagesMax ?? Infinity
  while (performance.now() < endMs && sent < messagesMax) {
    while (sent < messagesMax && sent - acknowledged() < IN_FLIGHT_MAX) {
      client.socket.write(publish({ ...messageOf(sent), id: (sent % 65_535) + 1 }))
      sent++
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  const waitEndMs = performance.now() + SOON_MS
  while (acknowledged() < sent && !client.isClosed && performance.now() < waitEndMs) await sleep(100)
  client.socket.destroy()
  return acknowledged()
}

/** The meters, one reading a second each, until they are stopped; `acknowledged` readings of all together. */
export class HonestMeters {
  acknowledged = 0
  slowestMs = 0
  #isStopped = false
  readonly #done: Promise<void>[]

  constructor(gateway: TestGateway) {
    this.#done = HONEST.map((id) => this.#send(gateway, id))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#done)
  }

  async #send(gateway: TestGateway, id: string): Promise<void> {
    const client = await StormClient.connected(portOf(gateway), id)
    for (let value = 0; !this.#isStopped; value++) {
      const tookMs = await client.publishes(
        `plants/${PLANT}/l/${id}/energy`,
        JSON.stringify({ ts: Date.now(), metrics: { elec_import_kwh: value } }),
      )
      this.slowestMs = Math.max(this.slowestMs, tookMs)
      this.acknowledged++
      await sleep(1000)
    }
    client.socket.destroy()
  }
}

/** Readings of the meters that the gateway has taken. */
export async function honestReadings(gateway: TestGateway): Promise<number> {
  const { devices = [] } = await accounting(gateway, true)
  return devices.filter(({ device }) => HONEST.includes(device)).reduce((sum, { readings }) => sum + readings, 0)
}

/** Time that a GET of the whole answer takes, ms. */
export async function askedMs(gateway: TestGateway, path: string): Promise<number> {
  const startMs = performance.now()
  await getJson(gateway, path)
  return Math.round(performance.now() - startMs)
}

/** Waits until all that was acknowledged has been decoded. */
export async function settled(gateway: TestGateway, timeoutMs = 300_000): Promise<Accounting> {
  const deadlineMs = performance.now() + timeoutMs
  for (;;) {
    const now = await accounting(gateway)
    if (now.messages.undecoded === 0 && now.readings.pending === 0) return now
    if (performance.now() > deadlineMs) throw new Error(`${now.messages.undecoded} messages are not decoded yet`)
    await sleep(500)
  }
}

/** The largest RSS seen while something goes on, MiB, and the longest that GET /plants took, ms. */
export class Watch {
  peakMiB = 0
  plantsMs = 0
  #isStopped = false
  readonly #done: Promise<void>

  constructor(gateway: TestGateway) {
    this.#done = this.#look(gateway)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#done
  }

  async #look(gateway: TestGateway): Promise<void> {
    while (!this.#isStopped) {
      this.peakMiB = Math.max(this.peakMiB, Math.round(rssMiB(gateway)))
      this.plantsMs = Math.max(this.plantsMs, await askedMs(gateway, '/api/v1/plants'))
      await sleep(500)
    }
  }
}
