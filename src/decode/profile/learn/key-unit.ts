import { metricNameOf } from '../names.js'

/** Units that stand in keys, as they are written; those with a capital M or a small m in front are only known so. */
const UNITS = [
  'kvarh',
  'varh',
  'kWh',
  'GWh',
  'MWh',
  'Wh',
  'Wmin',
  'kvar',
  'kVA',
  'VA',
  'kW',
  'MW',
  'GJ',
  'MJ',
  'kJ',
  'kV',
  'mV',
  'mA',
  'Nm3',
  'm3',
  'Hz',
  'bar',
  'ppm',
] as const
/** Amount in a volume, and amount in a time, as keys write them with or without what stands between: `so2_mg_m3`, `flow_m3h`. */
const RATIOS = [
  /(?:^|_)(mg|ug|g)_?(?:per_?)?(n?)m3(?:_|$)/,
  /(?:^|_)(n?)(m3|l)_?(?:per_?)?(h|hr|hour|min|s)(?:_|$)/,
] as const
/** One letter is a unit where it is the last word, or the whole key. */
const LETTERS = ['W', 'V', 'A'] as const
/** A phase or a line before a letter makes it a name. */
const PHASES = /(?:^|_)(?:phase|line|l|ph)$/
/** Words that are written out, in the form of metric names. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|_)(?:percent|percentage|pct)(?:_|$)/, '%'],
  [/(?:^|_)mega_?watt_?hours?(?:_|$)/, 'MWh'],
  [/(?:^|_)kilo_?watt_?hours?(?:_|$)/, 'kWh'],
  [/(?:^|_)watt_?hours?(?:_|$)/, 'Wh'],
  [/(?:^|_)watt_?min(?:ute)?s?(?:_|$)/, 'Wmin'],
  [/(?:^|_)kilo_?watts?(?:_|$)/, 'kW'],
  [/(?:^|_)watts?(?:_|$)/, 'W'],
  [/(?:^|_)volts?(?:_|$)/, 'V'],
  [/(?:^|_)amp(?:ere)?s?(?:_|$)/, 'A'],
  [/(?:^|_)deg_?c(?:_|$)/, '°C'],
  [/(?:^|_)lit(?:er|re)s?(?:_|$)/, 'L'],
  [/(?:^|_)cubic_?met(?:er|re)s?(?:_|$)/, 'm3'],
]

/** A unit that a key says, such as `power_kW`, `Energy (Wh)`, `totalMWh` or `kW` alone, and whether it says nothing else. */
export interface KeyUnit {
  readonly unit: string
  readonly isAlone: boolean
}

/** Null where the key says none, or one that may be two: `energy_mwh` is a milli or a mega. */
export function unitOfKey(key: string): KeyUnit | null {
  if (key.includes('%')) return { unit: '%', isAlone: !/[a-z]/i.test(key) }
  const ratio = ratioIn(key)
  if (ratio !== null) return { unit: ratio, isAlone: false }
  // One unit by another is none of the two.
  if (/[/]|(?:^|[^a-z])per(?:[^a-z]|$)/i.test(key)) return null
  const words = key.split(/[^A-Za-z0-9³]+/).filter((word) => word !== '')
  for (const word of words) {
    const unit = UNITS.find((one) => isWritten(word.replace('³', '3'), one, key))
    if (unit !== undefined) return { unit, isAlone: words.length === 1 }
  }
  const camel = /^(.*[a-z0-9])(kvarh|kWh|GWh|MWh|Wh|kVA|kW|MW|mV|mA|Hz|(?<=[Pp]ower)W)$/.exec(key)
  if (camel !== null) return { unit: camel[2]!, isAlone: false }
  const letter = LETTERS.find((one) => isLastLetter(words, one))
  if (letter !== undefined) return { unit: letter, isAlone: words.length === 1 }
  const name = metricNameOf(key)
  const [pattern, unit] = WORDS.find(([one]) => one.test(name)) ?? []
  return unit === undefined ? null : { unit, isAlone: name.replace(pattern!, '') === '' }
}

/** Capitals do not matter, but for the m that may be a thousandth or a million: where all are capitals it says neither. */
function isWritten(word: string, unit: string, key: string): boolean {
  if (word.toLowerCase() !== unit.toLowerCase()) return false
  // Beside VB and VC it is the voltage of a phase.
  if (unit === 'VA' && key.length === unit.length) return false
  if (!/^[mM](?!3)/.test(unit)) return true
  return word[0] === unit[0] && (word === key || /[a-z]/.test(key))
}

function ratioIn(key: string): string | null {
  const name = key
    .replaceAll('³', '3')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
  const [, mass, normal] = RATIOS[0].exec(name) ?? []
  if (mass !== undefined) return `${mass}/${normal === 'n' ? 'N' : ''}m3`
  const [, n, volume, time] = RATIOS[1].exec(name) ?? []
  if (volume === undefined) return null
  return `${n === 'n' ? 'N' : ''}${volume === 'l' ? 'L' : volume}/${/^h/.test(time!) ? 'h' : time}`
}

function isLastLetter(words: readonly string[], letter: string): boolean {
  const last = words.at(-1)
  if (words.length === 1) return last === letter
  if (last?.toUpperCase() !== letter || PHASES.test(words.slice(0, -1).join('_').toLowerCase())) return false
  const before = words.slice(0, -1).join('_')
  return letter === 'W' || (letter === 'V' ? /volt|^u/i.test(before) : /curr|amp|^i/i.test(before))
}
