import { z } from 'zod'
import { deviceFields } from '../../base/wire/plants.js'

/**
 * Shapes of i3X 1.0, the Industrial Information Interface eXchange of CESMII: https://github.com/cesmii/i3X,
 * `spec/IMPLEMENTATION_GUIDE.md` (release candidate). What the guide leaves open and we add is said in words.
 */

const responseDetail = z
  .object({ title: z.string(), status: z.number().int(), detail: z.string() })
  .meta({ id: 'I3xDetail' })

export type I3xDetail = z.infer<typeof responseDetail>

export const failure = z.object({ success: z.literal(false), responseDetail }).meta({ id: 'I3xFailure' })

/** An answer of one result; a detail comes with status 206, when a bound of the server cut it short. */
export const i3xAnswer = <S extends z.ZodType>(result: S) =>
  z.object({ success: z.literal(true), result, responseDetail: responseDetail.optional() })

const itemOf = <S extends z.ZodType>(key: 'elementId' | 'subscriptionId', result: S) =>
  z.union([
    z.object({ success: z.literal(true), [key]: z.string(), result }),
    z.object({ success: z.literal(false), [key]: z.string(), responseDetail }),
  ])

/** Results in the order of what was asked; `success` is false when one failed. */
export const bulkOf = <S extends z.ZodType>(result: S, key: 'elementId' | 'subscriptionId' = 'elementId') =>
  z.object({ success: z.boolean(), results: z.array(itemOf(key, result)), responseDetail: responseDetail.optional() })

export const serverInfo = z
  .object({
    specVersion: z.string(),
    serverName: z.string(),
    capabilities: z.object({
      query: z.object({ history: z.boolean() }),
      update: z.object({ current: z.boolean(), history: z.boolean() }),
      subscribe: z.object({ stream: z.boolean() }),
    }),
  })
  .meta({ id: 'I3xInfo' })

export const namespace = z.object({ uri: z.string(), displayName: z.string() }).meta({ id: 'I3xNamespace' })
export type I3xNamespace = z.infer<typeof namespace>

export const objectType = z
  .object({
    elementId: z.string(),
    displayName: z.string(),
    namespaceUri: z.string(),
    sourceTypeId: z.string(),
    version: z.string(),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema of the value'),
  })
  .meta({ id: 'I3xObjectType' })
export type I3xObjectType = z.infer<typeof objectType>

export const relationshipType = z
  .object({
    elementId: z.string(),
    displayName: z.string(),
    namespaceUri: z.string(),
    relationshipId: z.string(),
    reverseOf: z.string(),
  })
  .meta({ id: 'I3xRelationshipType' })
export type I3xRelationshipType = z.infer<typeof relationshipType>

export const instance = z
  .object({
    elementId: z.string(),
    displayName: z.string(),
    typeElementId: z.string(),
    parentId: z.string().nullable(),
    isComposition: z.boolean(),
    isExtended: z.literal(false),
    metadata: z
      .object({
        description: z.string().optional(),
        typeNamespaceUri: z.string(),
        sourceTypeId: z.string(),
        relationships: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      })
      .optional(),
  })
  .meta({ id: 'I3xObject' })
export type I3xObject = z.infer<typeof instance>

export const related = z.object({ sourceRelationship: z.string(), object: instance }).meta({ id: 'I3xRelated' })

const vqt = z
  .object({
    value: z.unknown(),
    quality: z.enum(['Good', 'GoodNoData', 'Bad', 'Uncertain']),
    timestamp: z.iso.datetime(),
    reason: z.string().optional().describe('beside the guide: why `value` is null'),
    detail: z.string().optional().describe('beside the guide: the reason in words'),
  })
  .meta({ id: 'I3xValue' })
export type I3xValue = z.infer<typeof vqt>

export const currentValue = vqt
  .extend({ isComposition: z.boolean(), components: z.record(z.string(), vqt).optional() })
  .meta({ id: 'I3xCurrentValue' })

export const pastValues = z.object({ isComposition: z.boolean(), values: z.array(vqt) }).meta({ id: 'I3xHistory' })

export const subscription = z
  .object({ clientId: z.string(), subscriptionId: z.string(), displayName: z.string() })
  .meta({ id: 'I3xSubscription' })

export const subscriptionDetail = z
  .object({
    subscriptionId: z.string(),
    displayName: z.string(),
    monitoredObjects: z.array(z.object({ elementId: z.string(), maxDepth: z.number().int() })),
  })
  .meta({ id: 'I3xSubscriptionDetail' })

export const batch = z
  .object({ sequenceNumber: z.number().int(), updates: z.array(vqt.extend({ elementId: z.string() })) })
  .meta({ id: 'I3xBatch' })
export type I3xBatch = z.infer<typeof batch>

/** Value of the gateway, the one root. */
export const gatewayValue = z.object({ plants: z.number().int() })

export const plantValue = z.object({
  timezone: z.string(),
  configured: z.boolean(),
  currency: z.string().optional(),
  lines: z.number().int(),
  devices: z.number().int(),
})

export const lineValue = z.object({ devices: z.number().int() })

export const deviceValue = z.object(deviceFields).pick({
  role: true,
  configured: true,
  retired: true,
  state: true,
  last_seen: true,
  rejected_reason: true,
  newest: true,
  clock: true,
  clock_offset_ms: true,
  rate_per_min: true,
})

/** Value of a figure that is known, with its basis; one that is not is null as a whole, with its reason beside it. */
export const figureValue = z.object({
  value: z.number(),
  unit: z.string(),
  window: z.string(),
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  coverage: z.number().describe('part of the expected time that is covered by data, 0..1'),
  estimated_share: z.number().describe('part of the covered time that was interpolated over long gaps, 0..1'),
  provisional: z.boolean().describe('the window may still change without late data'),
  rev: z.number().int(),
  flags: z.array(z.string()),
  factors: z.array(z.string()),
})
