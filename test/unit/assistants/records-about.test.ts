import { expect, test } from 'vitest'
import { recordsAbout } from '../../../src/assistants/tools/explain.js'

/** Proves that an assistant is told when there are more records about a figure than it is shown. */

const FIGURE = { scope: 'plant', id: 'works', from: '2026-01-05', to: '2026-01-06' } as const
const restated = (count: number, start = '2026-01-05T01:00:00Z') =>
  Array.from({ length: count }, () => ({ scope: 'plant', id: 'works', start }))
const none = { items: [], next: null }

test('twenty restatements are shown, and more of them are said', () => {
  const { restatements, more_records } = recordsAbout(FIGURE, none, { items: restated(21), next: null })
  expect(restatements).toHaveLength(20)
  expect(more_records).toEqual({ corrections: false, restatements: true })
})

test('pages that go on are said, and nothing when all is there', () => {
  const twenty = { items: restated(20), next: null }
  expect(recordsAbout(FIGURE, none, twenty).more_records).toEqual({ corrections: false, restatements: false })
  const isGoingOn = { items: [], next: 'more' }
  expect(recordsAbout(FIGURE, isGoingOn, isGoingOn).more_records).toEqual({ corrections: true, restatements: true })
})

test('changes of other days and subjects are not those of the figure', () => {
  const others = [...restated(1, '2026-01-06T00:00:00Z'), { scope: 'line', id: 'works', start: '2026-01-05T01:00:00Z' }]
  expect(recordsAbout(FIGURE, none, { items: others, next: null }).restatements).toEqual([])
})
