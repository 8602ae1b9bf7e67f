import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Kept, keptArchive, keptJournal } from '../../faults/flips/flips.js'
import { Dice } from '../../support/mutations.js'

/** `npm run prove -- flips` turns 10,000, of ledgers and reports too; test/unit/audit/verify has a share of those. */
const FLIPS = 150
let kept: readonly Kept[]

beforeAll(async () => {
  kept = [keptJournal(), await keptArchive()]
})
afterAll(() => Promise.all(kept.map((one) => one.close())))

test('one bit that is turned in the journal or the archive is found, and nothing strange is read', async () => {
  for (const one of kept) {
    const dice = new Dice(11)
    for (let i = 0; i < FLIPS; i++) expect(await one.unnoticed(dice), one.name).toBeNull()
  }
})
