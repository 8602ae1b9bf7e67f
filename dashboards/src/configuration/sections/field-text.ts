import { keyPathText } from './element.js'
import { type JsonSchema, type KeyPath, kindOf } from './json-schema.js'
import { sectionWords } from './words.js'

/** The name of a setting in the language of the page; as it stands in the file where it has none. */
export function labelOf(path: KeyPath): string {
  const name = String(path.filter((part) => typeof part === 'string').at(-1) ?? '')
  return sectionWords().labels[name] ?? name.replaceAll('_', ' ')
}

/** The id of a control. */
export const controlId = (path: KeyPath): string => `setting-${keyPathText(path).replace(/[^\w]+/g, '-')}`

/** A word of a setting in the language of the page; as it stands in the file where it has none. */
export function wordText(word: unknown): string {
  const w = sectionWords()
  if (word === true || word === 'true') return w.yes
  if (word === false || word === 'false') return w.no
  return w.labels[`=${String(word)}`] ?? String(word)
}

/** Help in the language of the page; the schema's own where there is none. */
export function helpOf(path: KeyPath, schema: JsonSchema): string {
  const w = sectionWords()
  const names = path.filter((part) => typeof part === 'string')
  const known = w.help[names.join('.')] ?? w.help[names.at(-1) ?? ''] ?? schema.description ?? ''
  const kind = kindOf(schema)
  const isList = kind === 'texts' || kind === 'numbers'
  return [known, isList ? w.listHint : ''].filter((one) => one !== '').join(' · ')
}
