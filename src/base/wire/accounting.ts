import { z } from 'zod'
import { count, next } from './fields.js'
import { wire } from './wire.js'

/** Account of where every message and every reading went. */

const storeAccounting = wire(
  z
    .object({
      readings: z.object({ archived: count, stored: count, refused: count, pending: count }),
      kpis: z.object({ final: count, stored: count, refused: count, pending: count }),
    })
    .meta({ id: 'StoreAccounting' }),
)
export type StoreAccounting = z.infer<typeof storeAccounting>

const ignoredMessages = wire(
  z.object({
    /** maker/model; `others` for what is beyond the room for profiles and rules. */
    profile: z.string(),
    /** A topic as the profile writes it; with `, conditions` where only the conditions of its messages do not hold. */
    rule: z.string(),
    messages: count,
  }),
)
/** Messages that no profile in use reads and one ignores. */
export type IgnoredMessages = z.infer<typeof ignoredMessages>

const deviceAccounting = wire(
  z.object({
    plant: z.string(),
    line: z.string(),
    device: z.string(),
    messages: count,
    readings: count,
    elements_rejected: count,
  }),
)
export type DeviceAccounting = z.infer<typeof deviceAccounting>

export const accountingAnswer = wire(
  z.object({
    messages: z.object({ received: count, decoded: count, rejected: count, undecoded: count }),
    readings: z.object({ decoded: count, archived: count, duplicate: count, conflict: count, pending: count }),
    elements_rejected: count,
    /** Most first; left out by programs that did not count them. */
    ignored: z
      .array(ignoredMessages)
      .describe('of the decoded messages: those that a profile ignores and none reads, by profile and rule')
      .exactOptional(),
    stores: z.record(z.string(), storeAccounting),
    closes: z.boolean().describe('the sums agree: nothing was lost'),
    devices: z.array(deviceAccounting).exactOptional(),
    next: next.exactOptional(),
  }),
)
/** Account of where every message and every reading went; `closes` when the sums agree. */
export type Accounting = z.infer<typeof accountingAnswer>
