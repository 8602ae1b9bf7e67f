import { z } from 'zod'
import { isMetricName, METRIC_CLASSES } from '../metrics.js'
import { isId } from '../topic.js'

/** Configuration of Sparkplug B: `sparkplug`. Groups, nodes and devices are called as in their topics. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
/** A level of a topic. */
const level = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^/+#]*$/, { error: 'an id of Sparkplug has no /, + and #' })

const metricRule = z.strictObject({
  match: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^*]*(?:\*[^*]*){0,4}$/, { error: 'at most 4 * in a name' })
    .describe('name of the metric; * stands for any characters'),
  metric: z
    .union([z.string().refine(isMetricName, 'a metric name is [a-z][a-z0-9_]{0,63}'), z.literal(false)])
    .describe('our name for it; false to leave it out'),
  class: z.enum(METRIC_CLASSES).optional().describe('class; that of the metric table, or `production`, when absent'),
  unit: z.string().max(32).optional().describe('unit of its values; its property `engUnit` when absent'),
  factor: z
    .number()
    .refine((factor) => factor !== 0, 'a factor is not 0')
    .default(1)
    .describe('values are multiplied by it first'),
})

const metrics = z.array(metricRule).max(1000).default([])

const node = z.strictObject({
  group: level.describe('group id of its topics'),
  node: level.describe('edge node id of its topics'),
  plant: id.optional().describe('plant; that of its group when absent'),
  line: id.optional().describe('line; made from the node id when absent'),
  device: id
    .optional()
    .describe('device that the metrics of the node itself belong to; made from the node id when absent'),
  devices: z
    .record(level, z.strictObject({ device: id, line: id.optional() }))
    .default({})
    .describe('by Sparkplug device id: our device, and its line when it is another one'),
  metrics: metrics.describe('rules for the metrics of this node, tried before those of all nodes'),
})

export const sparkplugOptions = z
  .strictObject({
    host_id: level
      .optional()
      .describe(
        'id as a Sparkplug host application: it is announced under `spBv1.0/STATE/{host_id}`; not announced when absent',
      ),
    reorder_timeout_s: z
      .number()
      .min(0)
      .max(600)
      .default(5)
      .describe('how long a gap in `seq` may last before a node is asked for its births'),
    rebirth_requests: z.boolean().default(true).describe('ask nodes for their births where they are needed'),
    groups: z.record(level, id).default({}).describe('by group id: the plant; made from the group id when absent'),
    nodes: z.array(node).max(2000).default([]).describe('edge nodes whose place is not the one made from their ids'),
    metrics: metrics.describe('rules for the metrics of all nodes, in order; the first that matches is the one'),
  })
  .superRefine(({ nodes }, context) => {
    const seen = new Set<string>()
    for (const [i, { group, node }] of nodes.entries()) {
      const key = `${group}/${node}`
      if (seen.has(key)) {
        context.addIssue({
          code: 'custom',
          path: ['nodes', i, 'node'],
          message: `node ${node} of group ${group} stands there twice`,
        })
      }
      seen.add(key)
    }
  })

export type SparkplugOptions = z.output<typeof sparkplugOptions>
export type SparkplugMetricRule = z.output<typeof metricRule>
