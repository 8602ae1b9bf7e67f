import { z } from 'zod'

/** Settings of a plant for the quality of what it makes. */

const characteristic = z
  .strictObject({
    id: z.string().min(1).max(64).describe('as events of type measure name it under char'),
    device: z.string().optional().describe('on this device alone; it goes before an entry for all'),
    lsl: z.number().optional().describe('lower specification limit, in the unit of the values; none when absent'),
    usl: z.number().optional().describe('upper specification limit; none when absent'),
    target: z.number().optional().describe('what is aimed at; shown, not part of a figure'),
  })
  .refine((one) => one.lsl !== undefined || one.usl !== undefined, {
    message: 'has no limit: give lsl, usl or both',
  })
  .refine((one) => one.lsl === undefined || one.usl === undefined || one.lsl < one.usl, {
    path: ['usl'],
    message: 'lies at or below lsl: swap the two',
  })

/** Keys of a plant; composed into its options. */
export const qualityOptions = {
  characteristics: z
    .array(characteristic)
    .default([])
    .describe('what is measured on parts, with its limits; for cp, cpk, pp, ppk and cm'),
  process_steps: z
    .array(z.string().min(1).max(64))
    .min(1)
    .optional()
    .describe('steps a part goes through, as events of type serial_result name them under op; all seen when absent'),
}

export type CharacteristicOptions = z.output<typeof characteristic>
