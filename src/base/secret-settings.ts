const SECRET = /(password|passphrase|token|secret)$/

/** Stands for a secret in every text and value that leaves the gateway, and keeps it as it is where it comes back. */
export const SECRET_MARK = '(secret)'

/** True for the name of a setting that holds a secret wherever it stands. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name)
}
