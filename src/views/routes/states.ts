import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { PARAMETERS, parameterFault, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KnownPlants } from '../sources/plants.js'
import type { DeviceStates } from '../wire/states.js'
import { deviceStatesAnswer, plantStatesAnswer } from '../wire/states.js'
import { plantParams, requirePlant } from './plants.js'

/** The longest month, and some days around it. */
const DEVICE_HOURS_MAX = 45 * 24
/** Two days of which one may be of 25 h, and what a page rounds to whole half minutes. */
const PLANT_HOURS_MAX = 50
const SEGMENTS_MAX = 5_000
/** Segments of each device, where there are many in one answer. */
const SEGMENTS_EACH_MAX = 1_000
const DEVICES_MAX = 100
/** A machine costs milliseconds, and the page of a plant may be open on many screens. */
const SHARED = { keptMs: 20_000, keptMax: 16 }
/** Requests up to now within the same half minute ask for the same. */
const NOW_STEP_MS = 30_000
/** A month of one machine is a walk through all its samples. */
const WALKS = { atOnce: 2, waitingMax: 50 }

const tags = ['plants']

/** Query of what machines were doing in [fromMs, toMs). */
export interface StatesQuery {
  readonly plant: string
  /** null for all that have ever told. */
  readonly device: string | null
  readonly fromMs: number
  readonly toMs: number
  readonly devicesMax: number
  /** Bound for each device; of more segments the newest are given. */
  readonly segmentsMax: number
}

export interface StateSources extends KnownPlants {
  readonly clock: Clock
  /** Sorted by line and device as in the tree; a device that had never told by the end is not there. */
  states(query: StatesQuery): Promise<readonly DeviceStates[]>
}

/** Routes that tell what machines and robots were doing, as intervals. */
export function stateRoutes(server: Server, sources: StateSources): void {
  const ofPlants = new SharedAnswers<readonly DeviceStates[]>(sources.clock, SHARED)
  const walks = new ConcurrencyLimit(WALKS)
  server.get(
    '/api/v1/plants/:plant/devices/:device/states',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'What a machine or robot was doing in [from, to), at most 45 days: ISO 22400 states, up to now',
        params: plantParams.extend({ device: z.string().meta(PARAMETERS.device.meta() ?? {}) }),
        querystring: z.strictObject(range),
        response: { 200: deviceStatesAnswer, 400: problem, 404: problem, 503: problem },
      },
    },
    async ({ params: { plant, device }, query }) => {
      requirePlant(sources, plant)
      const lines = sources.plants().find(({ id }) => id === plant)?.lines ?? []
      if (!lines.some(({ devices }) => devices.some(({ id }) => id === device))) {
        throw notFound(`There is no device ${device} in ${plant}; /api/v1/plants lists those there are.`)
      }
      const asked = boundedRange(query, sources.clock.nowMs(), DEVICE_HOURS_MAX)
      const limits = { devicesMax: 1, segmentsMax: SEGMENTS_MAX }
      const [found] = await walks.take(() => sources.states({ plant, device, ...asked, ...limits }))
      return { segments: found?.segments ?? [], truncated: found?.truncated ?? false }
    },
  )
  server.get(
    '/api/v1/plants/:plant/states',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'The same of all machines and robots of a plant, at most 50 h; as of at most 20 s ago',
        params: plantParams,
        querystring: z.strictObject(range),
        response: { 200: plantStatesAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const nowMs = sources.clock.nowMs()
      const asked = boundedRange(query, nowMs, PLANT_HOURS_MAX)
      const limits = { devicesMax: DEVICES_MAX, segmentsMax: SEGMENTS_EACH_MAX }
      const to = query.to ?? `now ${Math.floor(nowMs / NOW_STEP_MS)}`
      const key = `${plant}|${query.from ?? 'a day'}|${to}`
      return { devices: await ofPlants.get(key, () => sources.states({ plant, device: null, ...asked, ...limits })) }
    },
  )
}

/** [from, to) with the defaults filled in. Throws the 400 for a range that is too long. */
function boundedRange(query: Parameters<typeof rangeOf>[0], nowMs: number, hoursMax: number) {
  const asked = rangeOf(query, nowMs)
  if (asked.toMs - asked.fromMs > hoursMax * HOUR_MS) {
    const earliest = new Date(asked.toMs - hoursMax * HOUR_MS).toISOString()
    throw parameterFault(
      'from',
      new Date(asked.fromMs).toISOString(),
      `an instant at most ${hoursMax} h before to`,
      earliest,
    )
  }
  return asked
}
