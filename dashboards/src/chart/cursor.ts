import { signal } from '@preact/signals'

/**
 * The instant under the cursor, the same in all charts of a page; `owner` is the chart that the reader has it in, moved
 * there by a key or by the pointer.
 */
export const cursor = signal<{ readonly ms: number; readonly owner: object; readonly isByKey: boolean } | null>(null)

/** True when a chart reads aloud what is under the cursor: of all that follow it, the one whose keys move it. */
export function isReadAloud(at: typeof cursor.value, chart: object): boolean {
  return at?.isByKey === true && at.owner === chart
}
