// @module-tag slow

import { expect, test } from 'vitest'
import type { Call } from '../faults/ground/recorded-calls.js'
import { cutSealedLife, recordSealedLife, type SealedLife } from '../faults/ground/sealed-life.js'

/** So many always; POWER_CUTS asks for another number. */
const CUTS = Number(process.env.POWER_CUTS ?? 40)

async function brokenIn(life: SealedLife): Promise<string[]> {
  const found: string[] = []
  for (let seed = 0; seed < CUTS; seed++) {
    const reason = await cutSealedLife(life, seed)
    if (reason !== null) found.push(`seed ${seed}: ${reason}`)
  }
  return found
}

test(`${CUTS} power cuts while days are sealed take nothing from journal, archive and ledger that somebody relies on`, async () => {
  const life = await recordSealedLife()
  expect(await brokenIn(life)).toEqual([])
  // Without the sync of a folder they do.
  const calls = life.calls.filter((call: Call) => call.do !== 'syncDirectory')
  expect(await brokenIn({ ...life, calls })).not.toEqual([])
})
