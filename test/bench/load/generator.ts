import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Histogram } from '../measure/histogram.js'
import { Connection } from './connection.js'
import { devicesOf, LINE, type LoadOrder, type LoadReport, PLANT } from './order.js'
import { PacketRing } from './packets.js'

/** A process of its own: takes a `LoadOrder` as its only argument, answers with one `LoadReport`, and ends. */

/** Interval at which connections are allowed the messages that are due at a given rate. */
const PACE_MS = 2

async function generate(order: LoadOrder): Promise<LoadReport> {
  let acknowledged = 0
  /** Known from the start unless it is the time that ends the load. */
  let total = order.seconds === null ? order.connections * order.messages : Infinity
  let finish: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  const latency = new Histogram()
  const rings = Array.from({ length: order.connections }, (_, i) => {
    const topics = devicesOf(order, i).map((device) => `plants/${PLANT}/${LINE}/${device}/energy`)
    return new PacketRing({ ...order, topics }, order.window)
  })
  const connections = rings.map(
    (ring, i) =>
      new Connection({
        port: order.port,
        clientId: `load-${i + 1}`,
        ring,
        qos: order.qos,
        latency,
        onAcknowledged: (count) => {
          acknowledged += count
          if (acknowledged === total) finish()
        },
        onBroken: (error) => fail(error),
      }),
  )
  await Promise.race([Promise.all(connections.map(({ accepted }) => accepted)), finished])

  const stalls = monitorEventLoopDelay({ resolution: 10 })
  stalls.enable()
  const cpuBefore = process.cpuUsage()
  const [startedMs, startedAt] = [Date.now(), performance.now()]
  const bySecond: number[] = []
  let counted = 0
  const everySecond = setInterval(() => {
    bySecond.push(acknowledged - counted)
    counted = acknowledged
  }, 1000)
  const allow = (): void => {
    const now = performance.now()
    const due =
      order.messagesPerSecond === null ? Infinity : Math.floor(((now - startedAt) / 1000) * order.messagesPerSecond)
    // One after the other, so that a thousand slow devices do not all send in the same moment.
    for (const [i, connection] of connections.entries()) {
      const share = Math.ceil((due - i) / connections.length)
      connection.allow(Math.min(order.messages, share), now)
    }
  }
  const pacing = order.messagesPerSecond === null ? undefined : setInterval(allow, PACE_MS)
  const stop = (): void => {
    clearInterval(pacing)
    for (const connection of connections) connection.stop()
    total = connections.reduce((sum, { sent }) => sum + sent, 0)
    if (acknowledged === total) finish()
  }
  const stopping = order.seconds === null ? undefined : setTimeout(stop, order.seconds * 1000)
  allow()
  await finished
  const endedMs = Date.now()
  const cpu = process.cpuUsage(cpuBefore)
  clearInterval(everySecond)
  clearInterval(pacing)
  clearTimeout(stopping)
  for (const connection of connections) connection.close()
  return {
    startedMs,
    endedMs,
    messages: acknowledged,
    bySecond,
    payloadBytes: rings[0]!.payloadBytes,
    ackMs: latency.summary(),
    stallMsMax: Math.round(stalls.max / 1e6),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }
}

process.send!(await generate(JSON.parse(process.argv[2]!) as LoadOrder))
process.disconnect()
