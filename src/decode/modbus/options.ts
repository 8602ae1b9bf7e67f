import { z } from 'zod'
import { isMetricName } from '../../base/metrics.js'
import { MODBUS_CONNECTIONS_MAX } from '../../base/modbus.js'
import { isId } from '../../base/topic.js'
import { modbusProfile } from './profile.js'
import { WORD_ORDERS } from './words.js'

/** The section `modbus` of the configuration: meters that are asked, because they send nothing by themselves. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const metric = z.string().refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}')

const profileId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*\/[a-z0-9][a-z0-9_-]*$/, 'a profile is maker/model, such as eastron/sdm630')

/** Settings of one meter for one metric, where they are others than its profile says. */
const override = z.strictObject({
  metric: metric.optional().describe('the name it is to have, such as elec_submeter_kwh of a meter behind another'),
  factor: z.number().optional().describe('what the register is multiplied by, instead of the factor of the profile'),
  word_order: z.enum(WORD_ORDERS).optional().describe('which of its registers comes first'),
  skip: z.boolean().default(false).describe('do not read it: this meter does not have it'),
})

const unit = z.strictObject({
  unit_id: z
    .int()
    .min(0)
    .max(255)
    .describe('address of the meter behind the connection; 1 or 255 for one that is alone'),
  profile: profileId.describe('maker/model, as its file devices/{maker}/{model}.yaml is called'),
  plant: id.describe('plant of the meter'),
  line: id.describe('line of the meter'),
  device: id.describe('the device that its readings are of'),
  word_order: z
    .enum(WORD_ORDERS)
    .optional()
    .describe('which register of a value comes first, where the meter was set so'),
  overrides: z.record(metric, override).default({}).describe('by metric of the profile, what this meter has otherwise'),
})

const connection = z.strictObject({
  id: id.describe('name of the connection in topics, metrics and log'),
  host: z.string().min(1).describe('address of the meter, or of the gateway to a serial line of meters'),
  port: z.int().min(1).max(65_535).default(502).describe('TCP port'),
  every_s: z.number().min(1).max(86_400).default(10).describe('seconds from poll to poll'),
  timeout_s: z.number().min(0.1).max(60).default(3).describe('how long an answer may take'),
  units: z.array(unit).min(1).max(247).describe('the meters behind it; they are asked one after the other'),
})

export const modbusOptions = z.strictObject({
  connections: z
    .array(connection)
    .max(MODBUS_CONNECTIONS_MAX)
    .default([])
    .describe('meters that are polled over Modbus TCP, by the connections that lead to them'),
  profiles: z
    .record(profileId, modbusProfile)
    .default({})
    .describe('register maps written here instead of in a file, by maker/model'),
})

export type ModbusOptions = z.output<typeof modbusOptions>
export type ModbusConnectionOptions = ModbusOptions['connections'][number]
export type ModbusUnitOptions = ModbusConnectionOptions['units'][number]
