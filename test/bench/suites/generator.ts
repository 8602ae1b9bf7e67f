import { runLoad } from '../load/load.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { MOSQUITTO_SETTINGS, mosquittoVersion, startMosquitto } from '../sides/mosquitto.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'

/** Measures how fast the generator is when nothing is behind it: against a bare mosquitto that nobody has subscribed to. */
export async function generator({ messages, rounds }: BenchOptions): Promise<Outcome> {
  const mosquitto = await startMosquitto()
  const order = loadOrder({ port: mosquitto.port, total: messages })
  const runs: { messagesPerSecond: number; generatorBusy: number; mosquittoCpuSeconds: number; loadAverage: number }[] =
    []
  for (let i = 0; i < rounds; i++) {
    const costs = meter({ mosquitto: mosquitto.process.pid! })
    const load = loadAverage()
    const report = await runLoad(order)
    const seconds = (report.endedMs - report.startedMs) / 1000
    runs.push({
      messagesPerSecond: Math.round(report.messages / seconds),
      generatorBusy: round(report.cpuSeconds / seconds),
      mosquittoCpuSeconds: costs.read().cpuSeconds,
      loadAverage: load,
    })
    say(`generator, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  await mosquitto.close()
  const messagesPerSecond = median(runs.map((run) => run.messagesPerSecond))
  const generatorBusy = median(runs.map((run) => run.generatorBusy))
  return {
    settings: { ...order, port: undefined, mosquitto: MOSQUITTO_SETTINGS },
    versions: { mosquitto: mosquittoVersion() },
    figures: { messagesPerSecond, generatorBusy, runs },
    table: [
      ['', 'messages/s', 'generator: share of one core'],
      ['bare mosquitto, no subscriber', messagesPerSecond, generatorBusy],
    ],
  }
}
