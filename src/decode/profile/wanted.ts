import type { CompiledMessage } from './compile.js'
import type { PayloadPath } from './path.js'

/** The way from a payload to a value: keys and places; null for any of them. */
export type ValuePath = readonly (string | number | null)[]

/** The ways to all that some messages look at. They may be more than there are: none is missing. */
export function valuePathsOf(messages: readonly CompiledMessage[]): readonly ValuePath[] {
  return messages.flatMap(({ when, each, device, time, status, values }) => {
    const part = each === null ? [] : stepsOf(each)
    const templates = [device, ...values.map(({ naming }) => naming)]
    const named = templates.flatMap((template) => {
      return (template?.parts ?? []).flatMap((one) => (typeof one === 'object' && 'path' in one ? [one.path] : []))
    })
    const valued = values.flatMap(({ at, sum, time, qualities }) => {
      return [at, ...(sum ?? []), time?.at, ...qualities.map((quality) => quality.at)]
    })
    const paths = [time?.at, status?.at, ...named, ...valued].filter((path) => path != null)
    // A StatusCode may be a map: its members are looked at as well.
    const codes = values.flatMap(({ qualities }) => qualities.filter((one) => one.isStatusCode)).map(({ at }) => at)
    const ofPart = (path: PayloadPath) => (path.isFromRoot ? stepsOf(path) : [...part, ...stepsOf(path)])
    return [
      part,
      ...when.map(({ at }) => stepsOf(at)),
      ...paths.map(ofPart),
      ...codes.map(ofPart).flatMap((way) => [
        [...way, 'Code'],
        [...way, 'Symbol'],
      ]),
    ]
  })
}

function stepsOf({ before, fan, after }: PayloadPath): ValuePath {
  return fan === null ? before : [...before, null, ...after]
}

/** True when one of the ways leads to what stands there, or to a list that it is in: a map is looked at as such only. */
export function isWanted(there: ValuePath, ways: readonly ValuePath[]): boolean {
  return ways.some((way) => {
    if (way.length > there.length) return false
    if (way.length < there.length && typeof there[way.length] !== 'number') return false
    return way.every((step, i) => step === null || step === there[i])
  })
}
