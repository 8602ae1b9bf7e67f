import { z } from 'zod'
import { METRIC_CLASSES } from '../../base/metrics.js'
import { OPCUA_FAULTS, OPCUA_MODES, OPCUA_POLICIES, OPCUA_TRUSTS, OPCUA_USER_KINDS } from '../../base/opcua.js'
import { PROPOSAL_REASONS, type ProposalReasonCode } from '../../base/proposal-reasons.js'

/** Servers of OPC UA as people look at them: what is connected, whom it trusts, and what a server has. */

/** Variables of one answer. */
export const VARIABLES_MAX = 2000

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 small hex digits')

const certificate = z
  .object({
    sha256,
    sha1: z.string().describe('as most servers show it'),
    subject: z.string(),
    issuer: z.string(),
    valid_from: z.iso.datetime(),
    valid_to: z.iso.datetime(),
  })
  .meta({ id: 'OpcuaCertificate' })
export type OpcuaCertificate = z.output<typeof certificate>

const keptCertificate = certificate.extend({ trust: z.enum(OPCUA_TRUSTS) })

const server = z.object({
  id: z.string(),
  endpoint: z.string(),
  security_mode: z.enum(OPCUA_MODES),
  security_policy: z.enum(OPCUA_POLICIES),
  trust_any: z.boolean(),
  user: z.enum(['anonymous', 'username', 'certificate']),
  nodes: z.number().int().describe('of the settings'),
  connected: z.boolean(),
  monitored: z.number().int().describe('nodes that the server monitors'),
  unread: z.number().int().describe('nodes that it refuses; the log names them'),
  values: z.number().int().describe('since the start, with those from its history'),
  failures: z
    .record(z.enum(OPCUA_FAULTS), z.number().int())
    .describe('connections that failed or were lost, since the start'),
  clock_difference_s: z.number().nullable().describe('above 0 when its clock is ahead; null before it has answered'),
})
export type OpcuaServerItem = z.output<typeof server>

export const opcuaAnswer = z.object({
  application_uri: z.string(),
  own_certificate: certificate
    .extend({ pem: z.string() })
    .nullable()
    .describe('that servers have to trust; null before the first connection has made it'),
  certificates: z.array(keptCertificate),
  servers: z.array(server),
})
export type OpcuaAnswer = z.output<typeof opcuaAnswer>

export const opcuaTrustWish = z.strictObject({ sha256, trust: z.enum(OPCUA_TRUSTS) }).meta({ id: 'OpcuaTrustWish' })
export type OpcuaTrustWish = z.output<typeof opcuaTrustWish>

export const opcuaTrustAnswer = keptCertificate

const endpoint = z
  .string()
  .max(1024)
  .regex(/^opc\.tcp:\/\/[^\s/@]+(?:\/\S*)?$/, 'an endpoint is opc.tcp://HOST:PORT and maybe a path')

const fault = z
  .object({ result: z.enum(OPCUA_FAULTS), detail: z.string() })
  .nullable()
  .describe('why the server could not be asked; null where it could')

export const opcuaEndpointsWish = z.strictObject({ endpoint }).meta({ id: 'OpcuaEndpointsWish' })
export type OpcuaEndpointsWish = z.output<typeof opcuaEndpointsWish>

export const opcuaEndpointsAnswer = z.object({
  fault,
  endpoints: z.array(
    z.object({
      security_mode: z.enum(OPCUA_MODES),
      security_policy: z.string(),
      supported: z.boolean().describe('the gateway can use it'),
      users: z.array(z.enum(OPCUA_USER_KINDS)),
      certificate: certificate.nullable(),
      certificate_status: z
        .string()
        .nullable()
        .describe('`Good` where it is trusted, else the StatusCode of the reason; null without a certificate'),
    }),
  ),
})
export type OpcuaEndpointsAnswer = z.output<typeof opcuaEndpointsAnswer>

export const opcuaBrowseWish = z
  .strictObject({
    endpoint,
    security_mode: z.enum(OPCUA_MODES).default('sign_and_encrypt'),
    security_policy: z.enum(OPCUA_POLICIES).default('Basic256Sha256'),
    username: z.string().min(1).max(256).optional().describe('anonymous when absent'),
    password: z.string().max(256).optional().describe('used for this look, and not kept'),
    from: z.string().min(1).max(4096).default('i=85').describe('node id to begin at'),
    max: z.number().int().min(1).max(VARIABLES_MAX).default(500).describe('most variables to list'),
  })
  .meta({ id: 'OpcuaBrowseWish' })
export type OpcuaBrowseWish = z.output<typeof opcuaBrowseWish>

const proposal = z.object({
  device: z.string(),
  metric: z.string(),
  class: z.enum(METRIC_CLASSES),
  unit: z.string().nullable().describe('as the server states it; null where it states none'),
  asks: z
    .object({
      code: z.enum(Object.keys(PROPOSAL_REASONS) as [ProposalReasonCode, ...ProposalReasonCode[]]),
      values: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .nullable()
    .describe('what a person has to find out first; null where nothing is open'),
})

const variable = z.object({
  node: z.string(),
  path: z.array(z.string()),
  type: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  unit: z.string().nullable().describe('that the server states (EUInformation)'),
  status: z.string().describe('StatusCode of the value'),
  has_history: z.boolean(),
  proposal: proposal.nullable().describe('by name and unit, to be looked at; null for what is no number'),
})
export type OpcuaVariableItem = z.output<typeof variable>

export const opcuaBrowseAnswer = z.object({
  fault,
  more: z.boolean().describe('there may be more than were asked for'),
  variables: z.array(variable),
})
export type OpcuaBrowseAnswer = z.output<typeof opcuaBrowseAnswer>
