import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { givenTwice } from './twofold.js'

const AT = ['auth', 'oidc']

/** Contradictions of single sign-on: nobody could ever come in by it, or nobody could say which secret holds. */
export function oidcContradictions({ auth }: Config): ConfigFinding[] {
  const { oidc } = auth
  if (oidc === undefined) return []
  const twice = givenTwice(oidc, AT, 'client_secret')
  const hasRole = oidc.default_role !== undefined || Object.values(oidc.roles).some((values) => values.length > 0)
  if (hasRole) return twice
  const problem = 'gives nobody a role, so nobody could sign in by it'
  const path = [...AT, 'roles']
  return [...twice, { path, value: '', problem, remedy: 'add values of roles_claim for a role, or default_role' }]
}

/** Single sign-on that is not in use. */
export function oidcDoubts(config: Config): ConfigFinding[] {
  const { oidc, required } = config.auth
  if (oidc === undefined) return []
  if (config.journal.type === 'jetstream') {
    const problem = 'is not offered by the pages of a cluster, whose nodes have lists of people of their own'
    return [findingAt(config, [...AT, 'issuer'], problem, 'sign in there with local accounts, or take auth.oidc out')]
  }
  if (required) return []
  const remedy = 'set auth.required to true'
  return [findingAt(config, [...AT, 'issuer'], 'is not used, for nobody has to sign in', remedy)]
}
