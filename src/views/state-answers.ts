import { z } from 'zod'
import type { DeviceStates, DeviceStatesAnswer, PlantStatesAnswer, StateSegment } from '../base/state-segments.js'
import { STATES } from '../base/states.js'

/** Answers of the routes for states over time, proved against `base/state-segments.ts`. */

const instant = z.iso.datetime()

const segment: z.ZodType<StateSegment> = z
  .object({ from: instant, to: instant, state: z.enum(STATES).describe('UNKNOWN where nobody says') })
  .meta({ id: 'StateSegment' })

const segments = {
  segments: z.array(segment).describe('oldest first, without holes, joined where equal; empty when it never said'),
  truncated: z.boolean().describe('there are more: these are the newest'),
}
const deviceStates: z.ZodType<DeviceStates> = z
  .object({ device: z.string(), line: z.string(), ...segments })
  .meta({ id: 'DeviceStates' })

export const deviceStatesAnswer: z.ZodType<DeviceStatesAnswer> = z.object(segments)
export const plantStatesAnswer: z.ZodType<PlantStatesAnswer> = z.object({
  devices: z.array(deviceStates).describe('at most 100; a device that never told its state is not there'),
})
