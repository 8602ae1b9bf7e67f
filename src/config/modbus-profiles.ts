import type { ModbusOptions } from '../decode/modbus/options.js'
import { type ModbusProfile, modbusProfile } from '../decode/modbus/profile.js'
import { nearest } from './did-you-mean.js'
import type { Finding } from './finding.js'
import { shown, valueAt } from './problems.js'
import { type Path, pathText } from './shape.js'

/** Where profiles are read that the configuration only names. */
export interface ProfileFiles {
  /** All there are, maker/model. */
  names(): readonly string[]
  read(
    name: string,
  ): { readonly file: string; readonly content: unknown } | { readonly file: string; readonly problem: string }
}

/** The register maps that the units name, each once, and what is wrong with those that are not as they should be. */
export function readModbusProfiles(
  { connections, profiles }: ModbusOptions,
  files: ProfileFiles,
): { readonly profiles: ModbusOptions['profiles']; readonly findings: readonly Finding[] } {
  const found: Record<string, ModbusProfile> = { ...profiles }
  const findings: Finding[] = []
  const refused = new Set<string>()
  connections.forEach(({ units }, c) => {
    units.forEach(({ profile: name }, u) => {
      if (Object.hasOwn(found, name) || refused.has(name)) return
      const read = readOne(name, ['modbus', 'connections', c, 'units', u, 'profile'], files)
      if (Array.isArray(read)) {
        refused.add(name)
        findings.push(...read)
      } else found[name] = read as ModbusProfile
    })
  })
  return { profiles: found, findings }
}

function readOne(name: string, path: Path, files: ProfileFiles): ModbusProfile | Finding[] {
  const value = shown(path, name)
  const known = files.names()
  if (!known.includes(name)) {
    const meant = nearest(name, known)
    const remedy = meant === undefined ? 'write it under modbus.profiles' : `did you mean ${meant}?`
    return [{ path, value, problem: 'is not among the profiles', remedy }]
  }
  const read = files.read(name)
  if ('problem' in read) {
    return [{ path, value, problem: `cannot be read: ${read.problem}`, remedy: `mend ${read.file}` }]
  }
  if (valueAt(read.content, ['protocol']) !== 'modbus') {
    const remedy = 'name one with protocol: modbus'
    return [{ path, value, problem: 'is no register map: its meters are not polled', remedy }]
  }
  const parsed = modbusProfile.safeParse(read.content)
  if (parsed.success) return parsed.data
  return parsed.error.issues.map((issue) => {
    const there = shown(issue.path, valueAt(read.content, issue.path))
    const problem = `is wrong at ${pathText(issue.path)}${there === '' ? '' : ` = ${there}`}: ${issue.message}`
    return { path, value, problem, remedy: `mend ${read.file}` }
  })
}
