import { z } from 'zod'
import { filterProblem } from './topic-filter.js'

const filter = z.string().superRefine((text, context) => {
  const problem = filterProblem(text)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

const aclRule = z.strictObject({
  deny: z.enum(['subscribe', 'publish']).describe('what is not allowed'),
  topic: filter.describe('the topics it concerns, as an MQTT topic filter such as test/#'),
})

/** The section `mqtt` of the configuration. */
export const mqttOptions = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 or :: for every interface'),
  port: z.int().min(0).max(65_535).default(1883).describe('TCP port; 0 takes any free one'),
  max_packet_bytes: z
    .int()
    .min(1024)
    .max(8 * 1024 * 1024) // a journal record is at most 16 MiB
    .default(1_048_576)
    .describe('largest payload that is kept whole; of a larger one the first 4 KiB are kept and it is acknowledged'),
  acl: z.array(aclRule).default([]).describe('what clients may not do; everything else is allowed'),
})

export type MqttOptions = z.output<typeof mqttOptions>
export type AclRule = MqttOptions['acl'][number]
