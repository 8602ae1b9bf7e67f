import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { type ModbusProfile, modbusProfile } from '../decode/modbus/profile.js'
import { differencesOf } from '../decode/profile/cases.js'
import { profileId } from '../decode/profile/options.js'
import { type Profile, profileOptions } from '../decode/profile/profile.js'
import { profilesFolder } from './config.js'
import { type ConfigProblem, problemsOf } from './problems.js'
import { wholeProfile } from './profile-bases.js'
import { readProfile } from './profile-files.js'
import { pathText } from './shape.js'

export type CheckedProfile =
  | { readonly id: string; readonly profile: Profile }
  | { readonly id: string; readonly registerMap: ModbusProfile }
  | { readonly problems: readonly ConfigProblem[] }

/** A profile's file by itself: what it says, or everything that is wrong with it, its cases that fail among it. */
export function checkProfile(file: string): CheckedProfile {
  const id = `${basename(dirname(file))}/${basename(file, '.yaml')}`
  if (!profileId.safeParse(id).success) {
    const remedy = 'call it maker/model.yaml, with a to z, 0 to 9, - and _'
    return { problems: [{ path: '', where: file, value: '', problem: 'has no name of a profile', remedy }] }
  }
  const folders = [...new Set([resolve(dirname(dirname(file))), profilesFolder])]
  const places = { folders, defined: () => undefined }
  const { tree, problems, lineOf } = wholeProfile({ id, folder: 0, read: readProfile(file) }, places)
  if (problems.length > 0) return { problems }
  const isRegisterMap = tree.protocol === 'modbus'
  const parsed = (isRegisterMap ? modbusProfile : profileOptions).safeParse(tree)
  if (!parsed.success) {
    // Said as of a configuration in which it stands: that knows what each of its settings is for.
    const [section, key] = isRegisterMap ? (['modbus', 'profiles'] as const) : (['profiles', 'defined'] as const)
    const at = [section, key, id]
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] }))
    const inside = { [section]: { [key]: { [id]: tree } } }
    return { problems: problemsOf(issues, inside, (path) => lineOf(path.slice(at.length))) }
  }
  if ('protocol' in parsed.data) return { id, registerMap: parsed.data }
  const profile = parsed.data
  const failed = profile.cases.flatMap((one, index) => {
    const path = ['cases', index]
    const about = { path: pathText(path), where: lineOf(path), value: JSON.stringify(one.name) }
    const remedy = 'mend the profile, or what the case expects'
    return differencesOf(id, profile, one).map((difference) => ({ ...about, problem: `fails: ${difference}`, remedy }))
  })
  return failed.length > 0 ? { problems: failed } : { id, profile }
}

/** JSON Schema of a profile's file, for editors. */
export function profileJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { required = [], ...schema } = z.toJSONSchema(profileOptions, { io: 'input', unrepresentable: 'any' })
  // One that extends another has all of it already.
  return { ...schema, anyOf: [{ required: ['extends'] }, { required }] }
}
