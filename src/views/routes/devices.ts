import { z } from 'zod'
import { deviceAnswer } from '../../base/wire/device.js'
import type { DeviceAnswer } from '../../base/wire.js'
import { PARAMETERS } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import { plantParams, requirePlant } from './plants.js'

export interface DeviceSources extends Pick<KnownPlants, 'hasPlant'> {
  /** null when it is neither configured nor has ever sent. */
  device(plant: string, device: string): Promise<DeviceAnswer | null>
}

/** One device in full. */
export function deviceRoute(server: Server, sources: DeviceSources): void {
  server.get(
    '/api/v1/plants/:plant/devices/:device',
    {
      config: { right: 'view' },
      schema: {
        tags: ['plants'],
        summary: 'One device: state, last message and what became of it, rate, clock, sequence gaps, session',
        params: plantParams.extend({ device: z.string().meta(PARAMETERS.device.meta() ?? {}) }),
        response: { 200: deviceAnswer, 404: problem },
      },
    },
    async ({ params: { plant, device } }) => {
      requirePlant(sources, plant)
      const found = await sources.device(plant, device)
      if (found === null)
        throw notFound(`There is no device ${device} in ${plant}; /api/v1/plants lists those there are.`)
      return found
    },
  )
}
