import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DuckDBInstance } from '@duckdb/node-api'
import { round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { scratchDir } from '../measure/scratch.js'
import { InProcess } from '../sides/in-process.js'
import { FORTY, messageOf, plantOfMachines } from './machines.js'
import { type BenchOptions, say } from './options.js'

const DAYS = 31
const PERIOD_S = 600
const FIRST_MS = Date.parse('2026-10-01T00:00:00+08:00')
const MIB = 1024 * 1024
/** Days over which the first and the last level are the means: one day has a whole set of windows open, or fewer. */
const LEVEL_DAYS = 3

/** The heap at midnight, after a collection, and what the process holds. */
interface Midnight {
  readonly heapMiB: number
  readonly rssMiB: number
}

/**
 * Tells whether memory grows with time: machines that send every ten minutes through a month of event time, forty KPIs at
 * all scopes, with the database in a file. The heap is looked at each midnight.
 */
export async function month({ messages }: BenchOptions): Promise<Outcome> {
  const devices = Math.max(10, Math.round(messages / ((DAYS * 86_400) / PERIOD_S)))
  const instance = await DuckDBInstance.create(join(scratchDir('month'), 'month.duckdb'), {
    threads: '1',
    memory_limit: '128MB',
  })
  const pipeline = await InProcess.open(plantOfMachines(devices, FORTY, PERIOD_S), FIRST_MS, instance)
  const midnights: Midnight[] = []
  for (let second = 0; second < DAYS * 86_400; second += PERIOD_S) {
    const nowMs = FIRST_MS + second * 1000
    const sent = Array.from({ length: devices }, (_, device) => messageOf(device, second, nowMs))
    await pipeline.take(sent, nowMs)
    if ((second + PERIOD_S) % 86_400 !== 0) continue
    midnights.push(midnight())
    const { heapMiB, rssMiB } = midnights.at(-1)!
    say(`day ${midnights.length}: heap ${heapMiB} MiB, process ${rssMiB} MiB`)
  }
  await pipeline.close()
  const [first, last] = [levelOf(midnights.slice(1, 1 + LEVEL_DAYS)), levelOf(midnights.slice(-LEVEL_DAYS))]
  return {
    settings: { devices, metricsAMessage: 4, periodS: PERIOD_S, days: DAYS, kpis: FORTY.length },
    versions: {},
    figures: { first, last, midnights },
    table: [
      ['MiB', 'heap', 'process'],
      [`days 2 to ${1 + LEVEL_DAYS}`, first.heapMiB, first.rssMiB],
      [`days ${DAYS - LEVEL_DAYS + 1} to ${DAYS}`, last.heapMiB, last.rssMiB],
    ],
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function midnight(): Midnight {
  collect()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return { heapMiB: round((heapUsed + arrayBuffers) / MIB), rssMiB: round(rss / MIB) }
}

function levelOf(days: readonly Midnight[]): Midnight {
  const mean = (of: (day: Midnight) => number) => round(days.reduce((sum, day) => sum + of(day), 0) / days.length)
  return { heapMiB: mean(({ heapMiB }) => heapMiB), rssMiB: mean(({ rssMiB }) => rssMiB) }
}
