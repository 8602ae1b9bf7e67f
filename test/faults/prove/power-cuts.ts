import { lifeWithPowerCuts } from '../ground/journal-life.js'
import { type Proof, verdictOf } from './proof.js'

const LIVES = 10_000
/** Of each life. */
const CUTS = 3

/** The journal on a simulated disk. */
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
    return {
      figure: `${broken.length} broken promises in ${lives} lives with up to ${CUTS} power cuts or kills each`,
      verdict: verdictOf(broken.length > 0, lives, LIVES),
      parameters: { lives, cutsOfALife: CUTS, firstSeed: seed },
      figures: { broken: broken.slice(0, 20) },
    }
  },
}
