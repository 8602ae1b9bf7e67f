import type { House } from './house-rules.js'

const CITED = /KPI specification §(\d+(?:\.\d+)*)/g

/** Sections of the KPI specification: headings (`2`, `2.4`) and the numbered rules below them (`2.4.5`). */
export function sectionsOf(specification: string): ReadonlySet<string> {
  const sections = new Set<string>()
  let heading = ''
  for (const line of specification.split('\n')) {
    heading = /^#{2,3} (\d+(?:\.\d+)?)/.exec(line)?.[1] ?? heading
    const rule = /^(\d+)\. /.exec(line)?.[1]
    sections.add(rule === undefined ? heading : `${heading}.${rule}`)
  }
  return sections
}

/** Places that cite a section which the specification does not have. */
export function missingSections(house: House, specification: string): string[] {
  const sections = sectionsOf(specification)
  return house.sources.flatMap(({ path, text }) =>
    [...text.matchAll(CITED)].flatMap(([cited, section = '']) =>
      sections.has(section) ? [] : [`${path}: cites ${cited}, which docs/kpi-specification.md does not have`],
    ),
  )
}
