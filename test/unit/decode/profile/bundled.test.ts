import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { profilesFolder } from '../../../../src/config/config.js'
import { checkProfile } from '../../../../src/config/profile-check.js'
import { profilesIn } from '../../../../src/config/profile-files.js'
import { differencesOf } from '../../../../src/decode/profile/cases.js'
import { tempFile } from '../../../support/house-config.js'

const checkedOf = (id: string) => checkProfile(join(profilesFolder, `${id}.yaml`))
/** Register maps have cases of their own. */
const ids = profilesIn([profilesFolder]).filter((id) => !('registerMap' in checkedOf(id)))
const NO_CASES = 'No message as a device published it was found in public documents'

test('profiles come with the program, configurations of demonstrations are none', () => {
  expect(ids).toContain('tasmota/energy')
  expect(ids.filter((id) => id.endsWith('/greengauge'))).toEqual([])
})

describe.each(ids)('%s', (id) => {
  const file = join(profilesFolder, `${id}.yaml`)
  const checked = checkedOf(id)
  const profile = 'profile' in checked ? checked.profile : null

  test('is right, and every case becomes what it says', () =>
    expect('problems' in checked && checked.problems).toBe(false))

  test('has cases with their source, or says that none was found', () => {
    const { cases, notes = '' } = profile!
    expect(cases.length === 0).toBe(notes.includes(NO_CASES))
    for (const { source } of cases) expect(source).toMatch(/https:\/\/|documentation/)
  })

  test('knows its JSON Schema', () => {
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=../profile.schema.json')
  })

  test.each(profile?.cases ?? [])('a case that expects something else fails: $name', (one) => {
    const [first] = one.readings
    const wrong = first === undefined ? { ...one, status: undefined, rejected: ['bad_json'] } : { ...one, readings: [] }
    expect(differencesOf(id, profile!, wrong as typeof one)).not.toEqual([])
    if (first === undefined || typeof first.value !== 'number') return
    const other = { ...one, readings: [{ ...first, value: first.value + 1 }, ...one.readings.slice(1)] }
    expect(differencesOf(id, profile!, other)).toHaveLength(1)
  })
})

test('the profile that the page shows passes its case', () => {
  const page = readFileSync(join(profilesFolder, '..', 'docs', 'use', 'profiles.md'), 'utf8')
  const shown = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(page)![1]!
  const folder = join(dirname(tempFile('x', '')), 'acme')
  mkdirSync(folder)
  writeFileSync(join(folder, 'meter.yaml'), shown)
  expect(checkProfile(join(folder, 'meter.yaml'))).toMatchObject({ id: 'acme/meter', profile: { cases: [{}] } })
})
