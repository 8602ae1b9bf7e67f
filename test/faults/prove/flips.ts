import { Dice } from '../../support/mutations.js'
import { keptArchive, keptJournal, keptLedgerAndReports } from '../flips/flips.js'
import { type Proof, say, verdictOf } from './proof.js'

const FLIPS = 10_000

/** One bit of what is kept for good is turned, and whoever opens it has to say so. */
export const flips: Proof = {
  name: 'flips',
  says: 'one bit of journal, archive, ledger or a report is turned, and it is opened again',
  goal: '10,000 of 10,000 single-bit flips detected',
  async run({ seed, rounds }) {
    const count = rounds ?? FLIPS
    const kept = [keptJournal(), await keptArchive(), ...(await keptLedgerAndReports())]
    const dice = new Dice(seed)
    const unnoticed: string[] = []
    const flipped: Record<string, number> = {}
    for (let i = 0; i < count; i++) {
      const one = kept[i % kept.length]!
      flipped[one.name] = (flipped[one.name] ?? 0) + 1
      const what = await one.unnoticed(dice)
      if (what !== null) unnoticed.push(`${one.name}: ${what}`)
      if (i % 1000 === 999) say(`flips: ${i + 1} of ${count}`)
    }
    for (const one of kept) await one.close()
    return {
      figure: `${count - unnoticed.length} of ${count} single-bit flips detected`,
      verdict: verdictOf(unnoticed.length > 0, count, FLIPS),
      parameters: { flips: count },
      figures: { flipped, unnoticed: unnoticed.slice(0, 20) },
    }
  },
}
