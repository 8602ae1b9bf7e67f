import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Histogram } from '../measure/histogram.js'
import { Connection } from './connection.js'
import { MixedRing } from './mixed-ring.js'
import { devicesOf, LINE, type LoadOrder, type LoadReport, PLANT } from './order.js'
import { PacketRing, type Ring } from './packets.js'

/** A process of its own: takes a `LoadOrder` as its only argument, answers with one `LoadReport`, and ends. */

/** Interval at which connections are allowed the messages that are due at a given rate. */
const PACE_MS = 2
/** Fewer connections under way at once than a listener lets wait. */
const CONNECTED_TOGETHER = 250

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
  const rings = Array.from({ length: order.connections }, (_, i) => ringOf(order, i))
  const connections: Connection[] = []
  for (const [i, ring] of rings.entries()) {
    const connection = new Connection({
      ...(order.version === undefined ? {} : { version: order.version }),
      port: order.port,
      clientId: `${order.mix?.clients ?? 'load'}-${i + 1}`,
      ring,
      qos: order.qos,
      latency,
      onAcknowledged: (count) => {
        acknowledged += count
        if (acknowledged === total) finish()
      },
      onBroken: (error) => fail(error),
    })
    connections.push(connection)
    if (connections.length % CONNECTED_TOGETHER === 0) await Promise.race([connection.accepted, finished])
  }
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
  const { messagesPerSecond } = order
  const burstMessages = (order.mix?.burstSeconds ?? 0) * (messagesPerSecond ?? 0)
  let wasDue = 0
  const allow = (): void => {
    const now = performance.now()
    const ripe = messagesPerSecond === null ? Infinity : Math.floor(((now - startedAt) / 1000) * messagesPerSecond)
    const due = burstMessages > 0 ? Math.floor(ripe / burstMessages) * burstMessages : ripe
    // One after the other, so that a thousand slow devices do not all send in the same moment; only who is due is asked.
    for (let i = 0; i < Math.min(due - wasDue, connections.length); i++) {
      const at = due === Infinity ? i : (wasDue + i) % connections.length
      connections[at]!.allow(Math.min(order.messages, Math.ceil((due - at) / connections.length)), now)
    }
    wasDue = due
  }
  const pacing = messagesPerSecond === null ? undefined : setInterval(allow, PACE_MS)
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

/** Messages of one connection: of the devices that it sends for, or of its own device in a mixed plant. */
function ringOf(order: LoadOrder, connection: number): Ring {
  const { mix, window } = order
  if (mix !== undefined) return new MixedRing({ ...order, ...mix, device: connection }, window)
  const topics = devicesOf(order, connection).map((device) => `plants/${PLANT}/${LINE}/${device}/energy`)
  return new PacketRing({ ...order, topics }, window)
}

process.send!(await generate(JSON.parse(process.argv[2]!) as LoadOrder))
process.disconnect()
