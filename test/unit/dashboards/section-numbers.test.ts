import { expect, test } from 'vitest'
import { sectionNumbers } from '../../../dashboards/src/reports/section-numbers.js'
import type { ReportSection } from '../../../src/base/report.js'

/** Proves that the contents list of a report counts its sections as the document does. */

const section = (id: string): ReportSection => ({ id, title: { en: id, zh: id }, tables: [] })
const numbersOf = (...ids: string[]) => [...sectionNumbers({ sections: ids.map(section) })]

test('the notice at the beginning has no number, and the first section after it is 1', () => {
  expect(numbersOf('notice', 'boundary', 'results')).toEqual([
    ['boundary', 1],
    ['results', 2],
  ])
})

test('a report without a notice begins with 1 all the same', () => {
  expect(numbersOf('boundary', 'results')).toEqual([
    ['boundary', 1],
    ['results', 2],
  ])
})
