import { z } from 'zod'

/** Forecasts, projections of budgets, and anomalies: config section `insight`. */
export const insightOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('makes forecasts, projects budgets and looks for anomalies, in a thread of lowest priority'),
  series_max: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(24)
    .describe(
      'series that are forecast at most: electricity of each plant first, then of its main meters and lines, then other energy',
    ),
  meters: z
    .enum(['main', 'all'])
    .default('main')
    .describe('devices that are forecast: those with the role main, or all; others come behind everything else'),
  kpis: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe(
      'KPIs that are forecast besides energy, such as good_units: those that add up and have quarters of an hour',
    ),
  issue_after_s: z
    .number()
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe('a forecast is issued so many seconds into the interval, when the figures of the one before are known'),
  model_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'ONNX file of a forecast model of your own, weighed and judged like the others; needs the package onnxruntime-node',
    ),
  model_timeout_s: z.number().int().min(1).max(60).default(5).describe('one forecast of that file may take so long'),
})

export type InsightOptions = z.output<typeof insightOptions>
