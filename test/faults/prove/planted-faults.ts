import { caught, PLANTED_FAULTS } from '../ground/planted.js'
import type { Proof } from './proof.js'

const TIMES = 10

/** Proves that the checks in `test/faults/ground` notice a fault. */
export const plantedFaults: Proof = {
  name: 'planted-faults',
  says: 'eight faults are put into the program from outside, each of which the ground has to find',
  goal: '8 of 8 caught, and nothing found without them',
  async run({ seed, rounds }) {
    const times = rounds ?? TIMES
    const all = []
    for (const fault of PLANTED_FAULTS) all.push(await caught(fault, seed, times))
    const isCaught = all.filter(({ sound, faulty }) => sound === 0 && faulty > 0).length
    return {
      figure: `${isCaught} of ${all.length} caught`,
      verdict: isCaught === all.length ? 'met' : 'missed',
      parameters: { times },
      figures: { faults: all },
    }
  },
}
