import { z } from 'zod'
import { isMetricName, METRIC_CLASSES, METRICS } from '../../base/metrics.js'
import { isId } from '../../base/topic.js'
import { profileOptions } from './profile.js'
import { topicPrefix } from './profile-case.js'

/** `profiles:` in the configuration: which profiles are used, and what is here what they speak of. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
/** Configurations of demonstrations stand beside profiles, under the name that they always have. */
export const profileId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]*\/(?!greengauge$)[a-z0-9][a-z0-9_-]*$/,
    'a profile is maker/model, as its file is devices/maker/model.yaml',
  )

/** Replacement of a metric of a profile where it is used: another metric, also with unit and scale, or null to leave it out. */
const override = z
  .union(
    [
      z.string().refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}'),
      z.strictObject({
        metric: z.string().refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}').describe('what it is here'),
        class: z.enum(METRIC_CLASSES).optional().describe('needed where the metric does not say it'),
        unit: z.string().max(32).optional().describe('as it is sent'),
        factor: z.number().default(1).describe('sent · factor + offset is in the unit above'),
        offset: z.number().default(0).describe('see factor'),
      }),
      z.null(),
    ],
    'another metric, {metric, class, unit, factor, offset}, or null to leave it out',
  )
  .superRefine((given, context) => {
    if (given === null || typeof given === 'string' || METRICS.has(given.metric) || given.class !== undefined) return
    context.addIssue({ code: 'custom', path: ['class'], message: `say the class of ${given.metric}` })
  })
const metrics = z
  .record(z.string(), override)
  .default({})
  .describe('by metric of the profile, or by the name that it comes under: what it is here, null to leave it out')

const device = z.union(
  [id, z.strictObject({ id: id.describe('of the device'), line: id.optional().describe('where it stands'), metrics })],
  'a device id, or {id, line, metrics}',
)

const use = z.strictObject({
  profile: profileId.describe('maker/model, as its file is called'),
  plant: id.describe('whose devices they are'),
  line: id.describe('where they stand, unless the device says another'),
  prefix: topicPrefix.optional().describe('first levels of the topics, instead of those of the profile'),
  devices: z
    .record(z.string().min(1), device)
    .default({})
    .describe('by the name a device is sent under: its id; a name that is not here becomes one by itself'),
  metrics,
})

export const profilesOptions = z.strictObject({
  dir: z.string().min(1).optional().describe('folder of own profiles, before those that come with the program'),
  use: z.array(use).max(256).default([]).describe('profiles in use; for a topic the first one that knows it'),
  defined: z
    .record(profileId, profileOptions)
    .default({})
    .describe('profiles written here instead of in a file, by maker/model'),
})

export type ProfilesOptions = z.output<typeof profilesOptions>
export type ProfileUse = ProfilesOptions['use'][number]
export type MetricOverride = ProfileUse['metrics'][string]
