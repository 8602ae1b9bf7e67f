import { expect, it } from 'vitest'
import { answerTo } from '../../../dashboards/src/gateway/polled.js'

it('what was read of October never stands under the title of November', () => {
  const october = { key: '1mo|2026-10', answer: { kind: 'loaded', value: 4711 } } as const
  expect(answerTo('1mo|2026-10', october)).toEqual({ kind: 'loaded', value: 4711 })
  expect(answerTo('1mo|2026-11', october)).toEqual({ kind: 'loading' })
})
