import { Connection } from './connection.js'
import { deviceName, LINE, type LoadOrder, type LoadReport, PLANT } from './order.js'
import { PacketRing } from './packets.js'

/** A process of its own: takes a `LoadOrder` as its only argument, answers with one `LoadReport`, and ends. */

/** How often a given rate is brought up to date. */
const PACE_MS = 5

async function generate(order: LoadOrder): Promise<LoadReport> {
  const total = order.connections * order.messages
  let acknowledged = 0
  let finish: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  const count = (messages: number): void => {
    acknowledged += messages
    if (acknowledged === total) finish()
  }
  const connections = Array.from({ length: order.connections }, (_, i) => {
    const shape = { ...order, topic: `plants/${PLANT}/${LINE}/${deviceName(i)}/energy` }
    return new Connection(order.port, `load-${deviceName(i)}`, new PacketRing(shape, order.window), count, fail)
  })
  await Promise.race([Promise.all(connections.map(({ accepted }) => accepted)), finished])

  const cpuBefore = process.cpuUsage()
  const startedMs = Date.now()
  const bySecond: number[] = []
  let counted = 0
  const everySecond = setInterval(() => {
    bySecond.push(acknowledged - counted)
    counted = acknowledged
  }, 1000)
  const pacing = order.messagesPerSecond === null ? null : setInterval(() => allow(), PACE_MS)
  const allow = (): void => {
    const perConnection =
      order.messagesPerSecond === null
        ? order.messages
        : Math.floor((((Date.now() - startedMs) / 1000) * order.messagesPerSecond) / order.connections)
    for (const connection of connections) connection.allow(Math.min(order.messages, perConnection))
  }
  allow()
  await finished
  const endedMs = Date.now()
  const cpu = process.cpuUsage(cpuBefore)
  clearInterval(everySecond)
  if (pacing !== null) clearInterval(pacing)
  for (const connection of connections) connection.close()
  return { startedMs, endedMs, messages: acknowledged, bySecond, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}

process.send!(await generate(JSON.parse(process.argv[2]!) as LoadOrder))
process.disconnect()
