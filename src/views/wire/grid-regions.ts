import { z } from 'zod'

/** Regions of the grid whose factors come with the gateway. */

const gridRegion = z
  .object({
    id: z.string().describe('what grid_region of a plant says'),
    name: z.string().describe('in English'),
    years: z.array(z.number().int()).describe('years of consumption that have a factor, oldest first'),
  })
  .meta({ id: 'GridRegion' })

export const gridRegionsAnswer = z.object({ regions: z.array(gridRegion) })

export type GridRegionItem = z.output<typeof gridRegion>
export type GridRegionsAnswer = z.output<typeof gridRegionsAnswer>
