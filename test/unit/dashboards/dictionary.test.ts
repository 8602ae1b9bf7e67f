import { describe, expect, it } from 'vitest'
import { use as useEn } from '../../../dashboards/src/energy-use/words.en.js'
import { use as useZh } from '../../../dashboards/src/energy-use/words.zh.js'
import { entries as entriesEn } from '../../../dashboards/src/entries/words.en.js'
import { entries as entriesZh } from '../../../dashboards/src/entries/words.zh.js'
import { en as main } from '../../../dashboards/src/i18n/en.js'
import { zh as mainZh } from '../../../dashboards/src/i18n/zh.js'
import { reports as reportsEn } from '../../../dashboards/src/reports/words.en.js'
import { reports as reportsZh } from '../../../dashboards/src/reports/words.zh.js'
import { KPI_FLAGS } from '../../../src/base/flags.js'
import { PILLARS, WINDOWS } from '../../../src/base/kpi.js'
import { DEVICE_ROLES } from '../../../src/base/plant.js'
import { NULL_REASONS } from '../../../src/base/reasons.js'
import { STATES } from '../../../src/base/states.js'

/** With the words that come with a page. */
const en = { ...main, reports: reportsEn, entries: entriesEn, use: useEn }
const zh = { ...mainZh, reports: reportsZh, entries: entriesZh, use: useZh }

type Words = { readonly [key: string]: unknown }

function paths(words: Words, at = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? paths(value as Words, `${at}${key}.`) : [`${at}${key}`],
  )
}

function texts(words: Words): string[] {
  return Object.values(words).flatMap((value) => {
    if (typeof value === 'object' && value !== null) return texts(value as Words)
    return [typeof value === 'function' ? String(value('1', '2')) : String(value)]
  })
}

describe.each([
  ['en', en],
  ['zh', zh],
] as const)('the words of %s', (_, words) => {
  it('name every reason of a null and every flag', () => {
    for (const reason of Object.keys(NULL_REASONS)) expect(words.reasons).toHaveProperty(reason)
    for (const flag of Object.keys(KPI_FLAGS)) expect(words.flags).toHaveProperty(flag)
  })

  it('name every window, pillar and role', () => {
    for (const window of WINDOWS) expect(words.windows).toHaveProperty(window)
    for (const pillar of PILLARS) expect(words.pillars).toHaveProperty(pillar)
    for (const role of DEVICE_ROLES) expect(words.devices.roles).toHaveProperty(role)
  })

  it('name every state of a machine and of a device', () => {
    for (const state of STATES) expect(words.machineStates).toHaveProperty(state)
    for (const state of ['online', 'offline', 'stale']) expect(words.states).toHaveProperty(state)
  })

  it('are never empty', () => {
    for (const text of texts(words)) expect(text.trim()).not.toBe('')
  })

  it('hold no sign that the Latin subset of the face lacks', () => {
    for (const text of texts(words)) expect(text).not.toMatch(/[₂≥≤→▲Δ‰]/)
  })
})

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(paths(zh)).toEqual(expect.arrayContaining(paths(en)))
    expect(paths(en)).toEqual(expect.arrayContaining(paths(zh)))
  })

  it('put the same facts into their sentences', () => {
    expect(en.empty.listening('1884')).toContain('1884')
    expect(zh.empty.listening('1884')).toContain('1884')
    expect(zh.devices.summary('4', '5')).toMatch(/4.*5/)
  })
})
