import { z } from 'zod'
import { configSaved } from './configuration.js'

/** A table of devices as it is taken in: what it would change, or has changed. */

const device = z.object({
  row: z.number().int().describe('in the table; row 1 names the columns'),
  plant: z.string(),
  id: z.string(),
})

const tableProblem = z
  .object({
    row: z.number().int().nullable().describe('null where it is not about a row'),
    column: z.string().nullable().describe('null where it is not about a cell'),
    path: z.string().describe('the setting that a rule is against; empty where the cell itself is wrong'),
    value: z.string(),
    problem: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'DeviceTableProblem' })

export const deviceTableAnswer = z
  .object({
    added: z.array(device),
    changed: z.array(
      device.extend({
        settings: z.array(z.object({ setting: z.string(), from: z.string(), to: z.string() })).describe('as cells'),
      }),
    ),
    unchanged: z.number().int().describe('rows that say what the configuration says'),
    untouched: z.number().int().describe('devices of the configuration that the table does not name: they stay'),
    problems: z.array(tableProblem).describe('why it is not taken; empty where it is'),
    warnings: z.array(tableProblem).describe('probable slips in its rows, which are taken all the same'),
    hash: z.string().describe('of the configuration that it was compared with: what If-Match takes, in quotes'),
    text: z.string().describe('the new file, without secrets; to be put there by hand where it is read only'),
    read_only: z.string().nullable().describe('why the configuration cannot be changed here; null where it can'),
    saved: configSaved.nullable().describe('null where nothing was written'),
  })
  .meta({ id: 'DeviceTableAnswer' })

export type DeviceTableAnswer = z.output<typeof deviceTableAnswer>
export type DeviceTableProblem = z.output<typeof tableProblem>
