import { z } from 'zod'
import { wire } from './wire.js'

/** `POST /api/v1/plants/{plant}/originals`. */

export const keptOriginalAnswer = wire(
  z
    .object({
      sha256: z.string().describe('SHA-256 of the file, hex: entries name it under document_sha256'),
      bytes: z.number().int(),
      known: z.boolean().describe('it was kept before'),
    })
    .meta({ id: 'KeptOriginal' }),
)
export type KeptOriginalAnswer = z.infer<typeof keptOriginalAnswer>
