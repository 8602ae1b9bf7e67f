import { conversion } from '../../base/units.js'
import { type Guessed, guessOf } from '../../decode/profile/learn/guess.js'
import { unitOfKey } from '../../decode/profile/learn/key-unit.js'

/** A column or a series of a file is guessed with the unit that the file says, and with none where it says two or a multiple of one. */

/** Unit in brackets behind a name: `Energy [kWh]`. */
const BRACKETED = /^(.*?)\s*[[(（]\s*([^\])）]{1,20})\s*[\])）]\s*$/
/** Multiples that stand beside a unit: `kWh x1000`, `Tsd. kWh`, `10^3 kWh`, `万 kWh`. */
const MULTIPLES = [
  /(?<![a-z0-9.,])(?:10\s*(?:\^|\*\*)\s*[-+]?\d+|10[⁻²³⁴⁵⁶]+|\d+e[-+]?\d+|1[ .,']?000(?:[ .,']?000)*|0[.,]0*1)(?![0-9])/i,
  /(?:[x×*÷]|(?<![a-z])(?:div|by|mal|times))[ _]*10+(?![0-9])/i,
  /(?<![a-z])(?:hundreds?|thousands?|millions?|mio|tausend|tsd|hundert)(?![a-z])/i,
  /[百万亿]|千(?![瓦克伏卡焦帕赫乏安])/,
]

/** Units that a file says of one value, each once: that of the head of a column which names no quantity, or of a column of units. */
export type StatedUnits = readonly string[]

/** A guess, and whether the file says a multiple of its unit, or several units: then a person has to say it. */
export interface GuessedColumn extends Guessed {
  readonly isAsked: boolean
}

/** Null for what is no value. `names` lead to it, from the outside in; `stated` are units from elsewhere in the file. */
export function guessedColumn(names: readonly string[], stated: StatedUnits = []): GuessedColumn | null {
  const guessed = guessOfNames(names, stated)
  if (guessed === null) return null
  const isMultiple = [...names, ...stated].some((text) => MULTIPLES.some((one) => one.test(text)))
  return { ...guessed, isAsked: isMultiple || stated.length > 1 }
}

function guessOfNames(names: readonly string[], stated: StatedUnits): Guessed | null {
  const [said] = stated
  if (said !== undefined) return guessOf(names, { unit: said, isShared: false })
  const [, bare, unit = ''] = BRACKETED.exec(names.at(-1)!) ?? []
  if (bare === undefined || bare === '' || conversion(unit, unit) === null) return guessOf(names)
  return guessOf([...names.slice(0, -1), bare], { unit, isShared: false })
}

/** The unit that the head of a column says; undefined for none. */
export function unitOfHead(column: string): string | undefined {
  const unit = BRACKETED.exec(column)?.[2]
  return unit !== undefined && conversion(unit, unit) !== null ? unit : unitOfKey(column)?.unit
}
