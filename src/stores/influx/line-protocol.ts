/** Values that a field can hold here. Integers are not among them: one that was written once makes every later float a conflict. */
export type FieldValue = number | string | boolean

/** A piece of a line, or why it cannot be written. */
export type LinePiece = { readonly text: string } | { readonly fault: string }

const IN_MEASUREMENT = /[, \n\r\t]/g
const IN_KEY = /[,= \n\r\t]/g
const IN_STRING = /["\\]/g
/** The same without `g`: a test that keeps no place. Most names need nothing, and then nothing is copied. */
const NEEDS_MEASUREMENT = /[, \n\r\t]/
const NEEDS_KEY = /[,= \n\r\t]/
const NEEDS_STRING = /["\\]/

const BLANKS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const escaped = (character: string) => BLANKS[character] ?? `\\${character}`

/**
 * Beginning of all lines of a series, up to and with the blank before the fields; tags are sorted by their keys. A line break in
 * a name becomes `\n` in two characters, as InfluxData's own clients write it. An empty tag cannot be written, and a backslash
 * at the end would escape what follows it.
 */
export function seriesText(measurement: string, tags: Readonly<Record<string, string>>): LinePiece {
  const fault = nameFault('measurement', measurement)
  if (fault !== '') return { fault }
  let text = NEEDS_MEASUREMENT.test(measurement) ? measurement.replace(IN_MEASUREMENT, escaped) : measurement
  for (const key of Object.keys(tags).sort()) {
    const value = tags[key] ?? ''
    const tagFault = nameFault('tag key', key) || nameFault(`tag ${key}`, value)
    if (tagFault !== '') return { fault: tagFault }
    text += `,${keyText(key)}=${keyText(value)}`
  }
  return { text: `${text} ` }
}

/** A field's key with its equals sign. */
export function fieldKeyText(key: string): LinePiece {
  const fault = nameFault('field key', key)
  return fault === '' ? { text: `${keyText(key)}=` } : { fault }
}

/** Floats in the shortest form that gives the same number back; null when there is none, as for NaN. */
export function fieldValueText(value: FieldValue): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  // Line breaks stay: a line ends only outside of quotes.
  return NEEDS_STRING.test(value) ? `"${value.replace(IN_STRING, escaped)}"` : `"${value}"`
}

/** A whole line. The time is written as it is, in the precision that the request states; fields in the order given. */
export function lineText(
  measurement: string,
  tags: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, FieldValue>>,
  time: number,
): LinePiece {
  const series = seriesText(measurement, tags)
  if ('fault' in series) return series
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    const key = fieldKeyText(name)
    if ('fault' in key) return key
    const written = fieldValueText(value)
    if (written === null) return { fault: valueFault(name, value) }
    text += `${text === '' ? '' : ','}${key.text}${written}`
  }
  return text === '' ? { fault: `${measurement} has no field` } : { text: `${series.text}${text} ${time}` }
}

export function valueFault(field: string, value: FieldValue): string {
  return `field ${field} is ${value}, which no field can hold`
}

function keyText(key: string): string {
  return NEEDS_KEY.test(key) ? key.replace(IN_KEY, escaped) : key
}

function nameFault(what: string, name: string): string {
  if (name === '') return `${what} is empty`
  return name.endsWith('\\') ? `${what} ends in a backslash: ${name}` : ''
}
