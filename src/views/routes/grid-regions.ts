import { bundledLibrary } from '../../kpi/factors/bundled.js'
import { gridRegions } from '../../kpi/factors/grid-regions.js'
import type { Server } from '../server.js'
import { gridRegionsAnswer } from '../wire/grid-regions.js'

/** Route of the regions among which `grid_region` of a plant chooses. */
export function gridRegionsRoute(server: Server): void {
  server.get(
    '/api/v1/grid-regions',
    {
      config: { right: 'view' },
      schema: {
        tags: ['configuration'],
        summary: 'The regions that grid_region of a plant can name, with the years that have a factor',
        response: { 200: gridRegionsAnswer },
      },
    },
    () => ({
      regions: gridRegions(bundledLibrary()).map(({ id, name, years }) => ({
        id,
        name,
        years: [...years.keys()].map(Number).sort(),
      })),
    }),
  )
}
