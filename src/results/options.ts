import { z } from 'zod'
import { SCOPES, WINDOWS } from '../base/kpi.js'
import { isId } from '../base/topic.js'
import { unsProblem } from './uns-topic.js'

/** Figures of the tiles of a plant, and what stands in place of one where the plant has a limit. */
export const TILE_FIGURES = [
  'energy_elec_import',
  'peak_demand_15',
  'carbon_total_lb',
  'pollutant_mean_nox',
  'pollutant_ref_mean_nox',
  'oee',
  'robot_util_calendar',
  'fpy',
  'cpk',
] as const

const homeAssistant = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('announces each figure to Home Assistant as a sensor, by retained messages of MQTT discovery'),
  prefix: z
    .string()
    .regex(/^[^/+#$][^/+#]*$/, 'one level of a topic, without "/", "+" and "#"')
    .default('homeassistant')
    .describe('discovery prefix, as Home Assistant has it in the options of its MQTT integration'),
  language: z.enum(['en', 'zh']).default('en').describe('of the names of sensors'),
})

/** Figures that one way out is for. */
const chosen = {
  plants: z
    .array(z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}'))
    .min(1)
    .optional()
    .describe('plants whose figures are published; all when absent'),
  kpis: z
    .array(z.string().regex(/^([a-z][a-z0-9_]{0,63}|\*)$/, 'the id of a KPI, or * for all'))
    .min(1)
    .default([...TILE_FIGURES])
    .describe('KPIs that are published, * for all; those of the tiles of a plant when absent'),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .default(['plant'])
    .describe('whether figures of plants, of lines or of devices are published'),
  windows: z.array(z.enum(WINDOWS)).min(1).default(['1h', '1d', 'shift']).describe('windows that are published'),
}

const webhook = z.strictObject({
  id: z
    .string()
    .refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
    .describe('name of the hook in messages and log; under it is kept how far it came'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address that final figures are posted to; better in a file when it holds a secret'),
  url_file: z.string().min(1).optional().describe('file that holds the address; read again for each message'),
  token: z.string().min(1).optional().describe('sent as Authorization: Bearer; better in a file'),
  token_file: z.string().min(1).optional().describe('file that holds the token; read again for each message'),
  ...chosen,
})

/** Hooks of one gateway. */
const WEBHOOKS_MAX = 20

/** The section `results` of the configuration: figures as retained messages of MQTT, and final ones by POST. */
export const resultsOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('publishes figures below results/ at the gateway’s own broker; no client may publish there then'),
  ...chosen,
  every_s: z
    .int()
    .min(10)
    .max(3600)
    .default(10)
    .describe('a window that still runs is published at most once in so many seconds, and only when it has changed'),
  uns_topic: z
    .string()
    .superRefine((template, context) => {
      const problem = unsProblem(template)
      if (problem !== null) context.addIssue({ code: 'custom', message: problem })
    })
    .optional()
    .describe(
      'topic of a second message with each figure, as acme/{plant}/{line}/{device}/kpi/{kpi}/{window}/{state}; levels of a line or device that a figure has not are left out',
    ),
  home_assistant: homeAssistant.prefault({}),
  webhooks: z
    .array(webhook)
    .max(WEBHOOKS_MAX)
    .default([])
    .describe('addresses that each figure is posted to once its window is final; also while enabled is false'),
})

export type ResultsOptions = z.output<typeof resultsOptions>
export type ResultWebhookOptions = ResultsOptions['webhooks'][number]
export type ChosenFigures = Pick<ResultsOptions, 'plants' | 'kpis' | 'scopes' | 'windows'>
