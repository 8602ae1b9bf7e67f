import { hasAdmin } from '../../access/account-changes.js'
import type { LoadedConfig } from '../config.js'
import { type ConfigProblem, valueAt } from '../problems.js'
import { pathText, type SettingPath } from '../shape.js'

const REQUIRED = ['auth', 'required'] as const

/** A change of the configuration, as far as it says who has to sign in. */
export interface SignInChange {
  /** Settings as they stand in the file before it. */
  readonly before: unknown
  /** Settings that the gateway works by now. */
  readonly inForce: Pick<LoadedConfig, 'config'>
  readonly wanted: Pick<LoadedConfig, 'config' | 'people'>
}

/**
 * Objects to a change by which people have to sign in while nobody could administer the gateway, neither by an account nor by single
 * sign-on: whoever made it in a browser would have locked everybody out. A file that says so already is left as it is.
 * @param where says in which line of the new text a setting stands
 */
export function lockouts(
  { before, inForce, wanted }: SignInChange,
  where: (path: SettingPath) => string,
): readonly ConfigProblem[] {
  const isTurnedOn =
    wanted.config.auth.required && !inForce.config.auth.required && valueAt(before, REQUIRED) !== true
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
