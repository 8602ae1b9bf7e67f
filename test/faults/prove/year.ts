import { loadAverage } from '../../bench/measure/cost.js'
import { serviceEnvironment } from '../../support/service-environment.js'
import { backFilled } from '../ground/back-filled.js'
import { growthMiB } from '../ground/memory-watch.js'
import { type Proof, say, verdictOf } from './proof.js'

const DAYS = 365
const METERS = 200
const METRIC = 'elec_import_kwh'
const MIB_MAX = 768
const GROWTH_MIB_MAX = 64
const LATE_S_MAX = 5
const SETTLED_MS_MAX = 24 * 3_600_000

/** A year of a large plant comes at once: what is held does not depend on how long it was. */
export const year: Proof = {
  name: 'year',
  says: `${METERS} meters send --rounds days at one reading a minute as fast as they are taken, beside a live meter`,
  goal: `${DAYS} days (105,120,000 readings): at most ${MIB_MAX} MiB and ${GROWTH_MIB_MAX} MiB more in the last third than in the second, live figures at most ${LATE_S_MAX} s late, every figure right`,
  async run({ seed, rounds }) {
    const days = rounds ?? DAYS
    const load = loadAverage()
    const env = serviceEnvironment()
    const order = { meters: METERS, days, metrics: [METRIC], kills: 0, isWatched: true, seed, env }
    const found = await backFilled({ ...order, settledMsMax: SETTLED_MS_MAX }, (line) => say(`year: ${line}`))
    const { readings, acknowledgedS, settledS, broken } = found
    const [held, live] = [found.held!, found.live!]
    const isTooMuch = held.maxMiB > MIB_MAX || growthMiB(held) > GROWTH_MIB_MAX
    const isMissed = broken.length > 0 || isTooMuch || live.lateSMax > LATE_S_MAX
    return {
      figure: `${readings} readings of ${days} days acknowledged in ${acknowledgedS} s, computed after ${settledS} s; ${held.maxMiB} MiB (${held.thirdsMiB.join(', ')} by thirds); live figures at most ${live.lateSMax} s late (${live.lateSP95} s for 95 of 100 looks); ${broken.length} figures or readings wrong (load ${load})`,
      verdict: verdictOf(isMissed, days, DAYS),
      parameters: { days, meters: METERS, ...env },
      figures: { ...found, broken: broken.slice(0, 20), load },
    }
  },
}
