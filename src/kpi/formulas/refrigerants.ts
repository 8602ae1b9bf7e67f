import { type FlagBits, flagBit } from '../../base/flags.js'
import type { RulesEdition } from '../rules-edition.js'

/** One gas of a refrigerant, in the words of the tables of warming potentials, and its part by weight. */
export interface RefrigerantPart {
  readonly gas: string
  readonly part: number
}

/** Gases that a refrigerant is made of, and the flags of a figure that rests on that. */
export interface Refrigerant {
  /** One name for all spellings of it: `hfc134a`, `r410a`. */
  readonly name: string
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

/** The same of gases that the second edition of the rules has brought. Source: ASHRAE 34 (from a second source). */
const NUMBERS_SINCE_2: Readonly<Record<string, string>> = {
  r14: 'cf4',
  r22: 'hcfc22',
  r116: 'c2f6',
  r218: 'c3f8',
  r236fa: 'hfc236fa',
  r245fa: 'hfc245fa',
  r318: 'cc4f8',
  c318: 'cc4f8',
  rc318: 'cc4f8',
  r365mfc: 'hfc365mfc',
  r4310mee: 'hfc4310mee',
  r1234yf: 'hfo1234yf',
  r1234ze: 'hfo1234zee',
  r1234zee: 'hfo1234zee',
}

/** Mixtures, parts of one by weight. Source: ASHRAE 34 (from memory, not checked): figures say so. */
const MIXTURES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  r404a: { hfc125: 0.44, hfc143a: 0.52, hfc134a: 0.04 },
  r407c: { hfc32: 0.23, hfc125: 0.25, hfc134a: 0.52 },
  r410a: { hfc32: 0.5, hfc125: 0.5 },
  r507a: { hfc125: 0.5, hfc143a: 0.5 },
}

/** Mixtures that the second edition of the rules has brought. Source: ASHRAE 34 (from a second source). */
const MIXTURES_SINCE_2: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  r448a: { hfc32: 0.26, hfc125: 0.26, hfo1234yf: 0.2, hfc134a: 0.21, hfo1234zee: 0.07 },
  r454b: { hfc32: 0.689, hfo1234yf: 0.311 },
  r513a: { hfo1234yf: 0.56, hfc134a: 0.44 },
}

const FROM_MEMORY = flagBit('factor_from_memory')

/**
 * A refrigerant or other gas by any of its usual names: `hfc134a`, `HFC-134a`, `R134a`, `R-410A`, `SF6`.
 *
 * @param edition of the rules by which the figure is made
 */
export function refrigerantOf(name: string, edition: RulesEdition): Refrigerant {
  const word = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const mixture = named(MIXTURES, word) ?? (edition >= 2 ? named(MIXTURES_SINCE_2, word) : undefined)
  if (mixture !== undefined) {
    return { name: word, parts: Object.entries(mixture).map(([gas, part]) => ({ gas, part })), flags: FROM_MEMORY }
  }
  const gas = named(NUMBERS, word) ?? (edition >= 2 ? named(NUMBERS_SINCE_2, word) : undefined)
  return { name: gas ?? word, parts: [{ gas: gas ?? word, part: 1 }], flags: 0 }
}

function named<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}
