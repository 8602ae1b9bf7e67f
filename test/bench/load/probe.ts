import { once } from 'node:events'
import mqtt from 'mqtt'
import { WebSocket } from 'ws'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { FEED_SUBPROTOCOL, type FeedMessage } from '../../../src/base/wire.js'
import { Histogram, type Quantiles } from '../measure/histogram.js'
import { deviceName, LINE, PLANT } from './order.js'

/** Between two messages; no divisor of a second, so that they fall everywhere in the gateway's rounds. */
const EVERY_MS = 230
const KPI = 'energy_elec_import'
/** Wait after the last message: what has not been seen by then never will be. */
const LAST_MS = 120_000

export interface ProbeOptions {
  readonly mqttPort: number
  readonly httpPort: number
  /** One that nobody else sends for. */
  readonly device: number
  readonly metrics: readonly string[]
}

export interface Probe {
  /** Messages sent and acknowledged. */
  readonly sent: number
  /** Sends nothing more, and answers how long it took from PUBLISH until an update of the feed had the message in it. */
  stop(): Promise<Quantiles>
}

/**
 * A device that sends its meter's register now and then, one kWh more each time, and a dashboard that looks at it. What
 * all of its minutes add up to tells how many of the messages are in what the dashboard has been sent.
 */
export async function startProbe({ mqttPort, httpPort, device, metrics }: ProbeOptions): Promise<Probe> {
  const id = deviceName(device)
  const topic = `plants/${PLANT}/${LINE}/${id}/energy`
  const sender = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`)
  const screen = new WebSocket(`ws://127.0.0.1:${httpPort}/ws/v1`, FEED_SUBPROTOCOL)
  const latency = new Histogram()
  const sentAt: number[] = []
  const minutes = new Map<string, number>()
  let [acknowledged, shown] = [0, 0]
  let allShown = (): void => undefined

  const take = (points: readonly KpiPoint[]): void => {
    for (const point of points) if (point.id === id) minutes.set(point.start, point.numerator ?? 0)
    let sum = 0
    for (const kwh of minutes.values()) sum += kwh
    // The first message is where the register starts.
    const included = Math.round(sum * 100) / 100
    const nowMs = performance.now()
    for (; shown + 1 < sentAt.length && shown + 1 <= included; shown++) latency.record(nowMs - sentAt[shown + 1]!)
    if (shown + 1 === sentAt.length) allShown()
  }
  screen.on('message', (data) => {
    const message = JSON.parse(String(data)) as FeedMessage
    if (message.type === 'update' || message.type === 'snapshot') take(message.points)
  })
  await once(screen, 'open')
  const wanted = { plants: [PLANT], kpis: [KPI], scopes: ['device'], windows: ['1m'], maxHz: 10 }
  screen.send(JSON.stringify({ type: 'subscribe', ...wanted }))

  const send = (): void => {
    const register = 1_000 + sentAt.length
    sentAt.push(performance.now())
    const values = Object.fromEntries(metrics.map((metric) => [metric, register]))
    sender.publish(topic, JSON.stringify({ ts: Date.now(), metrics: values }), { qos: 1 }, (error) => {
      if (!error) acknowledged++
    })
  }
  send()
  const sending = setInterval(send, EVERY_MS)
  return {
    get sent() {
      return acknowledged
    },
    async stop() {
      clearInterval(sending)
      const last = setTimeout(() => allShown(), LAST_MS)
      if (shown + 1 < sentAt.length) {
        await new Promise<void>((resolve) => {
          allShown = resolve
        })
      }
      clearTimeout(last)
      await sender.endAsync()
      screen.terminate()
      if (shown + 1 < sentAt.length) {
        throw new Error(`${sentAt.length - shown - 1} of ${sentAt.length} messages never came in the feed`)
      }
      return latency.summary()
    },
  }
}
