import { z } from 'zod'
import { DAY_MS } from '../durations.js'
import { isMetricName } from '../metrics.js'
import { isId } from '../topic.js'
import { ENPI_ENERGIES, ENPI_VARIABLES } from './enpi.js'

/** Settings of a plant for the savings that it claims: the same claim has the same figure for everybody. */

const day = z.iso
  .date('a day is written like 2026-01-31')
  .refine((date) => date >= '2000' && date < '2100', 'a day of the years 2000 to 2099')
/** A baseline of more days tells nothing new: three years have all seasons thrice. */
const BASELINE_DAYS_MAX = 1100
const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const isAhead = { path: ['to'], message: 'it lies before from: swap the two' }

const output = z
  .strictObject({
    kpi: z.enum(ENPI_VARIABLES).default('good_units').describe('what was made'),
    line: id.optional().describe('of this line'),
    device: id.optional().describe('of this device: a counting point that makes one product tells products apart'),
  })
  .refine(({ line, device }) => line === undefined || device === undefined, {
    path: ['device'],
    message: 'name a line or a device, not both',
  })

const claim = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'an id is [a-z0-9][a-z0-9_-]{0,47}, such as compressor-2026')
      .describe('names the claim: in its address, in reports, and in events that are no saving'),
    measure: z
      .string()
      .min(1)
      .max(200)
      .describe('what was done, such as a new compressor; reports and pages show it as it is written'),
    line: id.optional().describe('the line that saves; the whole plant when absent'),
    meter: id.optional().describe('the device whose meter saves, in place of a line'),
    baseline: z
      .strictObject({ from: day.describe('first day'), to: day.describe('last day, itself included') })
      .refine(({ from, to }) => to >= from, isAhead)
      .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < BASELINE_DAYS_MAX * DAY_MS, {
        path: ['from'],
        message: `a baseline has at most ${BASELINE_DAYS_MAX} days`,
      })
      .describe('the days before the change, of which 60 at least have to be known'),
    reporting: z
      .strictObject({
        from: day.describe('first day after the change'),
        to: day.optional().describe('last day, itself included; until further notice when absent'),
      })
      .refine(({ from, to }) => to === undefined || to >= from, isAhead)
      .describe('the days on which it saves'),
    energy: z
      .enum(ENPI_ENERGIES)
      .default('energy_elec_import')
      .describe('what is saved; energy_elec_consumed is known of a whole plant alone'),
    outputs: z
      .array(output)
      .max(4)
      .optional()
      .describe('what the energy may go by; good_units and cycles of the same line, or of the plant, when absent'),
    temperature: z
      .strictObject({
        device: id.describe('the device that measures it'),
        metric: z
          .string()
          .refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}')
          .describe('its metric, °C, such as outdoor_temp_c'),
      })
      .optional()
      .describe('the outdoor temperature, for degree days; none are tried when absent'),
  })
  .refine(({ line, meter }) => line === undefined || meter === undefined, {
    path: ['meter'],
    message: 'name a line or a meter, not both',
  })
  .refine(({ baseline, reporting }) => reporting.from > baseline.to, {
    path: ['reporting', 'from'],
    message: 'it lies in the baseline: begin after its last day',
  })
  .refine(({ energy, line, meter }) => energy === 'energy_elec_import' || (line ?? meter) === undefined, {
    path: ['energy'],
    message: 'a line or a meter has energy_elec_import alone',
  })

/** Keys of a plant; composed into its options. */
export const savingsOptions = {
  savings: z
    .array(claim)
    .max(50)
    .default([])
    .describe('savings of energy that are claimed: each against a baseline of several variables, with its bounds'),
}

export type SavingClaimOptions = z.output<typeof claim>
