import type { ConfigFinding } from './finding.js'
import { shownValue } from './problems.js'
import type { SettingPath } from './shape.js'

/** A secret that stands in the settings and in a file as well: nobody could say which one holds. */
export function givenTwice(settings: object, at: SettingPath, secret: string): ConfigFinding[] {
  const set = settings as Readonly<Record<string, unknown>>
  if (set[secret] === undefined || set[`${secret}_file`] === undefined) return []
  const path = [...at, secret]
  const problem = `is given twice, here and by ${secret}_file`
  return [{ path, value: shownValue(path, set[secret]), problem, remedy: 'take the one out that stands in this file' }]
}
