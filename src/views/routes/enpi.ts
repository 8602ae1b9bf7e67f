import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { ENPI_ENERGIES, ENPI_VARIABLES } from '../../base/options/enpi.js'
import { enpiBaselineAnswer } from '../../base/wire/points.js'
import { baselineAnswer } from '../baseline.js'
import { LIMIT_MAX, PARAMETERS, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { plantParams, requirePlant } from './plants.js'

export interface BaselineSources extends KnownPlants, Pick<KpiFigures, 'points'> {
  readonly clock: Clock
}

export function enpiRoutes(server: Server, sources: BaselineSources): void {
  server.get(
    '/api/v1/plants/:plant/enpi/baseline',
    {
      config: { right: 'view' },
      schema: {
        tags: ['kpis'],
        summary:
          'Energy of a day by what was made: base load and slope from stored days, with the lines for the configuration',
        params: plantParams,
        querystring: z.strictObject({
          from: PARAMETERS.from,
          to: PARAMETERS.to.optional(),
          variable: PARAMETERS.variable.default(ENPI_VARIABLES[0]),
          energy: PARAMETERS.energy.default(ENPI_ENERGIES[0]),
        }),
        response: { 200: enpiBaselineAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const { variable, energy } = query
      const range = rangeOf(query, sources.clock.nowMs())
      const daysOf = (kpi: string) => {
        const of = { plant, kpi, window: '1d', scope: 'plant', id: plant } as const
        return sources.points({ ...of, ...range, afterMs: null, limit: LIMIT_MAX })
      }
      const timezone = sources.plants().find((node) => node.id === plant)?.timezone ?? 'UTC'
      const [outputs, energies] = [await daysOf(variable), await daysOf(energy)]
      return baselineAnswer({ variable, energy, outputs, energies, timezone })
    },
  )
}
