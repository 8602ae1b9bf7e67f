import type { Report } from '../../../src/base/report.js'

/** The notice at the beginning is no numbered section, as on paper. */
const UNNUMBERED = 'notice'

/** The number of each section of a report by its id, as document and contents list show it; the notice has none. */
export function sectionNumbers({ sections }: Pick<Report, 'sections'>): ReadonlyMap<string, number> {
  const numbered = sections.filter(({ id }) => id !== UNNUMBERED)
  return new Map(numbered.map(({ id }, i) => [id, i + 1]))
}
