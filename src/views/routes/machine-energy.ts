import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { DAY_MS } from '../../base/durations.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { machineEnergy } from '../machine-energy.js'
import { parameterFault, range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import type { MachineEnergyAnswer } from '../wire/machine-energy.js'
import { machineEnergyAnswer } from '../wire/machine-energy.js'
import { plantParams, requirePlant } from './plants.js'

/** Longest range: some years. */
const RANGE_MAX_MS = 10 * 366 * DAY_MS
/** Hundreds of figures are made for each answer. */
const SHARED = { keptMs: 20_000, keptMax: 16 }
/** Two who ask up to now within the same half minute ask for the same, and share one answer. */
const NOW_STEP_MS = 30_000
const READS = { atOnce: 1, waitingMax: 20 }

export interface MachineEnergySources extends KpiFigures, KnownPlants {
  readonly clock: Clock
}

/** Energy of machines by state, for the page that ranks them. */
export function machineEnergyRoute(server: Server, sources: MachineEnergySources): void {
  const shared = new SharedAnswers<MachineEnergyAnswer>(sources.clock, SHARED)
  const reads = new ConcurrencyLimit(READS)
  server.get(
    '/api/v1/plants/:plant/energy/machines',
    {
      config: { right: 'view' },
      schema: {
        tags: ['kpis'],
        summary:
          'Which machine used how much electricity in which state, what it emitted and cost; the largest first, as of at most 20 s ago',
        params: plantParams,
        querystring: z.strictObject(range),
        response: { 200: machineEnergyAnswer, 400: problem, 404: problem, 503: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      await sources.watch(plant, { scope: 'device', id: null })
      const nowMs = sources.clock.nowMs()
      const { fromMs, toMs } = rangeOf(query, nowMs)
      if (toMs - fromMs > RANGE_MAX_MS) {
        throw parameterFault('from', new Date(fromMs).toISOString(), 'a range of at most 10 years')
      }
      const stepOf = (ms: number) => (Math.abs(ms - nowMs) < NOW_STEP_MS ? 'now' : ms)
      const key = `${plant}|${stepOf(toMs)}|${stepOf(toMs) === 'now' ? toMs - fromMs : fromMs}`
      return await shared.get(key, () => reads.take(() => machineEnergy(plant, { fromMs, toMs, nowMs }, sources)))
    },
  )
}
