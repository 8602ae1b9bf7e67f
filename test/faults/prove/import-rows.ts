import { imported } from '../ground/imported-rows.js'
import { growthMiB } from '../ground/memory-watch.js'
import { type Proof, say, verdictOf } from './proof.js'

const THOUSANDS = 10_000
const COMMAND_MIB_MAX = 384
const GATEWAY_MIB_MAX = 768
const GROWTH_MIB_MAX = 64
/** Looks at the progress between which it went on. */
const STEPS_MIN = 3

/** A file of ten million rows is imported by the command, beside nothing else. */
export const importRows: Proof = {
  name: 'import-rows',
  says: '10,000,000 rows of 100 meters in one CSV file by greengauge import (--rounds: thousands of rows)',
  goal: `the command at most ${COMMAND_MIB_MAX} MiB, the gateway at most ${GATEWAY_MIB_MAX} MiB, neither ${GROWTH_MIB_MAX} MiB more in the last third than in the second; progress noted; every reading there once, every day right`,
  async run({ rounds }) {
    const thousands = rounds ?? THOUSANDS
    const found = await imported(thousands * 1000, (line) => say(`  ${line}`))
    const { command, gateway, broken } = found
    const isTooMuch = command.maxMiB > COMMAND_MIB_MAX || gateway.maxMiB > GATEWAY_MIB_MAX
    const isGrowing = [command, gateway].some((held) => growthMiB(held) > GROWTH_MIB_MAX)
    const isMissed = broken.length > 0 || isTooMuch || isGrowing || found.progressSteps < STEPS_MIN
    return {
      figure: `${found.rows} rows acknowledged in ${found.acknowledgedS} s, computed after ${found.settledS} s; the command ${command.maxMiB} MiB (${command.thirdsMiB.join(', ')} by thirds), the gateway ${gateway.maxMiB} MiB (${gateway.thirdsMiB.join(', ')}); progress noted ${found.progressSteps} times; ${found.days} days looked at, ${broken.length} faults`,
      verdict: verdictOf(isMissed, thousands, THOUSANDS),
      parameters: { rows: found.rows },
      figures: { ...found, broken: broken.slice(0, 20) },
    }
  },
}
