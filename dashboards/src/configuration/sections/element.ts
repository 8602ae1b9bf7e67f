import type { KeyPath } from './json-schema.js'

/** An element of a list of the configuration while it is changed in a form: a value is absent where nothing is said. */
export type ElementValue = Readonly<Record<string, unknown>>

/** The value at a path; undefined where there is none. */
export function valueIn(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((here, part) => {
    return typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[part] : undefined
  }, value)
}

/** The same with another value at a path; `undefined` takes it out, and a map of which nothing is left with it. */
export function withValue(value: unknown, path: KeyPath, next: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return next
  if (typeof part === 'number') {
    const list = Array.isArray(value) ? value : []
    const inner = withValue(list[part], rest, next)
    if (rest.length === 0 && inner === undefined) return list.filter((_, at) => at !== part)
    return part < list.length ? list.map((one, at) => (at === part ? inner : one)) : [...list, inner]
  }
  const { [part]: before, ...others } = (typeof value === 'object' && value !== null ? value : {}) as ElementValue
  const inner = withValue(before, rest, next)
  const isNothing = inner === undefined || (rest.length > 0 && isEmptyMap(inner))
  if (isNothing) return others
  // A key keeps its place, so that the text keeps its order.
  return Object.hasOwn(value ?? {}, part) ? { ...(value as ElementValue), [part]: inner } : { ...others, [part]: inner }
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}

/** A list as one line of text. */
export const lineOfList = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : shownText(value))

export const shownText = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** A number as the file has it; what is none stays a text, of which the rule speaks. */
export function numberOrText(text: string): number | string | undefined {
  if (text === '') return undefined
  return Number.isFinite(Number(text)) ? Number(text) : text
}

/** A line of text as a list; undefined where it says nothing. */
export function listOfLine(line: string, ofNumbers: boolean): readonly unknown[] | undefined {
  const parts = line.split(/[,，]/).map((one) => one.trim())
  const said = parts.filter((one) => one !== '')
  if (said.length === 0) return undefined
  return ofNumbers ? said.map(numberOrText) : said
}

/** A path as problems write it: `periods[0].from`. */
export function keyPathText(path: KeyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** The rest of a problem's path behind that of an element; null where it speaks of something else. */
export function pathBehind(path: string, element: string): string | null {
  if (path === element) return ''
  return path.startsWith(`${element}.`) ? path.slice(element.length + 1) : null
}
