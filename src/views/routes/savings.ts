import { z } from 'zod'
import { ENPI_ENERGIES, ENPI_VARIABLES } from '../../base/options/enpi.js'
import { LIMIT_MAX, PARAMETERS, parameterFault, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import { type StoredDays, savingsAnswerOf } from '../savings.js'
import type { Server } from '../server.js'
import { savingsAnswer } from '../wire/savings.js'
import type { BaselineSources } from './enpi.js'
import { plantParams, requirePlant } from './plants.js'

export function savingsRoute(server: Server, sources: BaselineSources): void {
  server.get(
    '/api/v1/plants/:plant/savings',
    {
      config: { right: 'view' },
      schema: {
        tags: ['kpis'],
        summary: 'Energy saved after a change, against a baseline of several variables, with its 90 % bounds',
        params: plantParams,
        querystring: z.strictObject({
          baseline_from: PARAMETERS.baseline_from,
          baseline_to: PARAMETERS.baseline_to,
          from: PARAMETERS.from,
          to: PARAMETERS.to.optional(),
          energy: PARAMETERS.energy.default(ENPI_ENERGIES[0]),
        }),
        response: { 200: savingsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const timezone = sources.plants().find((node) => node.id === plant)?.timezone ?? 'UTC'
      const { energy, baseline_from, baseline_to } = query
      const storedDays = async (range: { readonly fromMs: number; readonly toMs: number }): Promise<StoredDays> => {
        const daysOf = (kpi: string) => {
          const of = { plant, kpi, window: '1d', scope: 'plant', id: plant } as const
          return sources.points({ ...of, ...range, afterMs: null, limit: LIMIT_MAX })
        }
        const outputs = await Promise.all(ENPI_VARIABLES.map(async (kpi) => [kpi, await daysOf(kpi)] as const))
        return { energies: await daysOf(energy), outputs: Object.fromEntries(outputs) }
      }
      const nowMs = sources.clock.nowMs()
      const [baselineRange, range] = [rangeOf({ from: baseline_from, to: baseline_to }, nowMs), rangeOf(query, nowMs)]
      if (range.fromMs < baselineRange.toMs) {
        const end = new Date(baselineRange.toMs).toISOString()
        throw parameterFault('from', new Date(range.fromMs).toISOString(), `an instant not before baseline_to, ${end}`)
      }
      const [before, after] = [await storedDays(baselineRange), await storedDays(range)]
      return savingsAnswerOf({ energy, timezone, before, after })
    },
  )
}
