import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { JOURNALS } from './journals.js'
import { differences, digestsOf, keptFile, textOf, totalOf } from './series.js'

/**
 * `npx tsx test/golden/series/make.ts [--only NAME] [--points FILE] [--write]`: plays the golden journals and says how many
 * points there are, the SHA-256 over them and in what they differ from those that are kept. `--points` gets every point as a
 * line, so that those of two versions can be compared; `--write` keeps the digests, for figures that were changed on purpose.
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, points: { type: 'string' }, write: { type: 'boolean' } },
})
const file = values.points === undefined ? null : openSync(values.points, 'w')
for (const journal of JOURNALS) {
  if (values.only !== undefined && values.only !== journal.name) continue
  const beganMs = performance.now()
  const digests = await digestsOf(journal, file === null ? undefined : (line) => writeSync(file, `${line}\n`))
  const { points, sha256 } = totalOf(digests)
  const seconds = Math.round((performance.now() - beganMs) / 1000)
  console.log(
    `${journal.name}: ${points} points of ${digests.size} KPIs and windows, SHA-256 ${sha256}, in ${seconds} s`,
  )
  if (values.write) writeFileSync(keptFile(journal.name), textOf(digests))
  else for (const difference of differences(journal.name, digests)) console.log(`  ${difference}`)
}
if (file !== null) closeSync(file)
