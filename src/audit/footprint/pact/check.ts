import { isNegative, subtract } from '../../report/decimal.js'
import { type PactFootprint, pactFootprint } from './document.js'

/** Something in a supplier's file that has to be mended: where, what came, and what is expected there. */
export interface PactFault {
  /** Path within the footprint, such as `pcf.declaredUnitAmount`; '' for the file as a whole. */
  readonly path: string
  /** JSON of what came, shortened; null where nothing did. */
  readonly received: string | null
  readonly expected: string
}

/** A file as it was read: a footprint that may be used, or every fault of it. */
export type CheckedPact =
  | { readonly footprint: PactFootprint; readonly faults: readonly [] }
  | { readonly footprint: null; readonly faults: readonly [PactFault, ...PactFault[]] }

/** Characters of a file at most: a footprint has a few thousand. */
export const PACT_CHARS_MAX = 65_536
/** A file that is something else has no end of faults. */
const FAULTS_MAX = 100
const RECEIVED_CHARS_MAX = 80
/** Levels of brackets within each other: a footprint has five. */
const LEVELS_MAX = 32
/** Times of a footprint lie in these years. */
const YEARS = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' } as const
/** A footprint without a validity period is valid for three years after its reference period. Source: PACT 3.0. */
const VALID_YEARS = 3

/**
 * Checks the text of a file with one product footprint of PACT 3, alone or as `data` of an answer: its members and types, and the rules
 * between them that the specification states in words.
 */
export function checkPactFile(content: string): CheckedPact {
  if (content.length > PACT_CHARS_MAX) return faulty(fault('', null, `a file of at most ${PACT_CHARS_MAX} characters`))
  let sent: unknown
  try {
    sent = JSON.parse(content)
  } catch {
    return faulty(fault('', content, 'a JSON file with one product footprint'))
  }
  if (isDeeperThan(sent, LEVELS_MAX)) return faulty(fault('', null, `a file with at most ${LEVELS_MAX} levels`))
  const one = unwrapped(sent)
  if (Array.isArray(one)) {
    return faulty(fault('', null, `one product footprint; this file has ${one.length}: save each as a file of its own`))
  }
  const footprint = withoutNulls(one)
  const version = memberAt(footprint, ['specVersion'])
  if (typeof version === 'string' && /^[012]\./.test(version)) {
    return faulty(
      fault('specVersion', version, 'a footprint of PACT 3, such as 3.0.0: other versions have other members'),
    )
  }
  const { data, error } = pactFootprint.safeParse(footprint)
  if (error !== undefined) {
    const [first, ...more] = error.issues.slice(0, FAULTS_MAX).map(({ path, message }) => {
      return fault(pathText(path), memberAt(footprint, path), message)
    })
    return first === undefined ? faulty(fault('', null, 'a product footprint')) : faulty(first, ...more)
  }
  const [first, ...more] = ruleFaults(data)
  return first === undefined ? { footprint: data, faults: [] } : faulty(first, ...more)
}

/** The times between which a footprint may be used, epoch ms. */
export function pactValidity({ validityPeriodStart, validityPeriodEnd, pcf }: PactFootprint): {
  readonly fromMs: number
  readonly toMs: number
} {
  const fromMs = Date.parse(validityPeriodStart ?? pcf.referencePeriodEnd)
  const end = new Date(Date.parse(pcf.referencePeriodEnd))
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS)
  return { fromMs, toMs: validityPeriodEnd === undefined ? end.getTime() : Date.parse(validityPeriodEnd) }
}

/** A fault as a sentence that can be sent back. */
export function pactFaultText({ path, received, expected }: PactFault): string {
  const what = path === '' ? 'The file' : path
  return received === null ? `${what}: ${expected} is expected` : `${what} is ${received}; ${expected} is expected`
}

function faulty(first: PactFault, ...more: readonly PactFault[]): CheckedPact {
  return { footprint: null, faults: [first, ...more] }
}

function fault(path: string, received: unknown, expected: string): PactFault {
  if (received === null || received === undefined) return { path, received: null, expected }
  const json = JSON.stringify(received)
  const short = json.length > RECEIVED_CHARS_MAX ? `${json.slice(0, RECEIVED_CHARS_MAX)}…` : json
  return { path, received: short, expected }
}

/** Rules between members. Source: descriptions of the PACT data model 3.0. */
function* ruleFaults(footprint: PactFootprint): Generator<PactFault> {
  const { pcf, status, validityPeriodStart: start, validityPeriodEnd: end } = footprint
  const ms = (text: string) => Date.parse(text)
  if (status !== 'Active') yield fault('status', status, 'Active: a footprint that is deprecated is not to be used')
  if (ms(pcf.referencePeriodEnd) <= ms(pcf.referencePeriodStart)) {
    yield fault('pcf.referencePeriodEnd', pcf.referencePeriodEnd, 'a time after pcf.referencePeriodStart')
  }
  if (start !== undefined && ms(start) < ms(pcf.referencePeriodEnd)) {
    yield fault('validityPeriodStart', start, 'a time not before pcf.referencePeriodEnd')
  }
  if (end !== undefined && ms(end) <= pactValidity(footprint).fromMs) {
    yield fault('validityPeriodEnd', end, 'a time after validityPeriodStart')
  }
  for (const [path, time] of [
    ['pcf.referencePeriodEnd', pcf.referencePeriodEnd],
    ['validityPeriodStart', start],
    ['validityPeriodEnd', end],
  ] as const) {
    if (time !== undefined && !(ms(time) >= ms(YEARS.from) && ms(time) < ms(YEARS.to))) {
      yield fault(path, time, `a time from ${YEARS.from} on and before ${YEARS.to}`)
    }
  }
  if (pcf.packagingEmissionsIncluded === false && pcf.packagingGhgEmissions !== undefined) {
    yield fault(
      'pcf.packagingGhgEmissions',
      pcf.packagingGhgEmissions,
      'nothing while packagingEmissionsIncluded is false',
    )
  }
  for (const [name, share] of [
    ['primaryDataShare', pcf.primaryDataShare],
    ['exemptedEmissionsPercent', pcf.exemptedEmissionsPercent],
  ] as const) {
    if (share !== undefined && !isPercent(share)) yield fault(`pcf.${name}`, share, 'a percentage from 0 to 100')
  }
  if (
    isNegative(subtract(plainDecimal(pcf.pcfExcludingBiogenicUptake), plainDecimal(pcf.pcfIncludingBiogenicUptake)))
  ) {
    const expected = 'not more than pcf.pcfExcludingBiogenicUptake: uptake takes something off'
    yield fault('pcf.pcfIncludingBiogenicUptake', pcf.pcfIncludingBiogenicUptake, expected)
  }
}

function isPercent(text: string): boolean {
  return !isNegative(plainDecimal(text)) && !isNegative(subtract('100', plainDecimal(text)))
}

/** A decimal of PACT without the sign that may stand before a positive one. */
export function plainDecimal(decimal: string): string {
  return decimal.replace(/^\+/, '')
}

/** An answer of a PACT server has the footprint, or a list of them, under `data`. */
function unwrapped(sent: unknown): unknown {
  const inner = isObject(sent) && Object.hasOwn(sent, 'data') && !Object.hasOwn(sent, 'pcf') ? sent.data : sent
  return Array.isArray(inner) && inner.length === 1 ? inner[0] : inner
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(one, levels - 1))
}

/** Members that are null are not defined. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function memberAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((of, key) => {
    if (Array.isArray(of)) return of[Number(key)]
    return isObject(of) && Object.hasOwn(of, key) ? of[String(key)] : undefined
  }, value)
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}
