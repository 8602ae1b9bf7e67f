import type { Finding } from './finding.js'
import { shown } from './problems.js'
import type { Path } from './shape.js'

/** A secret that stands in the settings and in a file as well: nobody could say which one holds. */
export function givenTwice(settings: object, at: Path, secret: string): Finding[] {
  const set = settings as Readonly<Record<string, unknown>>
  if (set[secret] === undefined || set[`${secret}_file`] === undefined) return []
  const path = [...at, secret]
  const problem = `is given twice, here and by ${secret}_file`
  return [{ path, value: shown(path, set[secret]), problem, remedy: 'take the one out that stands in this file' }]
}
