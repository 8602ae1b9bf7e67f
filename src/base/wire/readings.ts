import { z } from 'zod'
import { QUALITIES } from '../quality.js'
import { instantField, next } from './fields.js'
import { wire } from './wire.js'

/** Readings of one metric of a device. */

const readingPoint = wire(
  z
    .object({
      ts: instantField,
      value: z.union([z.number(), z.string()]),
      unit: z.string(),
      quality: z.enum(QUALITIES),
    })
    .meta({ id: 'Reading' }),
)
export type ReadingPoint = z.infer<typeof readingPoint>

export const readingsAnswer = wire(z.object({ points: z.array(readingPoint), next }))
export type ReadingsAnswer = z.infer<typeof readingsAnswer>
