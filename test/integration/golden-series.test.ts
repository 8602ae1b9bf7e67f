/** Proves that each point of the three data sets and of a simulated day is what it was, to the bit, when its digest was kept. */
import { expect, test } from 'vitest'
import { type GoldenJournal, JOURNALS } from '../golden/series/journals.js'
import { differences, digestsOf } from '../golden/series/series.js'
import { DATASETS_REMEDY, datasetFile } from '../support/datasets.js'

const isThere = ({ file }: GoldenJournal) => file === null || datasetFile(file) !== null
const nameOf = ({ name, file }: GoldenJournal) =>
  `every point of ${name} is what it was${file === null ? '' : ` (${DATASETS_REMEDY})`}`

/** The robot's day takes 3 s; steel, turbine and the simulated day take about a minute each. */
const QUICK = 'ur3'
const DEEP = { tags: ['deep'], timeout: 600_000 }

for (const journal of JOURNALS) {
  test.runIf(isThere(journal))(nameOf(journal), journal.name === QUICK ? {} : DEEP, async () => {
    const { name } = journal
    const changed = differences(name, await digestsOf(journal))
    const remedy = `"npx tsx test/golden/series/make.ts --only ${name} --points FILE" gives the points, before and now`
    expect(changed, `${changed[0]}; ${remedy}; a change on purpose is kept with --write`).toEqual([])
  })
}
