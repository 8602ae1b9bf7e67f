import { z } from 'zod'
import { wire } from './wire.js'

/** Footprints of lots for buyers, and lots that have none yet. */

export const lotFootprintsAnswer = wire(
  z.object({
    footprints: z
      .array(z.record(z.string(), z.unknown()))
      .describe('product footprints of PACT 3.0, or of Pcf 7.0.0 of Catena-X, each to be saved as a file of its own'),
    lacking: z.array(
      z
        .object({ lot: z.string(), reasons: z.array(z.string()).describe('what lacks, a sentence each') })
        .meta({ id: 'LackingLot' }),
    ),
  }),
)
export type LotFootprintsAnswer = z.infer<typeof lotFootprintsAnswer>
