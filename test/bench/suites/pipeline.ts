import { accounting } from '../../support/gateway.js'
import { runLoad } from '../load/load.js'
import { samplesOf } from '../load/order.js'
import { type Cost, loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { startGreengauge } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'
import { DEVICES, type LoadWish, loadOrder } from './orders.js'
import { sayProfile } from './profiling.js'

interface PipelineRound {
  readonly acknowledgedPerSecond: number
  /** From the first PUBLISH until all was archived and computed. */
  readonly messagesPerSecond: number
  readonly lagSeconds: number
  readonly messagesPerCpuSecond: number
  readonly cost: Cost
  readonly loadAverage: number
}

/** Measures what the gateway itself sustains: from PUBLISH to archived and computed, with the embedded store alone. */
export async function pipeline({ messages, messagesPerSecond, rounds, profileDir }: BenchOptions): Promise<Outcome> {
  const runs: PipelineRound[] = []
  for (let i = 0; i < rounds; i++) {
    runs.push(await pipelineRound({ total: messages, messagesPerSecond }, profileDir))
    say(`pipeline, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  sayProfile(profileDir)
  const medianOf = (figure: (run: PipelineRound) => number) => median(runs.map(figure))
  const figures = {
    acknowledgedPerSecond: medianOf((run) => run.acknowledgedPerSecond),
    messagesPerSecond: medianOf((run) => run.messagesPerSecond),
    messagesPerCpuSecond: medianOf((run) => run.messagesPerCpuSecond),
    rssPeakMiB: medianOf((run) => run.cost.rssPeakMiB),
  }
  return {
    settings: {
      ...loadOrder({ port: 0, total: messages, messagesPerSecond }),
      port: undefined,
      store: 'duckdb',
      isProfiled: profileDir !== undefined,
    },
    versions: {},
    figures: { ...figures, runs },
    judged: profileDir === undefined ? { 'messages/s': runs.map((run) => run.messagesPerSecond) } : {},
    table: [
      ['', 'PUBACK/s', 'messages/s', 'messages/CPU s', 'peak RSS MiB'],
      ['gateway, embedded store alone', ...Object.values(figures)],
    ],
  }
}

async function pipelineRound(
  load: Pick<LoadWish, 'total' | 'messagesPerSecond'>,
  profileDir: string | undefined,
): Promise<PipelineRound> {
  const side = await startGreengauge({ devices: DEVICES, metrics: ['elec_import_kwh'], influxd: null, profileDir })
  const order = loadOrder({ port: side.mqttPort, ...load })
  const others = loadAverage()
  const costs = meter(side.pids)
  const report = await runLoad(order)
  await side.settled()
  const doneMs = Date.now()
  const cost = costs.read()
  const { readings } = await accounting(side.gateway)
  if (readings.archived !== samplesOf(order))
    throw new Error(`${readings.archived} of ${samplesOf(order)} were archived`)
  await side.close()
  return {
    acknowledgedPerSecond: Math.round((report.messages / (report.endedMs - report.startedMs)) * 1000),
    messagesPerSecond: Math.round((report.messages / (doneMs - report.startedMs)) * 1000),
    lagSeconds: round((doneMs - report.endedMs) / 1000),
    messagesPerCpuSecond: Math.round(report.messages / cost.cpuSeconds),
    cost,
    loadAverage: others,
  }
}
