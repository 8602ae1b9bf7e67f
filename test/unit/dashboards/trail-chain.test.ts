import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalOf, chainOf } from '../../../dashboards/src/trail/chain.js'
import { entryBehind } from '../../../src/audit/log/entry.js'
import type { AuditEntry } from '../../../src/base/audit-log.js'

const digest = async (text: string) => createHash('sha256').update(text).digest('hex')

/** Entries as the gateway writes them, the newest first. */
function written(count: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  let last = { number: 0, hash: '0'.repeat(64) }
  for (let i = 0; i < count; i++) {
    const note = { act: 'signed_in', actor: 'olga "ops" 审计 \u007f', subject: `127.0.0.1 <${i}> é\\` } as const
    const entry = entryBehind(last, `2026-11-26T09:00:0${i}.000Z`, note)
    entries.unshift(entry)
    last = entry
  }
  return entries
}

test('what the gateway has written is a chain to the page, from the first entry on or from any later one', async () => {
  expect(await chainOf(written(5), digest)).toEqual({ kind: 'holds' })
  expect(await chainOf(written(5).slice(0, 2), digest)).toEqual({ kind: 'holds' })
  expect(await chainOf([], digest)).toEqual({ kind: 'holds' })
  for (const entry of written(3)) expect(await digest(canonicalOf(entry))).toBe(entry.hash)
})

test('an entry that was changed, taken out or put in the place of another is named', async () => {
  const entries = written(5)
  const changed = entries.map((entry) => (entry.number === 3 ? { ...entry, actor: 'somebody' } : entry))
  expect(await chainOf(changed, digest)).toEqual({ kind: 'broken', brokenAt: 3 })
  const without = entries.filter(({ number }) => number !== 3)
  expect(await chainOf(without, digest)).toEqual({ kind: 'broken', brokenAt: 4 })
  const early = written(1).map((entry) => ({ ...entry, previous: 'f'.repeat(64) }))
  expect(await chainOf(early, null)).toEqual({ kind: 'broken', brokenAt: 1 })
})

test('a browser that gives no SHA-256 sees the links, and says no more than that', async () => {
  expect(await chainOf(written(5), null)).toEqual({ kind: 'linked' })
})
