import { z } from 'zod'
import { isId } from '../topic.js'

/** Settings of a plant for how its meters hang together. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')

/** A meter that nobody has built: sums and differences of others. */
const virtualMeter = z.strictObject({
  id: id.describe('as figures name it, among the devices; no device has it'),
  name: z.string().optional().describe('as people call it'),
  plus: z.array(id).min(1).describe('devices whose energy is added: import register, else submeter'),
  minus: z.array(id).default([]).describe('devices whose energy is taken off'),
})

/** Keys of a plant; composed into its options. */
export const meterOptions = {
  virtual_meters: z
    .array(virtualMeter)
    .default([])
    .describe(
      'meters calculated from others, such as an area that has none of its own; known no better than the least known of them',
    ),
}

/** Keys of a device; composed into its options. */
export const deviceMeterOptions = {
  parent: id
    .optional()
    .describe('the meter right before it, a device or virtual meter: what no child measures is energy_unmetered'),
  energy_meter: id
    .optional()
    .describe('of a machine: the device that measures its electricity, when it does not itself'),
}

export type VirtualMeterOptions = z.output<typeof virtualMeter>
