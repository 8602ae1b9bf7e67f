import { signal } from '@preact/signals'

/** The instant under the cursor, the same in all charts of a page; `owner` is the chart that the reader has it in. */
export const cursor = signal<{ readonly ms: number; readonly owner: object } | null>(null)
