import type { QuarantineItem } from '../../../src/base/wire.js'
import { type Answer, post } from '../gateway/api.js'

export interface Said {
  readonly note: string
  /** Absent where an account says it. */
  readonly by?: string
}

export const dismiss = (id: string, said: Said) =>
  post<QuarantineItem>(`/quarantine/${encodeURIComponent(id)}/dismiss`, said)

/**
 * One after the other, until one is refused. Gives what the gateway said then, and '' when all are dismissed; one that is
 * no longer there counts as dismissed.
 */
export async function dismissAll(
  items: readonly QuarantineItem[],
  ask: (id: string) => Promise<Answer<QuarantineItem>>,
  onDone: (item: QuarantineItem) => void,
  signal: AbortSignal,
): Promise<string> {
  for (const item of items) {
    if (signal.aborted) return ''
    const answer = await ask(item.id)
    if (answer.kind === 'failed' && answer.status !== 404) return answer.detail
    onDone(item)
  }
  return ''
}
