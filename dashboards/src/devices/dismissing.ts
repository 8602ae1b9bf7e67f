import type { RejectReason } from '../../../src/base/reasons.js'
import type { DismissedAnswer, QuarantineItem } from '../../../src/base/wire.js'
import { type Answer, post } from '../gateway/api.js'

/** Messages that somebody wants to dismiss: one by its id, or all that a filter names. */
export type Dismissing =
  | { readonly count: 1; readonly id: string }
  | {
      readonly count: number
      /** null stands for every reason, plant and device. */
      readonly reason: RejectReason | null
      readonly plant: string | null
      readonly device: string | null
      /** Arrival of the newest that the page shows, RFC 3339: nobody has seen what came later. */
      readonly until: string
    }

export interface Said {
  readonly note: string
  /** Absent where an account says it. */
  readonly by?: string
}

/** Dismisses them; one that is no longer there counts as dismissed, and `null` is its answer. */
export async function dismiss(of: Dismissing, said: Said): Promise<Answer<QuarantineItem | DismissedAnswer | null>> {
  const answer: Answer<QuarantineItem | DismissedAnswer> =
    'id' in of
      ? await post<QuarantineItem>(`/quarantine/${encodeURIComponent(of.id)}/dismiss`, said)
      : await post<DismissedAnswer>('/quarantine/dismiss', { ...filterOf(of), ...said })
  return answer.kind === 'failed' && answer.status === 404 ? { kind: 'loaded', value: null } : answer
}

function filterOf({ reason, plant, device, until }: Exclude<Dismissing, { readonly id: string }>) {
  return {
    until,
    ...(reason === null ? {} : { reason }),
    ...(plant === null ? {} : { plant }),
    ...(device === null ? {} : { device }),
  }
}
