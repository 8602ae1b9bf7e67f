import type { AccountItem } from '../../../src/views/wire/access.js'

/** The part of the configuration's answer that says whether people sign in. */
interface SignInSettings {
  readonly waiting: readonly string[]
}

/**
 * `on` and `off` are in force; `to_on` and `to_off` stand in the file and are in force with the next start. `no_admin` is off,
 * and nobody has an account who could administer.
 */
export type SignInState = 'on' | 'off' | 'no_admin' | 'to_on' | 'to_off'

/** Accounts that let somebody in who may administer. */
export function administrators(accounts: readonly AccountItem[]): readonly string[] {
  return accounts.filter(({ role, disabled }) => role === 'admin' && !disabled).map(({ name }) => name)
}

/** State of signing in; `config` is null where it cannot be read. */
export function signInState(
  { accounts, required }: { readonly accounts: readonly AccountItem[]; readonly required: boolean },
  config: SignInSettings | null,
): SignInState {
  if (config?.waiting.includes('auth.required') === true) return required ? 'to_off' : 'to_on'
  if (required) return 'on'
  return administrators(accounts).length === 0 ? 'no_admin' : 'off'
}

/** Lines of the file by which other machines reach the gateway over TLS; with a place for the certificate that is still to be made. */
export const OPEN_LINES = `auth: { required: true }
mqtt:
  host: 0.0.0.0
  port: null
  tls: { port: 8883, cert_file: /etc/greengauge/tls/certificate.pem, key_file: /etc/greengauge/tls/key.pem }
http:
  host: 0.0.0.0
  tls: { cert_file: /etc/greengauge/tls/certificate.pem, key_file: /etc/greengauge/tls/key.pem }`
