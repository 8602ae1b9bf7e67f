import { DuckDBInstance } from '@duckdb/node-api'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { InProcess, STAGES, type Stage } from '../sides/in-process.js'
import { FIVE, FORTY, messageOf, plantOfMachines } from './machines.js'
import { type BenchOptions, say } from './options.js'

const DEVICES = 500
const HALF_SECOND_MS = 500
const WARM_UP_S = 60
const FIRST_MS = Date.parse('2026-11-24T07:00:00Z')

/**
 * Measures what KPIs cost as there are more of them: 500 machines at 1 Hz with four metrics a message, in one plant of ten
 * lines, at all scopes. Event time passes as it would, half of the machines each half second.
 */
export async function kpis({ rounds, messages }: BenchOptions): Promise<Outcome> {
  const seconds = Math.max(60, Math.round(messages / DEVICES))
  const sides = [FIVE, FORTY, CATALOGUE.map(({ id }) => id)]
  const runs = new Map(sides.map((side) => [side.length, [] as Readonly<Record<Stage, number>>[]]))
  for (let i = 0; i < rounds; i++) {
    for (const side of sides) {
      const us = await costOf(side, seconds)
      runs.get(side.length)!.push(us)
      say(`${side.length} KPIs, round ${i + 1}: ${JSON.stringify(us)} us a reading`)
    }
  }
  const medianOf = (count: number, stage: Stage) => {
    const sorted = runs
      .get(count)!
      .map((run) => run[stage])
      .sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]!
  }
  const totals = sides.map(({ length }) => STAGES.reduce((sum, stage) => sum + medianOf(length, stage), 0))
  const rows = sides.map(({ length }, i) => [
    `${length} KPIs`,
    ...STAGES.map((stage) => medianOf(length, stage)),
    round(totals[i]!),
  ])
  return {
    settings: { devices: DEVICES, metricsAMessage: 4, hertz: 1, seconds, kpis: sides.map(({ length }) => length) },
    versions: {},
    figures: {
      ratio: round(totals[1]! / totals[0]!),
      microsecondsAReading: Object.fromEntries(rows.map(([a, ...b]) => [a, b])),
    },
    table: [['us CPU a reading', ...STAGES, 'all'], ...rows],
  }
}

async function costOf(ids: readonly string[], seconds: number): Promise<Readonly<Record<Stage, number>>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const pipeline = await InProcess.open(plantOfMachines(DEVICES, ids, 1), FIRST_MS, instance)
  for (let half = 0; half < 2 * (seconds + WARM_UP_S); half++) {
    if (half === 2 * WARM_UP_S) pipeline.restart()
    const nowMs = FIRST_MS + half * HALF_SECOND_MS
    const sent = Array.from({ length: DEVICES / 2 }, (_, i) => {
      return messageOf(2 * i + (half % 2), Math.floor(half / 2), nowMs)
    })
    await pipeline.take(sent, nowMs)
  }
  const { us, readings } = pipeline
  await pipeline.close()
  return Object.fromEntries(STAGES.map((stage) => [stage, round(us[stage] / readings)])) as Record<Stage, number>
}
