import { lifeWithPowerCuts } from '../ground/journal-life.js'
import { cutSealedLife, recordSealedLife } from '../ground/sealed-life.js'
import { type Proof, verdictOf } from './proof.js'

const LIVES = 10_000
/** Power cuts or kills of each life. */
const CUTS = 3

/** Lives of the journal for each cut of a life with archive and ledger: the files of those are laid out in a real folder. */
const SEALED_EVERY = 10

/** The journal on a simulated disk, and what journal, archive and ledger ask of the disk together. */
export const powerCuts: Proof = {
  name: 'power-cuts',
  says: 'lives of the journal on a simulated disk, each with cuts and kills, of the recovery too',
  goal: '0 acknowledged records lost, doubled or invented in 10,000 simulated power cuts',
  async run({ seed, rounds }) {
    const lives = rounds ?? LIVES
    const broken: string[] = []
    for (let life = seed; life < seed + lives; life++) {
      const reason = lifeWithPowerCuts(life)
      if (reason !== null) broken.push(`seed ${life}: ${reason}`)
    }
    const sealed = await recordSealedLife()
    const cuts = Math.ceil(lives / SEALED_EVERY)
    for (let cut = seed; cut < seed + cuts; cut++) {
      const reason = await cutSealedLife(sealed, cut)
      if (reason !== null) broken.push(`sealed, seed ${cut}: ${reason}`)
    }
    return {
      figure: `${broken.length} broken promises in ${lives} lives with up to ${CUTS} power cuts or kills each, and ${cuts} power cuts of journal, archive and ledger together`,
      verdict: verdictOf(broken.length > 0, lives, LIVES),
      parameters: { lives, sealedCuts: cuts, cutsOfALife: CUTS, firstSeed: seed },
      figures: { broken: broken.slice(0, 20) },
    }
  },
}
