/** Number, text or list of numbers at the end of one path of a JSON payload. */
export interface Leaf {
  /** As a profile writes it. */
  readonly path: string
  readonly keys: readonly (string | number)[]
  /** A list is one of numbers. */
  readonly value: number | string | readonly number[]
}

const LEVELS_MAX = 8
/** Leaves of one message: more are not proposed. */
const LEAVES_MAX = 256
/** A key that a path bears without quotation marks; `$` is the payload itself. */
const PLAIN = /^(?!\$)[^."*{}[\]]+$/

/** The numbers and texts of a payload, in its order. Truth values and nulls say nothing that can be proposed. */
export function leavesOf(content: unknown): readonly Leaf[] {
  const leaves: Leaf[] = []
  walk(content, [], leaves)
  return leaves
}

function walk(value: unknown, keys: readonly (string | number)[], into: Leaf[]): void {
  if (into.length >= LEAVES_MAX || keys.length > LEVELS_MAX) return
  if (typeof value === 'number' || typeof value === 'string') {
    if (keys.length > 0) into.push({ path: pathText(keys), keys, value })
  } else if (Array.isArray(value)) {
    if (value.length > 0 && keys.length > 0 && value.every((one) => typeof one === 'number')) {
      into.push({ path: pathText(keys), keys, value })
    } else for (const [index, one] of value.entries()) walk(one, [...keys, index], into)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) walk(one, [...keys, key], into)
  }
}

function pathText(keys: readonly (string | number)[]): string {
  let text = ''
  for (const key of keys) {
    if (typeof key === 'number') text += `[${key}]`
    else {
      const written = PLAIN.test(key) ? key : `"${key.replace(/["\\]/g, '\\$&')}"`
      text += text === '' ? written : `.${written}`
    }
  }
  return text
}
