import { type FlagBits, flagBit } from '../../base/flags.js'

/** One gas of a refrigerant, in the words of the tables of warming potentials, and its part by weight. */
export interface RefrigerantPart {
  readonly gas: string
  readonly part: number
}

/** What a refrigerant is made of, and the flags of a figure that rests on that. */
export interface Refrigerant {
  readonly parts: readonly RefrigerantPart[]
  readonly flags: FlagBits
}

/** Refrigerants of one gas that go by a number. Source: ASHRAE 34 (from memory; the numbers are those of the molecules). */
const NUMBERS: Readonly<Record<string, string>> = {
  r23: 'hfc23',
  r32: 'hfc32',
  r125: 'hfc125',
  r134a: 'hfc134a',
  r143a: 'hfc143a',
  r152a: 'hfc152a',
  r227ea: 'hfc227ea',
  r744: 'co2',
}

/** Mixtures, parts of one by weight. Source: ASHRAE 34 (from memory, not checked): figures say so. */
const MIXTURES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  r404a: { hfc125: 0.44, hfc143a: 0.52, hfc134a: 0.04 },
  r407c: { hfc32: 0.23, hfc125: 0.25, hfc134a: 0.52 },
  r410a: { hfc32: 0.5, hfc125: 0.5 },
  r507a: { hfc125: 0.5, hfc143a: 0.5 },
}

const FROM_MEMORY = flagBit('factor_from_memory')

/** A refrigerant or other gas by any of its usual names: `hfc134a`, `HFC-134a`, `R134a`, `R-410A`, `SF6`. */
export function refrigerantOf(name: string): Refrigerant {
  const word = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const mixture = Object.hasOwn(MIXTURES, word) ? MIXTURES[word]! : null
  if (mixture !== null) {
    return { parts: Object.entries(mixture).map(([gas, part]) => ({ gas, part })), flags: FROM_MEMORY }
  }
  return { parts: [{ gas: Object.hasOwn(NUMBERS, word) ? NUMBERS[word]! : word, part: 1 }], flags: 0 }
}
