import { expect, test } from 'vitest'
import { accountingFrom, ignoredOf, newAccounting, noteIgnored } from '../../../src/pipeline/message-accounting.js'

test('ignored messages are counted by profile and rule, and go on after a start', () => {
  const accounting = newAccounting()
  for (const rule of ['x/{device}/log', 'x/#', 'x/#']) noteIgnored(accounting, { profile: 'acme/meter', rule })
  const again = accountingFrom(JSON.parse(JSON.stringify(accounting)))
  noteIgnored(again, { profile: 'acme/meter', rule: 'x/#' })
  expect(ignoredOf(again)).toEqual([
    { profile: 'acme/meter', rule: 'x/#', messages: 3 },
    { profile: 'acme/meter', rule: 'x/{device}/log', messages: 1 },
  ])
})

test('a ledger of before has none, and rules beyond the room for them share one count', () => {
  const accounting = accountingFrom({ messagesDecoded: 5 })
  expect(ignoredOf(accounting)).toEqual([])
  for (let i = 0; i < 1003; i++) noteIgnored(accounting, { profile: 'a/b', rule: `x/${i}` })
  const all = ignoredOf(accounting)
  expect(all).toHaveLength(1001)
  expect(all[0]).toEqual({ profile: 'others', rule: '', messages: 3 })
})
