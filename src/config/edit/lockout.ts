import { hasAdmin } from '../../access/account-changes.js'
import { certificateFault } from '../../access/certificates.js'
import type { LoadedConfig } from '../config.js'
import { type ConfigProblem, shownValue, valueAt } from '../problems.js'
import { pathText, type SettingPath } from '../shape.js'

const REQUIRED = ['auth', 'required'] as const

/** A change of the configuration that a person makes. */
export interface PersonalChange {
  /** Settings as they stand in the file before it. */
  readonly before: unknown
  /** Settings that the gateway works by now. */
  readonly inForce: Pick<LoadedConfig, 'config'>
  readonly wanted: Pick<LoadedConfig, 'config' | 'people'>
}

/**
 * Objects to a change behind which nobody would come in any more, or no start succeed: whoever made it in a browser would have locked
 * everybody out. A file that says so already is left as it is.
 * @param where says in which line of the new text a setting stands
 */
export function lockouts(change: PersonalChange, where: (path: SettingPath) => string): readonly ConfigProblem[] {
  return [...nobodyAdministers(change, where), ...unusableCertificates(change, where)]
}

/** People have to sign in while nobody could administer the gateway, neither by an account nor by single sign-on. */
function nobodyAdministers(
  { before, inForce, wanted }: PersonalChange,
  where: (path: SettingPath) => string,
): readonly ConfigProblem[] {
  const isTurnedOn = wanted.config.auth.required && !inForce.config.auth.required && valueAt(before, REQUIRED) !== true
  if (!isTurnedOn || hasAdmin(wanted.people) || isAdminByProvider(wanted.config)) return []
  return [
    {
      path: pathText(REQUIRED),
      where: where(REQUIRED),
      value: 'true',
      problem: 'locks everybody out: nobody has an account that may administer',
      remedy: 'add a person with the role admin first, on the page Access or by greengauge user add',
    },
  ]
}

/** True where the provider of single sign-on gives somebody the role of an administrator. */
function isAdminByProvider({ auth }: LoadedConfig['config']): boolean {
  const { oidc } = auth
  return oidc !== undefined && (oidc.roles.admin.length > 0 || oidc.default_role === 'admin')
}

/** Certificates that are named anew and that a listener could not show: the next start would be refused. */
function unusableCertificates(
  { inForce, wanted }: PersonalChange,
  where: (path: SettingPath) => string,
): readonly ConfigProblem[] {
  return (['mqtt', 'http'] as const).flatMap((section): ConfigProblem[] => {
    const { tls } = wanted.config[section]
    const isOff = tls === null || (section === 'mqtt' && !wanted.config.mqtt.enabled)
    if (isOff || JSON.stringify(tls) === JSON.stringify(inForce.config[section].tls)) return []
    const fault = certificateFault(`${section}.tls`, tls)
    if (fault === null) return []
    const path = fault.setting.split('.')
    const value = shownValue(path, fault.file)
    return [{ path: fault.setting, where: where(path), value, problem: fault.why, remedy: fault.remedy }]
  })
}
