import { standInKilled } from '../ground/stand-in.js'
import type { Proof } from './proof.js'

const KILLS = 5

/** Proves that the loss test can fail. */
export const standIn: Proof = {
  name: 'stand-in',
  says: 'the loss test with plain aedes and a list in memory in place of the gateway',
  goal: 'the test reports losses',
  async run({ rounds }) {
    const kills = rounds ?? KILLS
    const { broken, acknowledged } = await standInKilled(kills)
    const lost = broken.filter((one) => one.endsWith('was acknowledged and is lost')).length
    const twice = broken.filter((one) => one.endsWith('is there twice')).length
    return {
      figure: `${lost} lost and ${twice} doubled of ${acknowledged} acknowledged readings over ${kills} kills`,
      verdict: lost > 0 ? 'met' : 'missed',
      parameters: { kills },
      figures: { acknowledged, lost, twice, says: broken.slice(0, 5) },
    }
  },
}
