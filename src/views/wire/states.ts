import { z } from 'zod'
import { STATES } from '../../base/states.js'
import { wire } from './wire.js'

/** The ISO 22400 states of machines and robots over time. */

const instant = z.iso.datetime()

const segment = wire(
  z
    .object({ from: instant, to: instant, state: z.enum(STATES).describe('UNKNOWN where nobody says') })
    .meta({ id: 'StateSegment' }),
)
/** An interval, [from, to), in which a machine was in one state. */
export type StateSegment = z.infer<typeof segment>

const segments = {
  segments: z.array(segment).describe('oldest first, without holes, joined where equal; empty when it never said'),
  truncated: z.boolean().describe('there are more: these are the newest'),
}
const deviceStates = wire(z.object({ device: z.string(), line: z.string(), ...segments }).meta({ id: 'DeviceStates' }))
export type DeviceStates = z.infer<typeof deviceStates>

export const deviceStatesAnswer = wire(z.object(segments))
export type DeviceStatesAnswer = z.infer<typeof deviceStatesAnswer>
export const plantStatesAnswer = wire(
  z.object({
    devices: z.array(deviceStates).describe('at most 100; a device that never told its state is not there'),
  }),
)
export type PlantStatesAnswer = z.infer<typeof plantStatesAnswer>
