import type { PlantEventItem } from '../../audit/certificates/claims-on-record.js'
import type { ContractCertificate } from '../../audit/certificates/register.js'
import type { EventItem, OperatorEventAction } from '../../base/records.js'
import type { RestatementQuery } from '../../kpi/schedule/restatements.js'
import type { CorrectionItem, RestatementItem } from '../wire/records.js'

/** Statement of a person about a machine: an event, as one of the machine itself would be. */
export type OperatorStatement = OperatorEventAction['event']

/** A place in a list by time, device and id. */
export interface RecordPlace {
  /** Epoch ms. */
  readonly ts: number
  readonly device: string
  readonly id: string
}

/** Times in [fromMs, toMs), at most `limit`, behind a place where one is given. */
export interface RecordQuery {
  readonly plant: string
  /** null for all. */
  readonly device: string | null
  readonly fromMs: number
  readonly toMs: number
  readonly after: RecordPlace | null
  readonly limit: number
}

/** Records of a plant beside readings and figures. */
export interface RecordSources {
  /** Sorted by event time, device and id; of one type, or of all when it is null. */
  events(query: RecordQuery & { readonly type: string | null }): Promise<readonly EventItem[]>
  /**
   * Puts an event on record; answers the one that then has its id, which is an earlier one when the same id came before.
   * null when the journal takes too long, though it may still happen.
   */
  say(event: OperatorStatement): Promise<EventItem | null>
  /**
   * Statements of people about certificates of green electricity in all plants there ever were, and decisions on all that people proposed:
   * events of the types of `CERTIFICATE_EVENTS`, in no order.
   */
  certificateStatements(): Promise<readonly PlantEventItem[]>
  /** Rules by which statements of people about a plant are taken now. */
  entryRules(plant: string): {
    readonly fourEyes: boolean
    readonly tolerancePct: number
    /** Ids of the savings that it claims; absent where that is not known. */
    readonly savings?: readonly string[]
    /** Certificates that its contracts name; absent where that is not known. */
    readonly certificates?: readonly Omit<ContractCertificate, 'plant'>[]
  }
  /** Sorted by the time of the reading, device and id. */
  corrections(query: RecordQuery): Promise<readonly { readonly place: RecordPlace; readonly item: CorrectionItem }[]>
  /** In the order in which they were made; those that were made in [fromMs, toMs) and have larger numbers. */
  restatements(query: RestatementQuery): Promise<readonly { readonly number: number; readonly item: RestatementItem }[]>
}
