import { killed } from '../ground/killed.js'
import { type Proof, say, verdictOf } from './proof.js'

const KILLS = 1000
const READINGS = 20_000_000
const SAY_EVERY = 25

/** `kill -9` of the real process at random moments under full load, against a ledger in a process of its own. */
export const kills: Proof = {
  name: 'kills',
  says: 'the gateway is killed at random moments under full load, and compared with a ledger outside of it',
  goal: '0 of 20,000,000 acknowledged readings lost, doubled or invented over 1,000 kills',
  async run({ seed, rounds }) {
    const count = rounds ?? KILLS
    const { readings, resent, worked, wasCut, broken } = await killed(count, seed, (kill) => {
      if (kill % SAY_EVERY === 0) say(`kills: ${kill} of ${count}`)
    })
    return {
      figure: `${broken.length} broken promises in ${readings} acknowledged readings over ${count} kills`,
      verdict: verdictOf(broken.length > 0, Math.min(count / KILLS, readings / READINGS), 1),
      parameters: { kills: count },
      figures: { readings, messagesSentAgain: resent, worked, wasCut, broken: broken.slice(0, 20) },
    }
  },
}
