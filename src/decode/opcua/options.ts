import { z } from 'zod'
import { HOUR_MS } from '../../base/durations.js'
import { isMetricName, METRIC_CLASSES } from '../../base/metrics.js'
import { OPCUA_MODES, OPCUA_POLICIES, OPCUA_SERVERS_MAX, OPCUA_TIMES } from '../../base/opcua.js'
import { isId } from '../../base/topic.js'

/** The section `opcua` of the configuration: servers of OPC UA whose nodes are subscribed to. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const file = (what: string) => z.string().min(1).optional().describe(`file with ${what}; read again at each connection`)

/** Text form of a node id. Source: OPC 10000-6 5.3.1.10. */
const NODE_ID = /^(?:(?:ns=\d{1,5}|nsu=[^;]+);)?(?:i=\d{1,10}|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/=]+)$/s
const NODES_MAX = 20_000

const node = z.strictObject({
  node: z
    .string()
    .max(4096)
    .regex(NODE_ID, 'a node id is such as ns=2;s=Line1.Power or nsu=urn:maker:plc;i=1007')
    .describe('node id; ns= with the index, or nsu= with the URI of its namespace, which no restart changes'),
  element: z.int().min(0).max(65_535).optional().describe('which element, from 0, of a node that is an array'),
  metric: z
    .string()
    .refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}')
    .describe('metric that its values are readings of'),
  class: z.enum(METRIC_CLASSES).optional().describe('class; that of the metric table, or `production`, when absent'),
  unit: z
    .string()
    .max(32)
    .optional()
    .describe('unit of the value once it is multiplied; that of the metric when absent'),
  factor: z
    .number()
    .refine((factor) => factor !== 0, 'a factor is not 0')
    .default(1)
    .describe('values are multiplied by it first'),
  words: z
    .record(z.string().max(64), z.string().min(1).max(64))
    .optional()
    .describe('state words by the number or text that the node holds, for a metric that is a state'),
  deadband: z
    .number()
    .min(0)
    .default(0)
    .describe('smallest change that the server is to report, in the unit of the node; 0 for every change'),
})

const device = z.strictObject({
  plant: id.describe('plant of the device'),
  line: id.describe('line of the device'),
  device: id.describe('the device that the readings are of'),
  nodes: z.array(node).min(1).max(NODES_MAX).describe('the nodes that are its metrics'),
})

const server = z.strictObject({
  id: id.describe('name of the server in topics, metrics and log'),
  endpoint: z
    .string()
    .max(1024)
    .regex(/^opc\.tcp:\/\/[^\s/@]+(?:\/\S*)?$/, 'an endpoint is opc.tcp://HOST:PORT and maybe a path')
    .describe('address of the server, opc.tcp://HOST:PORT'),
  security_mode: z
    .enum(OPCUA_MODES)
    .default('sign_and_encrypt')
    .describe('how messages are secured; none: anybody on the way reads and changes them'),
  security_policy: z
    .enum(OPCUA_POLICIES)
    .default('Basic256Sha256')
    .describe('security policy, where messages are secured'),
  trust_any: z
    .boolean()
    .default(false)
    .describe('take any certificate of the server; else it has to be in opcua/pki/trusted/certs of the data directory'),
  username: z.string().min(1).optional().describe('user, where the server asks for one; anonymous when absent'),
  password: z.string().min(1).optional().describe('password; better in a file'),
  password_file: file('the password'),
  user_cert_file: file('the certificate (PEM) of the user, where the server knows users by certificates'),
  user_key_file: file('its key (PEM)'),
  sampling_ms: z
    .int()
    .min(0)
    .max(HOUR_MS)
    .default(1000)
    .describe('how often the server is to look at the nodes, 0 for every change; it may choose another interval'),
  publishing_ms: z
    .int()
    .min(50)
    .max(HOUR_MS)
    .default(1000)
    .describe('how often it is to send what has changed; it may choose another interval'),
  queue: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe('values of a node that the server is to keep until it has sent them'),
  timeout_s: z.number().min(1).max(300).default(15).describe('how long connecting and an answer may take'),
  history_h: z
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe('up to so many hours of a gap are fetched from the history of the server, where it has one; 0 for never'),
  time: z
    .enum(OPCUA_TIMES)
    .default('source')
    .describe('time of a reading: that of the source, of the server, or of its arrival where their clocks are wrong'),
  devices: z.array(device).min(1).max(2000).describe('the devices whose values it has'),
})

export const opcuaOptions = z.strictObject({
  application_uri: z
    .string()
    .regex(/^urn:\S+$/, 'a URI that begins with urn:')
    .max(256)
    .default('urn:greengauge:gateway')
    .describe('name under which servers know this gateway, in its certificate; of two at one server each has its own'),
  servers: z
    .array(server)
    .max(OPCUA_SERVERS_MAX)
    .default([])
    .describe('servers of OPC UA whose nodes are subscribed to'),
})

export type OpcuaOptions = z.output<typeof opcuaOptions>
export type OpcuaServerOptions = OpcuaOptions['servers'][number]
export type OpcuaNodeOptions = OpcuaServerOptions['devices'][number]['nodes'][number]
