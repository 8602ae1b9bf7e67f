import { z } from 'zod'
import { stackHoursAnswer } from '../answers.js'
import { afterOf, PARAMETERS, page, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'
import { nextAfter, plantParams, requirePlant } from './plants.js'

type StackSources = Pick<ViewSources, 'clock' | 'hasPlant' | 'plants' | 'stackHours'>

export function stackRoutes(server: Server, sources: StackSources): void {
  server.get(
    '/api/v1/plants/:plant/stacks/:stack/hours',
    {
      config: { right: 'view' },
      schema: {
        tags: ['stacks'],
        summary: 'Hours of a stack for an emissions report: measured, at a standstill, or filled, each with its log',
        params: plantParams.extend({ stack: z.string().meta(PARAMETERS.stack.meta() ?? {}) }),
        querystring: z.strictObject({
          pollutant: PARAMETERS.pollutant,
          profile: PARAMETERS.profile.default('hj75'),
          ...range,
          ...page,
        }),
        response: { 200: stackHoursAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant, stack }, query }) => {
      requirePlant(sources, plant)
      const devices = sources
        .plants()
        .find(({ id }) => id === plant)
        ?.lines.flatMap((line) => line.devices)
      if (devices?.some(({ id }) => id === stack) !== true) {
        throw notFound(`There is no device ${stack} in ${plant}; /api/v1/plants lists those there are.`)
      }
      const { pollutant, profile, cursor, limit } = query
      const found = await sources.stackHours({
        plant,
        stack,
        pollutant,
        profile,
        ...rangeOf(query, sources.clock.nowMs()),
        afterMs: afterOf(cursor),
        limit,
      })
      return { ...found, next: nextAfter(found.hours, limit, ({ start }) => start) }
    },
  )
}
