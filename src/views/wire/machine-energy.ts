import { z } from 'zod'
import { KPI_FLAG_LIST, type KpiFlag } from '../../base/flags.js'
import { NULL_REASONS, type NullReason } from '../../base/reasons.js'
import { STATES } from '../../base/states.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/energy/machines`: which machine used how much in which state. */

const reasons = Object.keys(NULL_REASONS) as NullReason[]

const amount = wire(
  z
    .object({
      value: z.number().nullable().describe('null when it cannot be computed; then `reason` says why'),
      known: z.number().nullable().describe('the figure of the part of the range that is known, however small'),
      unit: z.string(),
      reason: z.enum(['', ...reasons, 'one_window_only']),
      coverage: z.number().describe('part of the time that is covered by data, 0..1; of a sum that of its least part'),
      estimated_share: z.number().describe('part that was interpolated, 0..1; of a sum that of its largest part'),
      flags: z.array(z.enum(KPI_FLAG_LIST as readonly [KpiFlag, ...KpiFlag[]])),
      factors: z.array(z.string()).describe('ids of the factors and tariffs used'),
    })
    .meta({ id: 'RangeAmount' }),
)
/** An amount over a range: a figure of the range without its basis, or the sum of several. */
export type RangeAmount = z.infer<typeof amount>

const spent = {
  energy: amount.describe('kWh'),
  co2e: amount.describe('kgCO2e, location-based'),
  cost: amount.nullable().describe('in the currency of the tariff; null in a plant without one'),
}
const energySpent = wire(z.object(spent).meta({ id: 'EnergySpent' }))
/** Electricity of a machine, with what it emitted and what it cost. */
export type EnergySpent = z.infer<typeof energySpent>
const standing = energySpent.describe('of that in known states in which nothing is made or made ready')

const stateSpent = wire(z.object({ state: z.enum(STATES), ...spent }).meta({ id: 'StateSpent' }))
export type StateSpent = z.infer<typeof stateSpent>

const machineSpent = wire(
  z
    .object({
      device: z.string(),
      line: z.string().nullable(),
      ...spent,
      standing,
      states: z.array(stateSpent).describe('those that anything went into, the largest first'),
    })
    .meta({ id: 'MachineSpent' }),
)
export type MachineSpent = z.infer<typeof machineSpent>

export const machineEnergyAnswer = wire(
  z.object({
    from: z.iso.datetime().describe('moved back to the boundary of an hour where it begins inside of one'),
    to: z.iso.datetime().describe('not after now'),
    total: z
      .object({ ...spent, standing })
      .nullable()
      .describe('all machines below together; null without any'),
    machines: z.array(machineSpent).describe('machines that have both a state and a meter, the largest first'),
    left_out: z.number().int().describe('machines beyond 100: those that used least on their newest day'),
  }),
)
export type MachineEnergyAnswer = z.infer<typeof machineEnergyAnswer>
