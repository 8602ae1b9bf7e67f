import { z } from 'zod'
import { wire } from './wire.js'

export const forgetAnswer = wire(
  z.object({
    devices: z.array(
      z.object({
        line: z.string(),
        device: z.string(),
        last_seen: z.iso.datetime().nullable(),
        readings: z.number().int().min(0),
        first_reading: z.iso
          .datetime()
          .nullable()
          .describe('event time of the oldest of its readings that are there; null without any'),
      }),
    ),
    refused: z
      .array(
        z.object({
          device: z.string(),
          reason: z.enum(['unknown', 'configured', 'reported', 'freezing']),
          report: z.string().optional().describe('the frozen report that rests on it, with its version'),
        }),
      )
      .describe(
        'of the devices named, those that stay, and without names the registered ones of a plant that is not configured; and those on days that a frozen report rests on, or while one is being frozen',
      ),
    dry_run: z.boolean(),
  }),
)
/** Devices of a plant that are forgotten, or would be, and those named that stay. */
export type ForgetAnswer = z.infer<typeof forgetAnswer>
