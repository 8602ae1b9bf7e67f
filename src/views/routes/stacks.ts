import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import type { Pollutant } from '../../base/options/limits.js'
import { stackHoursAnswer } from '../../base/wire/stack-hours.js'
import type { StackHoursAnswer, SubstitutionProfile } from '../../base/wire.js'
import { afterOf, PARAMETERS, page, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import { nextAfter, plantParams, requirePlant } from './plants.js'

/** Hours of one stack and pollutant whose start lies in [fromMs, toMs). */
export interface StackHoursQuery {
  readonly plant: string
  /** Id of the device. */
  readonly stack: string
  readonly pollutant: Pollutant
  readonly profile: SubstitutionProfile
  readonly fromMs: number
  readonly toMs: number
  /** Only starts later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
}

export interface StackSources extends KnownPlants {
  readonly clock: Clock
  /** Ascending by start, at most `limit`; hours that are not final, and those before the first figure, are not there. */
  stackHours(query: StackHoursQuery): Promise<Omit<StackHoursAnswer, 'next'>>
}

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
